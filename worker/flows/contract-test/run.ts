import type { Money } from "../../../schema/money.ts";
import type { Fields } from "../../../schema/rpc/auction.ts";
import type { WireRequest } from "../../../schema/rpc/dialer.ts";
import type { Dialect, PingFacts, PostFacts, WireAnswer } from "../../buyers/dialect.ts";
import { type AnswerPlace, explainAnswer } from "../../buyers/dialects/answer/explain.ts";
import { compileDialect } from "../../buyers/dialects/index.ts";
import { emptyNames, mappingOf } from "../../buyers/dialects/mapping.ts";
import { pipesOf } from "../../buyers/dialects/pipes/index.ts";
import { masker } from "../../buyers/mask.ts";
import { checkSent } from "../../buyers/schemas/sent.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import { secretsOf } from "../secrets.ts";
import { postTimeout } from "../work.ts";
import { pingOf, postOf, type TestFacts } from "./facts.ts";
import { findingsOf } from "./findings.ts";
import type { ReadAnswer } from "./recording.ts";
import { exchangeOf, type Mask, masked, type PhaseReport, type TestReport, wired } from "./report.ts";
import { type NotedWay, noting, sendPing, sendPost } from "./send.ts";
import type { SetUp } from "./set-up.ts";

export interface TestOrder {
  phase: "ping" | "post" | "both";
  lead: Fields;
  /** Given: nothing is sent, this answer is read. Only with one phase. */
  answer?: WireAnswer;
  /** For a post alone: what its ping would have carried. */
  bid: Record<string, string>;
  timeout_ms?: number;
}

interface Test extends TestFacts {
  order: TestOrder;
  dialect: Dialect;
  mask: Mask;
  /** null: nothing is sent. */
  noted: NotedWay | null;
}

/**
 * Sends the sample lead to a contract's buyer, in the buyer's test mode, and tells everything about it; or reads a pasted answer.
 * Holds no money, counts in no cap, opens no breaker, and no lead comes of it.
 */
export async function testContract(g: Gateway, set_up: SetUp, order: TestOrder): Promise<TestReport> {
  const { contract, campaign } = set_up;
  const test = await prepared(g, set_up, order);
  const phases: PhaseReport[] = [];
  let bid: Bid = { carried: order.bid, price: null };
  if (order.phase !== "post") {
    const ping = await pingPhase(test);
    phases.push(ping.report);
    bid = { carried: { ...order.bid, ...ping.bid?.carried }, price: ping.bid?.price ?? null };
  }
  if (order.phase === "post" || (order.phase === "both" && phases[0]?.outcome === "bid"))
    phases.push(await postPhase(test, bid));
  const mapping = mappingOf(contract.endpoint.dialect, campaign.config, contract.config);
  const outcome = phases.at(-1)?.outcome ?? "not_sent";
  return {
    contract_id: contract.config.id,
    contract_version: contract.version,
    endpoint_id: contract.endpoint.id,
    endpoint_version: contract.endpoint_version,
    campaign_id: campaign.config.id,
    at: new Date(test.now).toISOString(),
    sent: order.answer === undefined,
    outcome,
    ok: outcome === "accepted" || (order.phase === "ping" && outcome === "bid"),
    phases,
    mapping,
    findings: findingsOf(set_up, mapping, phases),
  };
}

async function prepared(g: Gateway, set_up: SetUp, order: TestOrder): Promise<Test> {
  const dialect = compileDialect(set_up.contract.endpoint.dialect);
  const noted = order.answer ? null : await noting(g, await g.snapshot(), set_up, dialect);
  const way = noted && typeof noted.way !== "string" ? noted.way : null;
  const secrets = way?.secrets ?? (await secretsOf(g, set_up.contract, true).catch(() => ({})));
  const token = way?.tokens?.current();
  const tokens = Object.entries(token ?? {}).filter(([, value]) => value.length >= 8);
  const mask = masker({ ...secrets, ...Object.fromEntries(tokens.map(([name, value]) => [`token.${name}`, value])) });
  return { g, set_up, order, lead: order.lead, secrets, token, now: g.deps.now(), dialect, noted, mask };
}

interface Bid {
  carried: Record<string, string>;
  price: Money | null;
}

async function pingPhase(test: Test): Promise<{ report: PhaseReport; bid?: Bid }> {
  const { order, dialect, noted, set_up } = test;
  const { contract } = set_up;
  const timeout_ms = order.timeout_ms ?? contract.config.ping_timeout_ms ?? contract.endpoint.ping_timeout_ms;
  const facts = pingOf(test, timeout_ms);
  if (order.answer) {
    const reading = dialect.readBid(order.answer);
    const built = dialect.buildPing(facts);
    return {
      report: pasted(test, "ping", facts, built?.ok ? built.request : null, reading),
      ...(reading.outcome === "bid" ? { bid: reading } : {}),
    };
  }
  if (!noted || typeof noted.way === "string") return { report: unsent(test, "ping", facts) };
  const reading = await sendPing(noted, facts, timeout_ms);
  if (typeof reading === "string") return { report: unsent(test, "ping", facts, reading) };
  const { outcome, reason, error, ms, bid } = reading;
  const about = { outcome, reason: reason ?? error, ms, reading: bid };
  return { report: reportOf(test, "ping", facts, noted, about), ...(bid ? { bid } : {}) };
}

async function postPhase(test: Test, bid: Bid): Promise<PhaseReport> {
  const { order, dialect, noted, set_up } = test;
  const { contract } = set_up;
  const timeout_ms = order.timeout_ms ?? postTimeout(contract);
  const facts = postOf(test, bid);
  const context = { after_unknown: false, idempotent: contract.endpoint.idempotent, bid: bid.carried };
  if (order.answer) {
    const built = dialect.buildPost(facts);
    const reading = dialect.readOutcome(order.answer, context);
    return pasted(test, "post", facts, built.ok ? built.request : null, reading, context);
  }
  if (!noted || typeof noted.way === "string") return unsent(test, "post", facts);
  const before = { sent: noted.sent.length, read: noted.read.length };
  const result = await sendPost(noted, noted.way, facts, { context, timeout_ms });
  const { request: _, answer: _a, outcome, reason, ms, ...reading } = result;
  const own = { sent: noted.sent.slice(before.sent), read: noted.read.slice(before.read) };
  const about = { outcome: own.sent.length > 0 ? outcome : "not_sent", reason, ms, reading };
  return reportOf(test, "post", facts, own, about, bid.carried);
}

/** What came before it left is shown all the same. */
function unsent(test: Test, phase: "ping" | "post", facts: PingFacts | PostFacts, why?: string): PhaseReport {
  const { noted } = test;
  const reason = why ?? (typeof noted?.way === "string" ? noted.way : undefined);
  return reportOf(test, phase, facts, noted ?? { sent: [], read: [] }, { outcome: "not_sent", reason });
}

interface About {
  outcome: string;
  reason?: string;
  ms?: number;
  reading?: object;
}

function reportOf(
  test: Test,
  phase: "ping" | "post",
  facts: PingFacts | PostFacts,
  { sent, read }: Pick<NotedWay, "sent" | "read">,
  { outcome, reason, ms, reading }: About,
  bid: Record<string, string> = {},
): PhaseReport {
  const { mask, set_up } = test;
  const { dialect, schemas } = set_up.contract.endpoint;
  const schema = schemas?.[phase];
  // Steps may stand around it: the main request is the one whose answer was read as such, else the last.
  const main =
    sent[
      Math.max(
        0,
        read.findIndex(({ place }) => place === phase),
      )
    ] ?? sent.at(-1);
  return {
    phase,
    outcome,
    reason: reason === undefined ? null : mask(reason),
    ms: ms ?? null,
    reading: masked(wired({ ...reading }), mask),
    exchanges: sent.map((one, at) => exchangeOf(one, read[at], explained(test, read[at], bid), mask)),
    empty: emptyNames(dialect, phase, facts),
    schema: schema && main ? checkSent({ ...main, headers: main.headers }, schema) : null,
  };
}

function explained({ set_up }: Test, read: ReadAnswer | undefined, bid: Record<string, string>) {
  const { dialect } = set_up.contract.endpoint;
  if (!read) return null;
  const env = { pipe: pipesOf({ maps: dialect.maps }) };
  return explainAnswer(dialect, read.place, read.wire, env, { bid });
}

/** The same report, of an answer that nobody sent for. */
function pasted(
  test: Test,
  phase: "ping" | "post",
  facts: PingFacts | PostFacts,
  request: WireRequest | null,
  { outcome, reason, ...reading }: { outcome: string; reason?: string },
  context: { bid?: Record<string, string> } = {},
): PhaseReport {
  const wire = test.order.answer;
  const place: AnswerPlace = phase;
  const sent = [request ?? { method: "POST", url: "(the request could not be built)", headers: [], body: null }];
  const read = wire ? [{ place, wire }] : [];
  return reportOf(test, phase, facts, { sent, read }, { outcome, reason, reading }, context.bid);
}
