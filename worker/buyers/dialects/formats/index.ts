import type { AnswerFormat } from "../../../../schema/config/dialect.ts";
import { parseCsv } from "./csv.ts";
import { parseForm } from "./form.ts";
import { isPage, parseHtml } from "./html.ts";
import { parseJson } from "./json.ts";
import { parseLines } from "./lines.ts";
import { parseXml } from "./xml.ts";

export { decodeEntities } from "./entities.ts";
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
    case "xml":
      return parseAnswerXml(text);
    case "html":
      return parseHtml(text);
    case "form":
      return parseForm(text);
    case "lines":
      return parseLines(text, delimiter);
    case "csv":
      return parseCsv(text, columns, delimiter);
    case "text":
      return text.trim() === "" || isPage(text) ? undefined : text.trim();
  }
}

/** A proxy's page may be good XML; it is no answer in XML. */
function parseAnswerXml(text: string): unknown {
  const document = parseXml(text);
  return document && Object.keys(document).some((root) => root.toLowerCase() === "html") ? undefined : document;
}
