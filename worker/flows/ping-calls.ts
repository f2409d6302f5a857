import type { DialResult, WireRequest } from "../../schema/rpc/dialer.ts";
import { leastPrice } from "../auction/bids.ts";
import type { CompiledContract } from "../auction/compiled.ts";
import { rulesFor } from "../auction/decide.ts";
import type { visibility } from "../auction/fields/index.ts";
import type { BuildResult, PingFacts } from "../buyers/dialect.ts";
import type { FanOutCall } from "../buyers/fan-out.ts";
import { masker } from "../buyers/mask.ts";
import { requestNonce, requestNonces } from "../buyers/nonce.ts";
import { type PingCall, pingCall, refusedCall } from "../buyers/ping-call.ts";
import type { PingReading } from "../buyers/read-ping.ts";
import type { Gateway } from "../gateway/gateway.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import type { AuctionInput } from "./auction.ts";
import { ownIds } from "./facts.ts";
import { NO_SECRETS, secretsOf } from "./secrets.ts";
import { refuseToken, type Token, tokenForPing } from "./tokens.ts";

/** One buyer's place in a fan-out, and how its result is read. */
export interface AskedCall extends FanOutCall {
  read(result: DialResult): PingReading;
}

export interface Asking {
  g: Gateway;
  snapshot: Snapshot;
  input: AuctionInput;
  visible: ReturnType<typeof visibility>;
  now: number;
}

/** What each contract's buyer is asked: built from memory alone, for a ping waits for nobody. */
export function callsOf(asking: Asking, contracts: readonly CompiledContract[]): Promise<AskedCall[]> {
  const nonces = requestNonces(asking.g.deps, contracts.length);
  return Promise.all(
    contracts.map((contract, i) => callOf(asking, contract, nonces[i] ?? requestNonce(asking.g.deps))),
  );
}

async function callOf(asking: Asking, contract: CompiledContract, nonce: string): Promise<AskedCall> {
  const { g, snapshot, input } = asking;
  const dialect = g.dialect(contract);
  const secrets = await secretsOf(g, contract, input.test).catch(() => null);
  // Credentials that no key of ours opens keep one endpoint from being asked, never the others.
  if (secrets === null) {
    g.isolate.gauges.count("config_errors");
    return asked(asking, contract, refusedCall(dialect, "set_up"), {}, null);
  }
  const token = dialect.tokenAuth === null ? null : await tokenForPing(g, snapshot, contract, input.test);
  if (dialect.tokenAuth !== null && token === null)
    return asked(asking, contract, refusedCall(dialect, "no_token"), secrets, null);
  const facts = factsOf(asking, contract, secrets, token, nonce);
  return asked(
    asking,
    contract,
    pingCall(dialect, facts, () => requestNonce(g.deps)),
    secrets,
    token,
  );
}

/** Does the dialect let a buyer with a fixed price, which is not called, have this lead? */
export async function fixedMay(asking: Asking, contract: CompiledContract): Promise<boolean> {
  const { g, input } = asking;
  const require = contract.endpoint.dialect.ping?.require ?? [];
  if (require.length === 0) return true;
  const secrets = await secretsOf(g, contract, input.test).catch(() => ({}));
  return g.dialect(contract).requirePing(factsOf(asking, contract, secrets, null, requestNonce(g.deps)));
}

function factsOf(
  { input, visible, now }: Asking,
  contract: CompiledContract,
  secrets: Record<string, string>,
  token: Token | null,
  nonce: string,
): PingFacts {
  return {
    fields: visible(contract.config.disclose),
    gateway: {
      ping_id: input.ping_id,
      campaign: input.campaign.config.id,
      source: input.publisher.id,
      sub_ids: ownIds(input.sub_ids, input.click_id),
      test: input.test,
      now,
      min_price: leastPrice(rulesFor(rulesOf(input), contract)),
      timeout_ms: Math.floor(Math.min(pingTimeout(contract), input.within_ms)),
    },
    secrets,
    nonce,
    ...(token === null ? {} : { token: token.values }),
  };
}

function asked(
  { g, input }: Asking,
  contract: CompiledContract,
  call: PingCall,
  secrets: Record<string, string>,
  token: Token | null,
): AskedCall {
  const mask = maskOf(secrets, token);
  const timeout_ms = pingTimeout(contract);
  const certified = withCertificate(contract.endpoint.client_certificate);
  const { next } = call;
  return {
    key: contract.config.id,
    request: certified(call.request),
    timeout_ms,
    ...(call.refused ? { refused: call.refused } : {}),
    ...(next
      ? {
          next: (result: DialResult) => {
            const built = next(masked(mask, result));
            return built && certified(built);
          },
        }
      : {}),
    read: (result) => {
      const { token_refused, ...reading } = call.read(masked(mask, result), timeout_ms, g.deps.now());
      if (!token_refused || token === null) return reading;
      refuseToken(g, contract, input.test, token.serial);
      // Our token, not the buyer's system.
      return { ...reading, health: null };
    },
  };
}

type Mask = (text: string) => string;

const LEAST_TOKEN = 8;

/** Of a token only itself: what it carries (an account's number, an address) may well be part of a bid. null: there is nothing to hide. */
function maskOf(secrets: Record<string, string>, token: Token | null): Mask | null {
  if (token === null && secrets === NO_SECRETS) return null;
  const mask = masker(secrets);
  // A shorter one is no secret, and masks what is none.
  if (token === null || (token.values.access_token ?? "").length < LEAST_TOKEN) return mask;
  const own = masker(token.values, ["access_token"]);
  return (text) => own(mask(text));
}

/** Parts of a bid are kept in plain (its reference, its brand): an answer that echoes our credentials is read without them. */
function masked(mask: Mask | null, result: DialResult): DialResult {
  if (mask === null || result.kind !== "answer") return result;
  const { body, location, headers } = result;
  return {
    ...result,
    body: mask(body),
    location: location === null ? null : mask(location),
    ...(headers === undefined
      ? {}
      : { headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, mask(value)])) }),
  };
}

/** Requests of an endpoint with a client certificate go out with it. */
export const withCertificate =
  (certificate: string | undefined) =>
  (built: BuildResult): BuildResult =>
    certificate === undefined || !built.ok ? built : { ok: true, request: certified(built.request, certificate) };

/** The campaign's and the publisher's limits. */
export const rulesOf = ({ campaign, publisher, min_price }: AuctionInput) => ({
  campaign: campaign.config,
  publisher_share: publisher.publisher_share,
  min_price,
});

const certified = (request: WireRequest, certificate: string): WireRequest => ({ ...request, certificate });

export const pingTimeout = (contract: CompiledContract): number =>
  contract.config.ping_timeout_ms ?? contract.endpoint.ping_timeout_ms;
