import { paint } from "./output.ts";

export interface Line {
  mark: " " | "+" | "-";
  text: string;
}

/** What differs between two texts, line by line (longest common subsequence). */
export function lineDiff(from: string, to: string): Line[] {
  const [a, b] = [from.split("\n"), to.split("\n")];
  // Common ends cost nothing: what is between them is compared.
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  const same = (lines: string[]): Line[] => lines.map((text) => ({ mark: " ", text }));
  return [
    ...same(a.slice(0, head)),
    ...between(a.slice(head, a.length - tail), b.slice(head, b.length - tail)),
    ...same(tail === 0 ? [] : a.slice(-tail)),
  ];
}

const MOST = 2_000;

function between(a: string[], b: string[]): Line[] {
  const removed = (text: string): Line => ({ mark: "-", text });
  const added = (text: string): Line => ({ mark: "+", text });
  if (a.length > MOST || b.length > MOST) return [...a.map(removed), ...b.map(added)];
  const length = a.map(() => new Uint16Array(b.length + 1));
  length.push(new Uint16Array(b.length + 1));
  const at = (i: number, j: number): number => length[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--) {
      const row = length[i];
      if (row) row[j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  const lines: Line[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push({ mark: " ", text: a[i] ?? "" });
      i++;
      j++;
    } else if (i < a.length && (j >= b.length || at(i + 1, j) >= at(i, j + 1))) lines.push(removed(a[i++] ?? ""));
    else lines.push(added(b[j++] ?? ""));
  }
  return lines;
}

const CONTEXT = 2;

/** For a terminal: changed lines with two lines around them. */
export function shownDiff(from: string, to: string): string {
  const lines = lineDiff(from, to);
  const near = lines.map((_, at) =>
    lines.slice(Math.max(0, at - CONTEXT), at + CONTEXT + 1).some(({ mark }) => mark !== " "),
  );
  const shown = lines.flatMap(({ mark, text }, at) => {
    if (!near[at]) return at > 0 && near[at - 1] ? [paint.dim("    …")] : [];
    const line = `  ${mark} ${text}`;
    return [mark === "+" ? paint.green(line) : mark === "-" ? paint.red(line) : paint.dim(line)];
  });
  return shown.join("\n");
}
