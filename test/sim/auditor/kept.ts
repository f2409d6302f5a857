import type { AttemptRecord } from "../../../schema/rpc/book.ts";
import { word } from "./exclusive.ts";
import type { Asked } from "./witness.ts";

/**
 * The answer that a book's evidence is about: the newest that came under this key and reached a worker. A worker that stood still may
 * bring an older one than others that were lost with theirs, so one that says in so many words what the evidence says comes first.
 */
export function answerOf(asked: readonly Asked[], record: AttemptRecord): Asked | undefined {
  const { reservation_id, http_status, outcome, kind = "post" } = record;
  const came = asked.filter(
    ({ deed, heard, kept, kind: of, reply }) =>
      deed?.key === reservation_id &&
      of === kind &&
      heard === true &&
      !kept &&
      reply.kind === "answer" &&
      reply.status === http_status,
  );
  return came.findLast(({ reply }) => reply.kind === "answer" && word(reply.body) === outcome) ?? came.at(-1);
}
