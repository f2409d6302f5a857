import type { LeadStory } from "../../../schema/rpc/book.ts";
import type { Files, LeadFile } from "./files.ts";
import { SKEW_MS } from "./windows.ts";
import type { Asked } from "./witness.ts";

/** Take-overs in a row without a step forward before nobody may try any more (architecture, "What happens in each crash"). */
const MOST_STALLS = 7;
/** A story that is longer has lost its middle. */
const WHOLE = 195;
const HOUR_MS = 3_600_000;

/** How often, for how long and at whose order a buyer may be asked about one lead, by its contract. Before the request is filed. */
export function checkLimits(files: Files, file: LeadFile, asked: Asked): void {
  const { n } = file;
  const key = asked.deed?.key ?? "";
  const contract_id = file.holds.get(key)?.contract;
  // Under no reservation at all: that is another fault.
  if (contract_id === undefined) return;
  const contract = files.contract(contract_id);
  const before = file.asked.filter(({ kind, deed }) => kind === "post" && deed?.key === key);
  const { post_timeout_ms = 10_000 } = files.buyer(asked.buyer).endpoint;
  const last = before.at(-1);
  if (last?.heard === null && asked.sent_at - last.sent_at < post_timeout_ms - SKEW_MS)
    files.broken(n, `a post to ${asked.buyer} while the one before is still on its way`);
  // What operators order, and what a repair brings about, begins to count anew.
  if (file.orders.length > 0) return;
  const most = contract.retry?.attempts ?? 6;
  const repeats = contract.find_out === "retry_same" ? most : 1;
  if (before.length >= repeats)
    files.broken(n, `post ${before.length + 1} under ${key}, its contract allows ${repeats}`);
  const repaired = files.repairs.has(asked.buyer) && file.asked.some(wronglySetUp);
  // A round that only waited for its place was no request.
  const rounds = new Set(file.asked.flatMap(({ kind, deed }) => (kind === "post" ? (deed?.key ?? []) : [])));
  const of = [...rounds.add(key)].filter((one) => file.holds.get(one)?.contract === contract_id).length;
  if (of > most && !repaired) files.broken(n, `${of} rounds of ${contract_id}, which allows ${most}`);
}

const wronglySetUp = ({ deed }: Asked): boolean =>
  deed?.reply.kind === "answer" && [400, 401, 404].includes(deed.reply.status);

/** A further auction asks only who takes leads of this age; a lead is at least as old as its first post. `pings`: an auction's, by its id. */
export function checkAges(
  files: Files,
  file: LeadFile,
  { steps }: LeadStory,
  pings: (ping_id: string) => readonly Asked[],
): void {
  const first = file.asked.find(({ kind }) => kind === "post")?.sent_at;
  for (const { step, detail } of steps) {
    if (step !== "re_auctioned") continue;
    for (const { buyer, sent_at } of pings(String(detail.auction))) {
      const { aged } = files.buyer(buyer).contract;
      const age = sent_at - (first ?? sent_at);
      if (!aged) files.broken(file.n, `a further auction asks ${buyer}, which takes fresh leads only`);
      else if (age > Number(aged.max_age_hours) * HOUR_MS + 4 * SKEW_MS)
        files.broken(file.n, `a further auction asks ${buyer} for a lead that is ${Math.round(age / 1_000)} s old`);
    }
  }
}

/** Nobody is told that a lead is stuck before it was taken over so often. */
export function checkStuck(files: Files, { n }: LeadFile, { steps }: LeadStory): void {
  const stuck = steps.findIndex(({ step }) => step === "stuck");
  if (stuck < 0 || steps.length > WHOLE) return;
  const taken = steps.slice(0, stuck).filter(({ step }) => step === "taken_over" || step === "resumed").length;
  if (taken < MOST_STALLS) files.broken(n, `rests as stuck after ${taken} take-overs`);
}
