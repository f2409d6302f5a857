/** One cell with where it stands in the file; both count from 1. */
export interface Cell {
  text: string;
  line: number;
  column: number;
}

/**
 * Rows of cells (RFC 4180: quotes, doubled within them, line ends within them). Comma, semicolon or tab: whichever the first line has
 * most of. Empty lines are left out.
 */
export function csvRows(csv: string): Cell[][] {
  const text = csv.replace(/^\uFEFF/, "");
  const delimiter = delimiterOf(text);
  const rows: Cell[][] = [];
  let [at, line] = [0, 1];
  while (at < text.length) {
    const row: Cell[] = [];
    for (;;) {
      const [cell, end] = text[at] === '"' ? quoted(text, at) : bare(text, at, delimiter);
      row.push({ text: cell.trim(), line, column: row.length + 1 });
      line += lines(cell);
      at = end;
      if (text[at] !== delimiter) break;
      at++;
    }
    at += text.startsWith("\r\n", at) ? 2 : 1;
    line++;
    if (row.some(({ text: one }) => one !== "")) rows.push(row);
  }
  return rows;
}

function delimiterOf(text: string): string {
  const first = text.slice(0, Math.max(0, text.search(/[\r\n]|$/)));
  const [comma = 0, semicolon = 0, tab = 0] = [",", ";", "\t"].map((sign) => first.split(sign).length);
  return tab > comma && tab >= semicolon ? "\t" : semicolon > comma ? ";" : ",";
}

const lines = (cell: string): number => cell.split("\n").length - 1;

function bare(text: string, at: number, delimiter: string): [string, number] {
  let end = at;
  while (end < text.length && text[end] !== delimiter && text[end] !== "\n" && text[end] !== "\r") end++;
  return [text.slice(at, end), end];
}

function quoted(text: string, from: number): [string, number] {
  let cell = "";
  for (let at = from + 1; ; ) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return [cell + text.slice(at), text.length];
    cell += text.slice(at, quote);
    if (text[quote + 1] !== '"') return [cell, quote + 1];
    cell += '"';
    at = quote + 2;
  }
}

/** A cell as a file has it: quoted where it must be, and nothing that a spreadsheet would take for a formula. */
export function csvCell(value: string): string {
  const safe = /^[=+\-@\t]/.test(value) && !/^-?\d/.test(value) ? `'${value}` : value;
  return /[",;\t\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
