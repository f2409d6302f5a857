import type { AttemptRecord } from "../../../schema/rpc/book.ts";
import { answer } from "../world/replies.ts";
import type { Files, LeadFile } from "./files.ts";
import { SKEW_MS } from "./windows.ts";
import type { Asked } from "./witness.ts";

/** A no that is taken while a repeat of its post is on its way is older than that: the buyer may take the repeat. */
export function checkSaid(files: Files, file: LeadFile, { buyer_id, reservation_id, takes }: AttemptRecord): void {
  const { post_timeout_ms = 10_000 } = files.buyer(buyer_id).endpoint;
  const posts = file.asked.filter(({ kind, deed }) => kind === "post" && deed?.key === reservation_id);
  // An answer that nobody waits for any more is on no way.
  const under_way = ({ heard, sent_at }: Asked) => heard === null && files.now() - sent_at < post_timeout_ms - SKEW_MS;
  // After its own yes a no is noted and undoes nothing.
  const said_yes = posts.some(
    ({ kept, reply }) => kept && reply.kind === "answer" && reply.status < 300 && reply.body.includes('"accepted"'),
  );
  if (takes !== true && !said_yes && posts.slice(1).some(under_way))
    files.broken(file.n, `a no of ${buyer_id} counts while it is being posted the lead again`);
}

/** Nobody is posted under a key of which it has said by its own call that it does not have the lead, unless an operator orders it. Before the post is filed. */
export function checkDenied(files: Files, file: LeadFile, asked: Asked): void {
  const denied = file.asked.some(
    ({ kind, deed, sent_at }) =>
      kind === "report" &&
      !file.orders.some(({ at }) => at > sent_at) &&
      deed?.key === asked.deed?.key &&
      deed?.reply.kind === "answer" &&
      deed.reply.body.includes("refused"),
  );
  if (denied)
    files.broken(file.n, `a post to ${asked.buyer}, which had said of this key that it does not have the lead`);
}

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
