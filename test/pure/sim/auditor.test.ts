import { expect, it } from "vitest";
import type { AttemptRecord } from "../../../schema/rpc/book.ts";
import { answerOf } from "../../sim/auditor/kept.ts";
import type { Asked } from "../../sim/auditor/witness.ts";
import { answer } from "../../sim/world/replies.ts";

const KEY = "lead_b1_c_1_2";
const asked = (status: string, kept: boolean): Asked => {
  const reply = answer(10, { status });
  const deed = { n: 1, key: KEY, conduct: "", reply };
  return { buyer: "b1", kind: "post", n: 1, sent_at: 0, text: "", reply, deed, heard: true, kept };
};
const evidence = (outcome: AttemptRecord["outcome"]) =>
  ({ reservation_id: KEY, http_status: 200, outcome }) as AttemptRecord;

it("late evidence is about the answer that says the same, though a younger one was lost with its worker", () => {
  const first = asked("accepted", false);
  const lost = asked("duplicate", false);
  expect(answerOf([first, asked("duplicate", true), lost], evidence("accepted"))).toBe(first);
  expect(answerOf([first, lost], evidence("duplicate"))).toBe(lost);
  // How the gateway reads an answer is its own business: without one in the same words it is the newest.
  expect(answerOf([first, lost], evidence("unknown"))).toBe(lost);
  expect(answerOf([{ ...first, heard: false }], evidence("accepted"))).toBeUndefined();
});
