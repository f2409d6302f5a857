import { ZERO } from "../../schema/money.ts";
import type { DialResult } from "../../schema/rpc/dialer.ts";
import type { CompiledCampaign, CompiledContract } from "../auction/compiled.ts";
import { breakerCount } from "../auction/error-classes.ts";
import { sampleLead, visibleInPing } from "../auction/fields/index.ts";
import type { BuildResult, GatewayFacts, PostFacts } from "../buyers/dialect.ts";
import { postAddress } from "../buyers/dialects/post-url.ts";
import { USER_AGENT } from "../buyers/dialects/request/headers.ts";
import { dialOne, PING_MAX_BYTES } from "../buyers/http-call.ts";
import { requestNonce } from "../buyers/nonce.ts";
import { pingCall } from "../buyers/ping-call.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { consentOfLead } from "./consent.ts";
import { pingTimeout, withCertificate } from "./ping-calls.ts";
import { guardOf } from "./secrets.ts";
import { type Way, wayTo } from "./way.ts";
import { postTimeout } from "./work.ts";

/**
 * What a probe showed: it works; it does not; the system answers, but nothing proves that it takes leads (`up`); it lives and took
 * nothing (`undecided`); there is nothing to probe with (`unavailable`: no contract, no address).
 */
export type Shown = "ok" | "failed" | "up" | "undecided" | "unavailable";

interface Probed {
  contract: CompiledContract;
  campaign: CompiledCampaign;
  gateway: GatewayFacts;
}

/** Any contract of the endpoint says how to speak to it. */
async function probedOf(g: Gateway, endpoint_id: string): Promise<Probed | null> {
  const snapshot = await g.snapshot();
  const contract = snapshot.contractOn(endpoint_id);
  const campaign = contract && snapshot.campaign(contract.config.campaign_id);
  if (!contract || !campaign) return null;
  const { id } = campaign.config;
  const gateway = { ping_id: "probe", campaign: id, source: "probe", sub_ids: {}, test: true, now: g.deps.now() };
  return { contract, campaign, gateway };
}

/**
 * A half-open ping breaker's one probe: the campaign's sample lead, marked as test, to the endpoint. Any answer that the dialect
 * can read closes the breaker.
 */
export async function probePing(g: Gateway, endpoint_id: string): Promise<Shown> {
  const found = await probedOf(g, endpoint_id);
  if (!found) return "unavailable";
  const { contract, campaign, gateway } = found;
  const sample = campaign.parsePing(sampleLead(campaign.config, gateway.now).ping);
  const way = await wayTo(await here(g), contract);
  if ("refused" in way) return "unavailable";
  const facts = {
    fields: sample.ok ? visibleInPing(campaign, sample.fields, contract.config.disclose) : {},
    gateway,
    secrets: way.secrets,
    nonce: requestNonce(g.deps),
    token: way.tokens?.current(),
  };
  const call = pingCall(g.dialect(contract), facts, () => requestNonce(g.deps));
  // A sample that does not fulfil the dialect's own conditions shows nothing.
  if (call.refused || !call.request.ok) return "unavailable";
  const timeout_ms = pingTimeout(contract);
  const certified = withCertificate(contract.endpoint.client_certificate);
  let built: BuildResult | null = certified(call.request);
  for (let left = timeout_ms; built?.ok; ) {
    if (!guardOf(g)(built.request.url).ok || left <= 0) return left <= 0 ? "failed" : "unavailable";
    const dialled = { request: built.request, timeout_ms: left, max_bytes: PING_MAX_BYTES };
    const result = await dialOne(g.deps, dialled);
    if (result.kind !== "answer") return "failed";
    left -= result.ms;
    const next = call.next?.(result) ?? null;
    if (next === null) return call.read(result, timeout_ms).health === "ok" ? "ok" : "failed";
    built = certified(next);
  }
  return "unavailable";
}

/** Probes use the live credentials. */
const here = async (g: Gateway) => ({ g, snapshot: await g.snapshot(), lead: { test: false } });

/**
 * A half-open post breaker's one probe, never with a real consumer: the campaign's sample lead where the endpoint takes tests, else
 * an empty HEAD to where posts go.
 */
export async function probePost(g: Gateway, endpoint_id: string): Promise<Shown> {
  const found = await probedOf(g, endpoint_id);
  if (!found) return "unavailable";
  const { contract, campaign, gateway } = found;
  const sample = campaign.parsePost(sampleLead(campaign.config, gateway.now).post, {});
  const lead = sample.ok ? sample.fields : {};
  const { consent } = contract.config;
  const id = `probe_${endpoint_id}_${gateway.now}`;
  const way = await wayTo({ ...(await here(g)), lead: { test: contract.endpoint.accepts_test } }, contract);
  if ("refused" in way) return "unavailable";
  const facts: PostFacts = {
    fields: lead,
    consent: consentOfLead({ lead, consent: consent.brand === undefined ? {} : { brand: consent.brand } }),
    bid: {},
    secrets: way.secrets,
    nonce: requestNonce(g.deps),
    token: way.tokens?.current(),
    gateway: { ...gateway, lead_id: id, reservation_id: id, price: contract.priceAt(lead) ?? ZERO },
  };
  const told = contract.endpoint.accepts_test && sample.ok ? await testLead(g, contract, facts, way) : null;
  return told ?? head(g, contract, facts);
}

/** null: it could not even be sent. */
async function testLead(g: Gateway, contract: CompiledContract, facts: PostFacts, way: Way): Promise<Shown | null> {
  const result = await way.channel.attempt({
    endpoint: contract.endpoint,
    dialect: g.dialect(contract),
    facts,
    context: { after_unknown: false, idempotent: contract.endpoint.idempotent },
    timeout_ms: postTimeout(contract),
    may_dispatch: () => true,
    tokens: way.tokens,
  });
  return result.outcome === "not_taken" ? "undecided" : breakerCount(result);
}

async function head(g: Gateway, contract: CompiledContract, facts: PostFacts): Promise<Shown> {
  const url = postAddress(contract.endpoint.dialect, facts);
  if (url === null || !guardOf(g)(url).ok) return "unavailable";
  const headers: [string, string][] = [["user-agent", USER_AGENT]];
  const certificate = contract.endpoint.client_certificate;
  const request = { method: "HEAD", url, headers, body: null, ...(certificate === undefined ? {} : { certificate }) };
  const result = await dialOne(g.deps, { request, timeout_ms: postTimeout(contract), max_bytes: PING_MAX_BYTES });
  const status = statusOf(result);
  if (status === 429) return "undecided";
  // A system that does not know HEAD says so by 501.
  return status !== null && (status < 500 || status === 501) ? "up" : "failed";
}

function statusOf(result: DialResult): number | null {
  if (result.kind === "answer") return result.status;
  return result.kind === "failed" && result.error !== "body_timeout" ? (result.status ?? null) : null;
}
