import type { AnswerFormat } from "../../../../schema/config/dialect.ts";
import { parseCsv } from "./csv.ts";
import { decodeEntities } from "./entities.ts";
import { parseForm } from "./form.ts";
import { isPage, parseHtml } from "./html.ts";
import { jsonAmongText, parseJson } from "./json.ts";
import { parseLines } from "./lines.ts";
import { parseXml } from "./xml.ts";

export { parseCsv, parseForm, parseHtml, parseJson, parseLines, parseXml };

export interface FormatOptions {
  columns?: readonly string[];
  delimiter?: string;
}

/** A text as a document of that format; undefined when it is not one. Never throws; linear in the text. */
export function parseAs(format: AnswerFormat, text: string, { columns, delimiter }: FormatOptions = {}): unknown {
  switch (format) {
    case "json":
      return parseJson(text);
    case "json_in_text":
      return parseJson(text) ?? jsonAmongText(text);
    case "xml":
      return parseAnswerXml(text);
    case "html":
      return parseHtml(text);
    case "form":
      return parseForm(text, delimiter);
    case "lines":
      return parseLines(text, delimiter);
    case "csv":
      return parseCsv(text, columns, delimiter);
    case "text":
      return text.trim() === "" || isPage(text) ? undefined : text.trim();
  }
}

/** A document within another one: as it stands there, or with its markup escaped once more. */
export function parseWithin(format: AnswerFormat, text: string, options: FormatOptions = {}): unknown {
  return (
    parseAs(format, text, options) ?? (text.includes("&") ? parseAs(format, decodeEntities(text), options) : undefined)
  );
}

/** A proxy's page may be good XML; it is no answer in XML. */
function parseAnswerXml(text: string): unknown {
  const document = parseXml(text);
  return document && Object.keys(document).some((root) => root.toLowerCase() === "html") ? undefined : document;
}
