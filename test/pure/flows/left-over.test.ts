import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { REST_REASONS } from "../../../schema/lists.ts";
import type { LeadStory, PlanBidder } from "../../../schema/rpc/book.ts";
import { callbackToken, readCallbackToken } from "../../../worker/crypto/callback.ts";
import { actionsOf } from "../../../worker/flows/dead-letters.ts";
import { happened, whyItRests } from "../../../worker/flows/explain.ts";

const SECRET = "a-secret-of-more-than-thirty-two-characters";

describe("callback tokens", () => {
  const token = callbackToken(SECRET, "lead_acme_c_1_1");
  it("speak for one reservation", () => {
    expect(readCallbackToken(SECRET, token)).toBe("lead_acme_c_1_1");
    expect(token).toMatch(/^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{22}$/);
  });
  it.each([
    ["another reservation", token.replace("1_1", "1_2")],
    ["no MAC", "lead_acme_c_1_1"],
    ["an empty MAC", "lead_acme_c_1_1."],
    ["a cut MAC", token.slice(0, -1)],
    ["a longer MAC", `${token}A`],
    ["nothing", ""],
    ["only a MAC", `.${token.split(".")[1]}`],
    ["another secret's", callbackToken(`${SECRET}x`, "lead_acme_c_1_1")],
    ["too long", `${"x".repeat(200)}.${token.split(".")[1]}`],
  ])("refuse %s", (_, text) => {
    expect(readCallbackToken(SECRET, text)).toBeNull();
  });
});

describe("words for people", () => {
  it("every reason has a sentence of its own, and names whose it is", () => {
    const texts = REST_REASONS.map((why) => whyItRests({ why, at: 0, contract_id: "acme_c" }));
    expect(new Set(texts).size).toBe(REST_REASONS.length);
    for (const text of texts) expect(text).toMatch(/\. It is about contract acme_c\.$/);
  });
  it("every step that the books write has words", () => {
    const named = readFileSync(new URL("../../../docs/operators.md", import.meta.url), "utf8");
    const [, list = ""] = /`steps` are named (.*)\./.exec(named) ?? [];
    const steps = [...list.matchAll(/`([a-z_]+)`/g)].map(([, step = ""]) => step);
    expect(steps.length).toBeGreaterThan(12);
    for (const step of steps)
      expect(happened({ steps: [{ at: 0, step, detail: {} }] })[0]?.text, step).not.toBe(`${step} {}`);
  });
  it("steps are told in order; one without words is shown as it is", () => {
    const steps: LeadStory["steps"] = [
      { at: 0, step: "evidence", detail: { contract: "a", outcome: "unknown", takes: false, late: false } },
      { at: 1_000, step: "something_new", detail: { n: 1 } },
    ];
    expect(happened({ steps })).toEqual([
      { at: "1970-01-01T00:00:00.000Z", step: "evidence", text: 'a said "unknown".' },
      { at: "1970-01-01T00:00:01.000Z", step: "something_new", text: 'something_new {"n":1}' },
    ]);
  });
});

describe("what an operator may do", () => {
  const bidder = (contract_id: string, status: PlanBidder["status"]): PlanBidder => ({
    bid_id: contract_id,
    contract_id,
    buyer_id: contract_id,
    endpoint_id: contract_id,
    price: 200_000 as never,
    payout: 160_000 as never,
    carried: {},
    status,
    round: 1,
    attempts: 1,
    doubt: status === "unknown",
  });
  const told = (result: "rejected" | "accepted" | "pending") => ({ result, price: 0 as never });
  const possible = (plan: PlanBidder[], frozen: ReturnType<typeof told> | null, erased_at: number | null = null) =>
    actionsOf(
      { plan, frozen, outcome: null, erased_at },
      plan.filter((b) => b.status === "unknown"),
    )
      .filter((action) => action.possible)
      .map(({ action }) => action);

  it.each([
    ["in doubt, pending", ["unknown"], told("pending"), "all"],
    ["parked", ["set_up_error"], told("pending"), "but sold"],
    ["nobody in doubt", ["rejected"], null, "but same and sold"],
    ["told no", ["unknown"], told("rejected"), "edit, unsold"],
    ["paid at our risk", ["unknown"], told("accepted"), "all"],
  ] as const)("%s", (_, statuses, frozen, what) => {
    const all = ["replay_same", "replay_others", "replay_contract", "edit", "close_unsold", "close_sold"];
    const expected = {
      all,
      "but sold": all.slice(0, 5),
      "but same and sold": all.slice(1, 5),
      "edit, unsold": ["edit", "close_unsold"],
    }[what];
    expect(
      possible(
        [...statuses].map((s) => bidder("acme_c", s)),
        frozen,
      ),
    ).toEqual(expected);
  });
  it("erased: only an end", () => {
    expect(possible([bidder("acme_c", "unknown")], told("pending"), 1)).toEqual(["close_unsold", "close_sold"]);
  });
  it("says what it would cost, and who may have it already", () => {
    const plan = [bidder("acme_c", "unknown"), bidder("next_c", "untried")];
    const actions = actionsOf({ plan, frozen: null, outcome: null, erased_at: null }, plan.slice(0, 1));
    expect(actions.find((a) => a.action === "close_sold")?.effect).toBe(
      "Charges acme_c 20.00 and pays the publisher 16.00.",
    );
    expect(actions.find((a) => a.action === "replay_others")?.effect).toContain(
      "acme_c may have it: needs accept_risk",
    );
  });
});
