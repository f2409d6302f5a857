import { expect, it } from "vitest";
import type { ReserveCommand, ReserveReply } from "../../../schema/rpc/account.ts";
import type { AttemptRecord, LeadStory } from "../../../schema/rpc/book.ts";
import { proofOf } from "../../sim/auditor/exclusive.ts";
import type { Files, LeadFile } from "../../sim/auditor/files.ts";
import { answerOf } from "../../sim/auditor/kept.ts";
import { Waits } from "../../sim/auditor/waits.ts";
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

it.each([
  { idempotent: true, proof: "no" },
  { idempotent: false, proof: "unknown" },
])("a no and then a broken repeat prove $proof (idempotent: $idempotent)", ({ idempotent, proof }) => {
  const broken: Asked = { ...asked("", true), reply: answer(10, {}, 500) };
  const repeat = { ...broken, deed: { n: 1, key: KEY, conduct: "shaky", reply: broken.reply } };
  expect(proofOf([asked("rejected", true), repeat], { idempotent, busyIsNo: false, duplicateIsYes: true })).toBe(proof);
});

it("late evidence is about the answer that says the same, though a younger one was lost with its worker", () => {
  const first = asked("accepted", false);
  const lost = asked("duplicate", false);
  expect(answerOf([first, asked("duplicate", true), lost], evidence("accepted"))).toBe(first);
  expect(answerOf([first, lost], evidence("duplicate"))).toBe(lost);
  // How the gateway reads an answer is its own business: without one in the same words it is the newest.
  expect(answerOf([first, lost], evidence("unknown"))).toBe(lost);
  expect(answerOf([{ ...first, heard: false }], evidence("accepted"))).toBeUndefined();
});

it.each([
  { begun: 1, broken: 1 },
  { begun: 2, broken: 0 },
])("who said 'not now' keeps its turn, unless an earlier request of its round may have left ($begun begun)", (play) => {
  const found: string[] = [];
  const contract = { id: "b1_c", retry: { attempts: 3 } };
  const files = {
    setUp: { campaign: { on_not_taken: "same_buyer" } },
    buyer: () => ({ contract, endpoint: {} }),
    broken: (_n: number, what: string) => found.push(what),
    now: () => 0,
  } as unknown as Files;
  const waits = new Waits(files, false);
  const reservation = { lead_id: "lead", reservation_id: "lead_b1_c_1_1" } as ReserveCommand;
  for (let i = 0; i < play.begun; i++) waits.reserved("b1", reservation, { kind: "held" } as ReserveReply);
  const reply = answer(10, {}, 429);
  const deed = { n: 1, key: reservation.reservation_id, conduct: "throttled", reply };
  const better: Asked = { buyer: "b1", kind: "post", n: 1, sent_at: 0, text: "", reply, deed, heard: true, kept: true };
  const file = { n: 1, mode: "pending", orders: [], verdicts: [], returning: new Map(), holds: new Map() };
  const asked = [better, { ...better, buyer: "b2", sent_at: 500 }];
  waits.check(
    { ...file, asked } as unknown as LeadFile,
    { lead: { lead_id: "lead" }, steps: [] } as unknown as LeadStory,
    ["b1", "b2"],
  );
  expect(found).toHaveLength(play.broken);
});
