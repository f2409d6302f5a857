import { isPage } from "./html.ts";

const MAX_ROWS = 1_000;
const MAX_CELLS = 20_000;

/** Rows of cells (RFC 4180: quotes, doubled within them); with `columns` each row is an object. undefined when there is but one cell. */
export function parseCsv(body: string, columns?: readonly string[], delimiter = ","): unknown[] | undefined {
  const text = body.replace(/^\uFEFF/, "").trim();
  if (text === "" || isPage(text)) return undefined;
  const rows = rowsOf(text, delimiter);
  if ((rows[0]?.length ?? 0) < 2 && columns?.length !== 1) return undefined;
  return columns === undefined
    ? rows
    : rows.map((cells) =>
        Object.fromEntries(columns.flatMap((name, i) => (i < cells.length ? [[name, cells[i]]] : []))),
      );
}

function rowsOf(text: string, delimiter: string): string[][] {
  const rows: string[][] = [[]];
  const ends = new RegExp(`[\\r\\n]|${delimiter.replace(/[^\w\s]/g, "\\$&")}`, "g");
  let at = 0;
  for (let cells = 0; cells < MAX_CELLS && rows.length <= MAX_ROWS; cells++) {
    const [cell, end] = text[at] === '"' ? quoted(text, at) : bare(text, at, ends);
    rows.at(-1)?.push(cell.trim());
    const divided = text.startsWith(delimiter, end);
    at = divided ? end + delimiter.length : end;
    if (divided) continue;
    if (at >= text.length) break;
    // A line's end, or what follows a closing quote: the next row begins after the line.
    const line = /\r\n?|\n/g;
    line.lastIndex = at;
    if (!line.exec(text)) break;
    at = line.lastIndex;
    rows.push([]);
  }
  return rows;
}

function bare(text: string, at: number, ends: RegExp): [string, number] {
  ends.lastIndex = at;
  const end = ends.exec(text)?.index ?? text.length;
  return [text.slice(at, end), end];
}

function quoted(text: string, from: number): [string, number] {
  let cell = "";
  let at = from + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return [cell + text.slice(at), text.length];
    cell += text.slice(at, quote);
    if (text[quote + 1] !== '"') return [cell, quote + 1];
    cell += '"';
    at = quote + 2;
  }
}
