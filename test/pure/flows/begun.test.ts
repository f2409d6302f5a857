import { expect, it } from "vitest";
import type { AdvanceReply, AttemptKey, LeadView, PlanBidder, SettleCommand } from "../../../schema/rpc/book.ts";
import { deliver } from "../../../worker/flows/deliver.ts";
import { LEAVE_MS, type Work } from "../../../worker/flows/work.ts";

const CONTRACT = {
  config: { retry: { attempts: 4 }, find_out: "ask_status", on_unknown: "next_buyer" },
  endpoint: { id: "ep", idempotent: false, dialect: { status: {} } },
};

const bidder = (id: string, more: Partial<PlanBidder>) =>
  ({
    contract_id: `${id}_c`,
    endpoint_id: "ep",
    buyer_id: id,
    status: "untried",
    round: 1,
    attempts: 0,
    doubt: false,
    payout: 1,
    ...more,
  }) as PlanBidder;

/** A pending lead in the hands of its holder, and a book as it writes what it is told; `advance` as given. Every call that is made, in order. */
function holder(plan: PlanBidder[], advance: (key: AttemptKey, say: (call: string) => void) => AdvanceReply) {
  const calls: string[] = [];
  const say = (call: string) => void calls.push(call);
  let now = 1_000;
  let lead = {
    lead_id: "l1",
    epoch: 2,
    mode: "pending",
    bid_ids: [],
    promise: 0,
    test: false,
    plan,
  } as unknown as LeadView;
  const book = {
    settle: async ({ index, status }: SettleCommand) => {
      say(`settle ${plan[index]?.buyer_id} ${status}`);
      const doubt = status === "unknown";
      lead = {
        ...lead,
        plan: lead.plan.map((b, i) => (i === index ? { ...b, status, doubt, definite_no: undefined } : b)),
      };
      return { kind: "settled", lead };
    },
    advance: async (_lead: string, _epoch: number, key: AttemptKey) => advance(key, say),
  };
  const account = { release: async () => true };
  const work = {
    lead,
    book,
    begun: null,
    live: false,
    woken: true,
    answer_by: 0,
    turn_ends: 1e9,
    publisher: {},
    campaign: { config: { on_not_taken: "next_buyer", re_auctions: 0 } },
    snapshot: { contract: () => CONTRACT, contractsOf: () => [] },
    g: { account: () => account, deps: { now: () => now, crash: () => {}, random: () => 0.5 } },
  } as unknown as Work;
  const pass = (ms: number) => {
    now += ms;
  };
  /** The book's own view, of which the work's is a copy. */
  const show = (index: number, status: PlanBidder["status"]) => {
    lead = { ...lead, plan: lead.plan.map((b, i) => (i === index ? { ...b, status } : b)) };
  };
  return { work, calls, pass, show };
}

it("what an earlier call has begun is taken back before a doubt is cleared, and never taken for a post that was sent", async () => {
  const plan = [
    bidder("b0", { status: "unknown", doubt: true, definite_no: "rejected", attempts: 1 }),
    bidder("b1", {}),
  ];
  const { work, calls, show } = holder(plan, ({ index, attempt }, say) => {
    say(`advance ${index} ${attempt}`);
    return { kind: "stale", state: "open", epoch: 3 };
  });
  show(1, "in_flight");
  const key = { index: 1, round: 1, attempt: 1 };
  work.begun = { key, reply: { kind: "go", answer_in_ms: 0 }, at: 1_000 };
  expect(await deliver(work)).toEqual({ kind: "stale" });
  expect(calls).toEqual(["settle b1 untried", "settle b0 rejected", "advance 1 1"]);
});

it("a book's leave that is older than its worth is given back: whoever stood still asks again before it posts", async () => {
  let asked = 0;
  const { work, calls, pass } = holder([bidder("b0", {})], (_key, say) => {
    say("advance");
    if (++asked > 1) return { kind: "stale", state: "open", epoch: 3 };
    pass(LEAVE_MS + 1);
    return { kind: "go", answer_in_ms: 0 };
  });
  expect(await deliver(work)).toEqual({ kind: "stale" });
  expect(calls).toEqual(["advance", "settle b0 untried", "advance"]);
});

it("what was begun for another endpoint is taken back: the book would ask there about what was posted elsewhere", async () => {
  const asked: AttemptKey[] = [];
  const { work, calls, show } = holder([bidder("b0", {})], (key) => {
    asked.push(key);
    return { kind: "stale", state: "open", epoch: 3 };
  });
  show(0, "in_flight");
  const key = { index: 0, round: 1, attempt: 1, endpoint_id: "before" };
  work.begun = { key, reply: { kind: "go", answer_in_ms: 0 }, at: 1_000 };
  expect(await deliver(work)).toEqual({ kind: "stale" });
  expect(calls).toEqual(["settle b0 untried"]);
  expect(asked).toEqual([{ ...key, endpoint_id: "ep" }]);
});
