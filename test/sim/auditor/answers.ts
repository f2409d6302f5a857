import type { PostAnswer, PostResult } from "../../../worker/flows/answers.ts";
import type { Files, LeadFile } from "./files.ts";

/** An answer may overtake another one by so many ms. */
const OVERTAKE_MS = 35_000;

/** What a publisher is told never changes: only "pending" gives way to the end. */
export function checkTold(files: Files, file: LeadFile, answer: PostAnswer): void {
  if (answer.kind === "problem") return;
  const { n } = file;
  const now = files.now();
  const seen: PostResult | undefined = file.bound?.answer;
  if (file.mode === "final" && answer.result === "pending") files.broken(n, "a final publisher was told to wait");
  if (answer.result === "pending") {
    if (file.bound && now - file.bound.at > OVERTAKE_MS) files.broken(n, "told the end, then to wait");
    return;
  }
  if (!seen) file.bound = { answer, at: now };
  else if (said(seen) !== said(answer)) files.broken(n, `told two things: ${said(seen)} and ${said(answer)}`);
}

const said = ({ result, price, lead_id, code, redirect_url }: PostResult): string =>
  JSON.stringify({ result, price, lead_id, code, redirect_url });

/** The end as the publisher heard it by its postback. */
export function checkPostbacks(files: Files, file: LeadFile): void {
  const ends = new Set(file.postbacks);
  if (ends.size > 1) files.broken(file.n, `its postbacks told different ends: ${[...ends].join(" / ")}`);
  const told = file.bound?.answer.result;
  for (const end of ends)
    if (told && !end.startsWith(told)) files.broken(file.n, `answered "${told}", and its postback said "${end}"`);
}
