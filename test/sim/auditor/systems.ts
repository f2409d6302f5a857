import type { Files } from "./files.ts";
import type { Asked } from "./witness.ts";

/** Which of a buyer's systems a request goes to: its address without the last part. */
const systemOf = ({ text }: Asked): string => /^https:\/\/[^ ]*\//.exec(text)?.[0] ?? "";

/** Whoever may have the lead is asked again, or asked about it, where it was posted: another system of the buyer knows nothing of it. Before it is filed. */
export function checkSystem(files: Files, asked: Asked): void {
  const key = asked.deed?.key;
  if (key === undefined || asked.n < 0) return;
  const first = files.of(asked.n).asked.find(({ kind, deed }) => kind === "post" && deed?.key === key);
  if (first && systemOf(first) !== systemOf(asked))
    files.broken(asked.n, `a ${asked.kind} to ${systemOf(asked)} about what was posted to ${systemOf(first)}`);
}
