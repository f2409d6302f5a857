import { autoInsurance } from "../../../schema/verticals/index.ts";
import type { RawConfigRow, RawRows } from "../../../worker/snapshot/snapshot.ts";

export const row = (kind: string, body: { id: string } & Record<string, unknown>, seq: number, version = seq) =>
  ({ kind, id: body.id, seq, version, body: JSON.stringify(body) }) satisfies RawConfigRow;

export const settingsRow = (seq: number, status: string): RawConfigRow =>
  row("settings", { id: "gateway", status }, seq);

export const campaign = { ...autoInsurance } as { id: string } & Record<string, unknown>;
export const buyer = { id: "acme", name: "Acme", status: "active", credit_limit: null };
const request = { url: "http://127.0.0.1/acme/ping", body: { zip: "{{zip}}" } };
export const endpoint = {
  id: "acme_ep",
  buyer_id: "acme",
  name: "Acme's",
  status: "active",
  dialect: {
    version: 1,
    ping: { request, answer: { rules: [{ when: { path: "r", equals: "bid" }, outcome: "bid" }], price: "price" } },
    post: { request, answer: { rules: [] } },
  },
};
export const contract = {
  id: "acme_c",
  buyer_id: "acme",
  endpoint_id: "acme_ep",
  campaign_id: autoInsurance.id,
  name: "Acme auto",
  status: "active",
  price: { type: "bid" },
};

/** One campaign, one contract with all it needs. */
export const house = (): RawRows => ({
  config: [
    row("campaign", campaign, 1),
    row("buyer", buyer, 2),
    row("endpoint", endpoint, 3),
    row("contract", contract, 4),
  ],
  status: [],
  suppressions: [],
});
