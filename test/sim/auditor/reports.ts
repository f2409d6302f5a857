import type { AttemptRecord } from "../../../schema/rpc/book.ts";
import { answer } from "../world/replies.ts";
import type { Asked } from "./witness.ts";

/** A buyer's report that a book has taken, beside what it answered when it was asked. */
export function reportOf(n: number, record: AttemptRecord, at: number): Asked {
  const { buyer_id: buyer, reservation_id: key, takes, price } = record;
  const said = { state: takes ? "taken" : "refused", ...(price !== undefined && { price: price / 10_000 }) };
  const reply = answer(0, said);
  return {
    buyer,
    kind: "report",
    n,
    reply,
    sent_at: at,
    text: "",
    deed: { n, key, conduct: "report", reply },
    heard: true,
    kept: true,
  };
}
