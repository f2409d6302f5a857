import { sampleLead, visibleInPing } from "../auction/fields/index.ts";
import { dialOne, PING_MAX_BYTES } from "../buyers/http-call.ts";
import { checkUrl } from "../buyers/url-guard.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { secretsOf } from "./secrets.ts";

/**
 * A half-open ping breaker's one probe: the campaign's sample lead, marked as test, to the endpoint. Any answer that the dialect
 * can read closes the breaker. `unavailable`: there is nothing to probe with (no pinged contract, no configuration).
 */
export async function probePing(g: Gateway, endpoint_id: string): Promise<"ok" | "failed" | "unavailable"> {
  const snapshot = await g.snapshot();
  const contract = snapshot.contractOn(endpoint_id);
  const campaign = contract ? snapshot.campaign(contract.config.campaign_id) : undefined;
  if (!contract || !campaign) return "unavailable";
  const now = g.deps.now();
  const sample = campaign.parsePing(sampleLead(campaign.config, now).ping);
  const built = g.dialect(contract).buildPing({
    fields: sample.ok ? visibleInPing(campaign, sample.fields, contract.config.disclose) : {},
    gateway: { ping_id: "probe", campaign: campaign.config.id, source: "probe", sub_ids: {}, test: true, now },
    secrets: await secretsOf(g, contract),
  });
  if (!built?.ok || !checkUrl(built.request.url, { local: g.settings.LOCAL_MODE }).ok) return "unavailable";
  const timeout_ms = contract.config.ping_timeout_ms ?? contract.endpoint.ping_timeout_ms;
  const result = await dialOne(g.deps, { request: built.request, timeout_ms, max_bytes: PING_MAX_BYTES });
  if (result.kind !== "answer") return "failed";
  const reading = g.dialect(contract).readBid(result);
  return reading.outcome === "error" && reading.error !== "bid_invalid" ? "failed" : "ok";
}
