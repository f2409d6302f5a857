import { ZERO } from "../../../schema/money.ts";
import { compileCampaign, sampleLead } from "../../../worker/auction/fields/index.ts";
import { type ConformanceReport, checkBuyer } from "../../../worker/buyers/conformance/index.ts";
import { textFields } from "../../../worker/buyers/conformance/people.ts";
import { checkUrl } from "../../../worker/buyers/url-guard.ts";
import { type Deps, realDeps } from "../../../worker/deps.ts";
import { consentOfLead } from "../../../worker/flows/consent.ts";
import { UsageError } from "../../shared/output.ts";
import { keepAlive, tlsOf } from "./connection.ts";
import type { Order } from "./options.ts";

/** Requests that one run may send, beside the pings for the speed. */
const MOST_BESIDE = 60;
const AT_ONCE = 6;

/** Runs the checks of an order. @throws UsageError when the sample lead is none of the campaign's. */
export function check(order: Order, deps: Deps = realDeps): Promise<ConformanceReport> {
  const { endpoint, secrets, token, scenarios, pings } = order;
  const campaign = compileCampaign(order.campaign, 1);
  const sample = sampleLead(order.campaign, deps.now());
  const parsed = campaign.parsePost({ ...sample.ping, ...sample.post }, {});
  if (!parsed.ok) throw new UsageError("the vertical's own samples do not fit it");
  const hashes = new Set(order.campaign.fields.filter(({ class: kind }) => kind === "hashed").map(({ name }) => name));
  const known = Object.fromEntries(Object.entries(parsed.fields).filter(([name]) => !hashes.has(name)));
  const lead = { ...known, ...(order.lead as typeof known) };
  const current = token ?? {};
  return checkBuyer(
    {
      deps,
      guard: (url) => checkUrl(url, { local: true }),
      endpoint,
      secrets,
      ...(token ? { tokens: { current: () => current, renew: async () => false } } : {}),
      lead,
      visible: (all) =>
        Object.fromEntries(Object.entries(all).filter(([name]) => campaign.classOf(name) !== "personal")),
      consent: (all) => consentOfLead({ lead: all, consent: { brand: "Sample Brand" } }),
      texts: textFields(order.campaign),
      campaign: order.campaign.id,
      price: ZERO,
      ping_timeout_ms: endpoint.ping_timeout_ms,
      post_timeout_ms: endpoint.post_timeout_ms,
      pings,
      at_once: AT_ONCE,
      most_requests: pings + MOST_BESIDE,
      scenarios,
    },
    { tls: tlsOf, keep_alive: keepAlive },
  );
}
