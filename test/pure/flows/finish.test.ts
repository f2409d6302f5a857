import { expect, it } from "vitest";
import { money } from "../../../schema/money.ts";
import type { CaptureReply } from "../../../schema/rpc/account.ts";
import type { CloseCommand, PlanBidder } from "../../../schema/rpc/book.ts";
import { finish } from "../../../worker/flows/finish.ts";
import type { Work } from "../../../worker/flows/work.ts";

interface Given {
  /** What its buyer named, if anything. */
  named?: number;
  on_lower_price: "keep" | "review";
  /** What a worker that was lost has charged before. */
  before: number | null;
  /** The other bidder of the plan, which a worker before has charged. */
  charged?: number;
}

/** A bid of 20 (16 for the publisher) that was accepted: what its lead is closed as. */
async function closedAs({ named, on_lower_price, before, charged }: Given) {
  const commands: CloseCommand[] = [];
  const bidder = { contract_id: "c1", buyer_id: "b1", round: 1, attempts: 2, price: 200_000, payout: 160_000 };
  const price = (asked: number) => money(before === null ? asked : before * 10_000);
  const account = {
    capture: async (order: { price: number }): Promise<CaptureReply> => ({
      kind: "captured",
      price: price(order.price),
    }),
    reservationsById: async () => (before === null ? [] : [{ state: "captured", amount: price(0) }]),
    doubt: async () => {},
  };
  const work = {
    lead: {
      lead_id: "l1",
      epoch: 2,
      promise: 0,
      mode: "pending",
      plan: [bidder, { ...bidder, contract_id: "c2" }] as unknown as PlanBidder[],
    },
    charged,
    accepted: { index: charged ?? 0, price: named === undefined ? null : money(named * 10_000) },
    snapshot: { contract: () => ({ config: { on_lower_price } }), losers: [] },
    book: {
      close: async (command: CloseCommand) => {
        commands.push(command);
        return { kind: "closed", outcome: { result: "rejected", price: 0 } };
      },
    },
    g: { account: () => account, deps: { crash: () => {} }, log: () => {} },
  } as unknown as Work;
  await finish(work, { do: "end", state: "sold", index: 0, risk: false });
  return commands.map(({ state, price, payout, rest, index }) => [state, price, payout, rest?.why, index]);
}

it.each<[string, Given, unknown[]]>([
  ["its bid", { on_lower_price: "keep", before: null }, ["sold", 200_000, 160_000, undefined, 0]],
  ["less, kept", { named: 10, on_lower_price: "keep", before: null }, ["sold", 100_000, 80_000, undefined, 0]],
  [
    "less, reviewed",
    { named: 10, on_lower_price: "review", before: null },
    ["review", undefined, undefined, "lower_price", undefined],
  ],
  [
    "less, and charged at its bid before",
    { named: 10, on_lower_price: "keep", before: 20 },
    ["sold", 200_000, 160_000, undefined, 0],
  ],
  [
    "less, reviewed, and charged before",
    { named: 10, on_lower_price: "review", before: 20 },
    ["sold", 200_000, 160_000, undefined, 0],
  ],
  [
    "nothing, and charged at less before",
    { on_lower_price: "keep", before: 10 },
    ["sold", 100_000, 80_000, undefined, 0],
  ],
])("a lead is sold for what was charged, whoever charged it: its buyer names %s", async (_, given, closed) => {
  expect(await closedAs(given)).toEqual([closed]);
});

it("who was charged before has the lead, though a better bidder has said yes since", async () => {
  expect(await closedAs({ on_lower_price: "keep", before: 20, charged: 1 })).toEqual([
    ["sold", 200_000, 160_000, undefined, 1],
  ]);
});
