import { expect, it } from "vitest";
import type { FenceReply } from "../../../schema/rpc/account.ts";
import type { PlanBidder, SettleCommand } from "../../../schema/rpc/book.ts";
import { fenceOpenBidders } from "../../../worker/flows/takeover.ts";
import { reservationId, type Work } from "../../../worker/flows/work.ts";

/** A lead taken over with one bidder as given, whose contract treats an unknown as sold or not; what was settled, and who was fenced. */
async function takeOver(bidder: Partial<PlanBidder>, on_unknown: string, state: FenceReply["state"]) {
  const settled: SettleCommand[] = [];
  const fenced: string[] = [];
  const plan = [{ contract_id: "c1", buyer_id: "b1", round: 1, attempts: 6, doubt: true, ...bidder }];
  const lead = { lead_id: "l1", epoch: 2, plan, test: false };
  const reservation_id = reservationId("l1", "c1", 1);
  const released: string[] = [];
  const account = {
    release: async (id: string) => released.push(id) > 0,
    fence: async (lead_id: string) => {
      fenced.push(lead_id);
      return [{ reservation_id, state }];
    },
  };
  const book = {
    settle: async (command: SettleCommand) => {
      settled.push(command);
      return { kind: "settled", lead };
    },
  };
  const contract = { config: { on_unknown, retry: { attempts: 6 } }, endpoint: { idempotent: false, dialect: {} } };
  const work = {
    lead,
    book,
    begun: null,
    campaign: { config: { on_not_taken: "next_buyer" } },
    snapshot: { contract: () => contract },
    g: { account: () => account, deps: { crash: () => {}, now: () => 0 } },
  } as unknown as Work;
  expect(await fenceOpenBidders(work)).toBe(true);
  return { fenced, settled: settled.map(({ index, status }) => [index, status]), charged: work.charged, released };
}

it("a charge at our risk whose worker died before the book knew makes the lead sold, whatever is said later", async () => {
  expect(await takeOver({ status: "unknown" }, "treat_as_sold", "captured")).toEqual({
    fenced: ["l1"],
    settled: [[0, "accepted"]],
    charged: 0,
    released: [],
  });
});

it("a charge at an operator's word whose worker died before the book knew does so too, whatever the contract says of unknowns", async () => {
  expect(await takeOver({ status: "unknown", definite_no: "rejected" }, "review", "captured")).toEqual({
    fenced: ["l1"],
    settled: [[0, "accepted"]],
    charged: 0,
    released: [],
  });
});

it("without a charge an unknown stays what it is, and nobody is fenced who was never asked", async () => {
  expect(await takeOver({ status: "unknown" }, "treat_as_sold", "held")).toEqual({
    fenced: ["l1"],
    settled: [],
    released: [],
  });
  expect(await takeOver({ status: "rejected", doubt: false }, "review", "captured")).toEqual({
    fenced: [],
    settled: [],
    released: [],
  });
});

it("a bidder in flight: what the buyer's object knows decides", async () => {
  expect((await takeOver({ status: "in_flight" }, "review", "captured")).settled).toEqual([[0, "accepted"]]);
  expect((await takeOver({ status: "in_flight" }, "review", "held")).settled).toEqual([[0, "unknown"]]);
  expect((await takeOver({ status: "in_flight", doubt: false }, "review", "none")).settled).toEqual([[0, "untried"]]);
});

it("holds of all earlier rounds go back, whichever of them its object was out of reach for", async () => {
  const { released } = await takeOver({ status: "untried", round: 3, attempts: 0, doubt: false }, "review", "none");
  expect(released).toEqual([reservationId("l1", "c1", 1), reservationId("l1", "c1", 2)]);
});

it("a hold whose reply was lost goes back with the round that was given up, unless an earlier request may have arrived", async () => {
  const given_up = { status: "refused", refusal: "unreachable", attempts: 1 } as const;
  expect((await takeOver({ ...given_up, doubt: false }, "review", "held")).released).toEqual([
    reservationId("l1", "c1", 1),
  ]);
  expect((await takeOver({ ...given_up, doubt: true }, "review", "held")).released).toEqual([]);
  const rejected = { status: "refused", refusal: "cap_reached", attempts: 1, doubt: false } as const;
  expect((await takeOver(rejected, "review", "held")).released).toEqual([]);
});
