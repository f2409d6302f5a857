import { expect, test } from "vitest";
import type { AttemptTrace, LeadTrace } from "../../../schema/api/trace.ts";
import { leadPage } from "../../../worker/console/leads/lead-page.tsx";
import type { ConsoleContext } from "../../../worker/console/shell/context.ts";
import { auctionOf } from "./traces.ts";

const c = {
  var: { who: { author: "ann", role: "admin" }, zone: "UTC", now: 2_000_000 },
  req: { url: "https://gateway.test/ops/leads/l1", query: () => undefined },
} as unknown as ConsoleContext;
const lead: LeadTrace["lead"] = {
  lead_id: "l1",
  publisher: "pub",
  campaign: "auto",
  state: "sold",
  result: "accepted",
  code: null,
  price: 20,
  promise: 16,
  mode: "final",
  test: false,
  risk: false,
  epoch: 1,
  ping_id: "p1",
  click_id: null,
  sub_ids: {},
  created_at: 1_000_000,
  answer_by: null,
  closed_at: 1_000_500,
  erased_at: null,
};
const attempt: AttemptTrace = {
  attempt_id: "a1",
  at: 1_000_400,
  kind: "post",
  contract_id: "acme_c",
  buyer_id: "acme",
  endpoint_id: "acme_ep",
  round: 1,
  attempt: 1,
  outcome: "accepted",
  class: "ok",
  http_status: 200,
  ms: 120,
  why: null,
  price: 20,
  payload: null,
} as unknown as AttemptTrace;
const trace: LeadTrace = {
  verdict: "Sold.",
  lead,
  told: [{ at: 1_000_500, result: "accepted", code: null, price: 16 }],
  auction: auctionOf({ currency: "CAD" }),
  buyers: [],
  attempts: [attempt],
  steps: [],
  sale: { reservation_id: null, contract_id: "acme_c", buyer_id: "acme", price: 20, payout: 16, margin: 4 },
  money: null,
  actions: [],
};

test("a lead's page names one currency: that of its campaign", async () => {
  const html = await leadPage(c, trace).text();
  expect(html).toContain("CA$20.00");
  expect(html.match(/(?<!CA)\$\d+\.\d\d/g)).toBeNull();
});
