import { boardOf } from "../../durable-objects/alert-board.ts";
import { endpointSchema } from "../../schema/config/buyer.ts";
import type { ConfigTypes } from "../../schema/config/index.ts";
import { ZERO } from "../../schema/money.ts";
import { certificateBinding } from "../certificates.ts";
import { inboundDigest, sha256Hex, suppressionHash } from "../crypto/hash.ts";
import { readId } from "../crypto/ids.ts";
import { openWithRing, sealWithRing } from "../crypto/seal.ts";
import { deps } from "../deps.ts";
import type { Env } from "../env.ts";
import { settingsOf } from "../env.ts";
import { admitted } from "../flows/admit.ts";
import type { LeadStateAnswer } from "../flows/answers.ts";
import { kept } from "../flows/claim.ts";
import { healthOf } from "../flows/gauges.ts";
import { runLead } from "../flows/lead.ts";
import { answerOf, redirectKey } from "../flows/live.ts";
import { startOAuth } from "../flows/oauth-setup.ts";
import { runPing } from "../flows/ping.ts";
import { runPost } from "../flows/post.ts";
import { turnstileOwner } from "../flows/secrets.ts";
import { statusOf } from "../flows/status.ts";
import { verifyTurnstile } from "../flows/turnstile.ts";
import type { AdminContext } from "../routes/admin/context.ts";
import type { PublicContext } from "../routes/context.ts";
import { belowFlood } from "./flood.ts";
import type { Gateway } from "./gateway.ts";
import { realGateway } from "./real.ts";

/** What the public routes may use, wired to the flows. */
export function publicContext(env: Env, execution: ExecutionContext): PublicContext {
  const g = realGateway(env, execution);
  return {
    snapshot: () => g.snapshot(),
    ping: (input) => admitted(g, "ping", input.publisher.id, () => runPing(g, input)),
    post: (input) => admitted(g, "post", input.publisher.id, () => kept(g, runPost(g, input))),
    lead: (input) => admitted(g, "post", input.publisher.id, () => kept(g, runLead(g, input))),
    refusedByLoad: (load, publisher_id) => g.isolate.admission.refuses(load, publisher_id, g.deps.now()),
    leadState: (lead_id, publisher_id) => leadState(g, lead_id, publisher_id),
    sha256Hex,
    inboundDigest: (id, key) => inboundDigest(g.settings.HASH_SECRET, id, key),
    now: () => g.deps.now(),
    waitUntil: (promise) => g.waitUntil(promise),
    rateLimit: (key, kind) => belowFlood(env, g.deps, key, kind),
    verifyTurnstile: async (form, token, ip) =>
      form.turnstile_sealed === undefined ||
      verifyTurnstile(
        g.deps,
        await openWithRing(await g.ring(), form.turnstile_sealed, turnstileOwner(form.id)),
        token,
        ip,
      ),
    health: () => healthOf(g),
    status: () => statusOf(g, env.DB),
    log: g.log,
  };
}

/** The book knows a lead until it lets go; its state is readable the moment its answer is given. */
async function leadState(g: Gateway, lead_id: string, publisher_id: string): Promise<LeadStateAnswer | null> {
  const id = readId(g.settings.HASH_SECRET, lead_id, "l");
  const lead = id ? await g.book(id.shard).lead(lead_id) : null;
  if (!lead || lead.publisher_id !== publisher_id) return null;
  const currency = (await g.snapshot()).campaign(lead.campaign_id)?.config.currency ?? "USD";
  const outcome = lead.outcome ?? ({ result: "pending", code: "in_progress", price: ZERO } as const);
  const key = await redirectKey(g, lead.wrapped_key, lead_id, outcome);
  const answer = await answerOf(key, lead_id, outcome, currency, lead.test);
  return {
    ...answer,
    campaign: lead.campaign_id,
    state: lead.state,
    created_at: lead.created_at,
    closed_at: lead.closed_at,
  };
}

/** What the operator's calls may use. */
export function adminContext(env: Env, execution: ExecutionContext): AdminContext {
  const g = realGateway(env, execution);
  const settings = settingsOf(env);
  return {
    db: env.DB,
    tokens: settings.ADMIN_TOKENS,
    account: (buyer_id) => g.account(buyer_id),
    known: async (kind, id) => {
      const snapshot = await g.snapshot().catch(() => null);
      return (snapshot?.record(kind, id) ?? null) as { version: number; body: ConfigTypes[typeof kind] } | null;
    },
    keeper: () => g.keeper(),
    board: () => boardOf(env.ALERTS).read(),
    now: () => g.deps.now(),
    bytes: (count) => deps().bytes(count),
    sealText: async (plain, owner) => sealWithRing(await g.ring(), deps().bytes(12), plain, owner),
    sha256Hex,
    suppressionHash: (kind, sha256) => suppressionHash(settings.HASH_SECRET, kind, sha256),
    inboundDigest: (id, key) => inboundDigest(settings.HASH_SECRET, id, key),
    callbacks: settings.PUBLIC_URL !== undefined,
    local: settings.LOCAL_MODE,
    certificate: (name) => certificateBinding(env, name) !== null,
    startOAuth: async (stored, by) => {
      const endpoint = endpointSchema.safeParse(stored.body);
      if (!endpoint.success) return { kind: "refused", why: "the endpoint's record is outdated: save it again" };
      return startOAuth(g, { endpoint: endpoint.data, version: stored.version }, by);
    },
    refreshSnapshot: () => g.isolate.snapshots.expire(),
  };
}
