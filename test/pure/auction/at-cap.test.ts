import { expect, test } from "vitest";
import type { Contract } from "../../../schema/config/buyer.ts";
import { type AtCapInput, settleAtCap, waitsForCap } from "../../../worker/auction/at-cap.ts";
import { bidderOf, NOW } from "./plan.ts";

const HOUR = 3_600_000;
const overflow = { ...bidderOf(0, { status: "untried" }), contract_id: "other" };
const input = (on_cap: Contract["on_cap"], changes: Partial<AtCapInput> = {}): AtCapInput => ({
  bidder: {},
  refusal: "cap_reached",
  reopens_in_ms: HOUR,
  on_cap,
  mode: "pending",
  age_ms: 60_000,
  now: NOW,
  random: 0.5,
  overflow: null,
  ...changes,
});
const queue: Contract["on_cap"] = { do: "queue", max_hours: 2 };
const other: Contract["on_cap"] = { do: "contract", contract_id: "other" };
const refused = { status: "refused", refusal: "cap_reached" };
const waits = (retry_in_ms: number, refusal = "cap_reached") => ({
  status: "untried",
  refusal,
  retry_in_ms,
  next_round: true,
});

test.each<[string, AtCapInput, object]>([
  ["next", input({ do: "next" }), refused],
  ["queue: until the window opens, and a little apart from the others", input(queue), waits(HOUR + 500)],
  ["queue: for the pace", input(queue, { refusal: "paced", reopens_in_ms: 100 }), waits(600, "paced")],
  ["queue: not for a publisher that sells elsewhere", input(queue, { mode: "final" }), refused],
  ["queue: a cap that never opens", input(queue, { reopens_in_ms: undefined }), refused],
  ["queue: longer than the contract allows", input(queue, { reopens_in_ms: 2 * HOUR }), refused],
  ["queue: counted from the lead's coming", input(queue, { age_ms: 1.5 * HOUR }), refused],
  ["queue: longer than the bid lives", input(queue, { bidder: { valid_until: NOW + HOUR + 500 } }), refused],
  ["queue: the bid just lives", input(queue, { bidder: { valid_until: NOW + HOUR + 501 } }), waits(HOUR + 500)],
  ["contract: another takes it", input(other, { overflow }), { ...refused, overflow }],
  ["contract: another cannot", input(other), refused],
])("%s", (_, given, settlement) => {
  expect(settleAtCap(given)).toEqual(settlement);
});

test("who waits for its cap is known by its refusal, until its time has come", () => {
  const bidder = (part: object) => bidderOf(0, { status: "untried", ...part });
  expect(waitsForCap(bidder({ refusal: "paced", not_before: NOW + 1 }), NOW)).toBe(true);
  expect(waitsForCap(bidder({ refusal: "paced", not_before: NOW }), NOW)).toBe(false);
  expect(waitsForCap(bidder({ not_before: NOW + 1 }), NOW)).toBe(false);
});
