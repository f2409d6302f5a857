import type { LeadTrace } from "../../../schema/api/trace.ts";
import type { AnswerCode } from "../../../schema/lists.ts";
import { type Money, toWire } from "../../../schema/money.ts";
import type { LeadStory } from "../../../schema/rpc/book.ts";

type Told = LeadTrace["told"][number];
const RESULTS: readonly Told["result"][] = ["accepted", "rejected", "pending"];

/** What the publisher was told, oldest first: what was frozen before its answer, and the end where that said something else. */
export function toldPart({ lead, steps }: LeadStory): Told[] {
  const told: Told[] = steps.flatMap(({ at, step, detail }) => {
    const result = RESULTS.find((known) => known === detail.result);
    if (step !== "frozen" || result === undefined) return [];
    // The book writes both; a step's detail is a plain record.
    return [{ at, result, code: detail.code as AnswerCode | null, price: toWire((detail.price ?? 0) as Money) }];
  });
  const end = lead.outcome;
  if (!end || told.some(({ result }) => result === end.result)) return told;
  const closed = steps.findLast(({ step }) => step === "closed");
  return [
    ...told,
    { at: closed?.at ?? lead.closed_at, result: end.result, code: end.code ?? null, price: toWire(end.price) },
  ];
}
