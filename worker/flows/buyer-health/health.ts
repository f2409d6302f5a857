import { type BuyerHealth, contractHealthSchema, postFigures } from "../../../schema/api/buyer-health.ts";
import type { Endpoint } from "../../../schema/config/buyer.ts";
import { toWire } from "../../../schema/money.ts";
import type { AccountGlance } from "../../../schema/rpc/account.ts";
import type { CompiledContract } from "../../auction/compiled.ts";
import { ERROR_CLASSES } from "../../auction/error-classes.ts";
import { inMaintenance } from "../../auction/maintenance.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import { type BreakerEventRow, breakerEvents } from "../../ledger/breaker-events.ts";
import type { Snapshot } from "../../snapshot/snapshot.ts";
import { landscape } from "../reports/landscape.ts";
import { reasons } from "../reports/reasons.ts";
import { type Report, type ReportRow, report } from "../reports/report.ts";
import { capLines } from "./caps.ts";
import { ALL, POSTS, SERIES, valuesAs } from "./figures.ts";
import { slaLines } from "./sla.ts";
import { buyerStanding, endpointStanding, lasting } from "./standing.ts";

const HOUR_MS = 3_600_000;
/** Beyond it the series is by day. */
const HOURLY = 72;
/** Endpoints, contracts, lines of caps, events of breakers that one answer shows. */
const MOST = 200;

export interface Range {
  from: number;
  to: number;
  zone: string;
}

/** How a buyer does: measured over the range, and as it stands now. null: there is no such buyer. */
export async function buyerHealth(
  g: Gateway,
  db: D1Database,
  buyer_id: string,
  range: Range,
): Promise<BuyerHealth | null> {
  const snapshot = await g.snapshot();
  const buyer = snapshot.record("buyer", buyer_id)?.body;
  if (!buyer) return null;
  const filters = { buyer: buyer_id };
  const step = range.to - range.from <= HOURLY * HOUR_MS ? ("hour" as const) : ("day" as const);
  const [account, whole, series, endpoints, contracts, ranges, words, events] = await Promise.all([
    g
      .account(buyer_id)
      .glance()
      .catch(() => null),
    report(db, { ...range, filters, figures: ALL }),
    report(db, { ...range, filters, figures: SERIES, step }),
    report(db, { ...range, filters, figures: POSTS, group: "endpoint" }),
    report(db, { ...range, filters, figures: ALL, group: "contract" }),
    landscape(db, { ...range, filters }),
    reasons(db, { ...range, filters, lists: ["post_class", "ping_outcome"] }),
    breakerEvents(db, buyer_id, { from: range.from, limit: MOST + 1 }),
  ]);
  const now = range.to;
  const figures = valuesAs(contractHealthSchema.shape.figures, ALL, whole?.total);
  const known = { endpoints: snapshot.endpointsOf(buyer_id), contracts: snapshot.contractsOfBuyer(buyer_id) };
  const caps = capLines(account?.caps ?? []);
  return {
    id: buyer.id,
    name: buyer.name,
    status: buyer.status,
    standing: buyerStanding(snapshot, buyer_id, now),
    from: iso(range.from),
    to: iso(range.to),
    figures,
    series: (series?.rows ?? []).map(seriesRow),
    ...errorsOf(words),
    bid_ranges: ranges,
    endpoints: known.endpoints
      .slice(0, MOST)
      .map((one) => endpointHealth(one, { snapshot, account, report: endpoints, now })),
    contracts: known.contracts.slice(0, MOST).map((one) => contractHealth(one, contracts)),
    sla: slaLines(buyer.sla, figures),
    money: moneyOf(account),
    caps: caps.slice(0, MOST),
    maintenance: lasting(inMaintenance(buyer.maintenance, now)),
    breaker_history: events.slice(0, MOST).map(eventAnswer),
    more: [known.endpoints, known.contracts, caps, events].some((list) => list.length > MOST),
  };
}

const iso = (at: number): string => new Date(at).toISOString();

function seriesRow({ time = "", from, to, values }: ReportRow): BuyerHealth["series"][number] {
  const value = (name: string) => values[name] ?? null;
  return {
    time,
    from: iso(from),
    to: iso(to),
    posts: values.posts ?? 0,
    asked: values.asked ?? 0,
    delivery_success: value("delivery_success"),
    post_acceptance: value("post_acceptance"),
    win_rate: value("win_rate"),
    ping_p95: value("ping_p95"),
    post_p95: value("post_p95"),
  };
}

function errorsOf(words: Awaited<ReturnType<typeof reasons>>): Pick<BuyerHealth, "errors" | "ping_errors"> {
  const of = (list: string) => words.filter((row) => row.list === list);
  return {
    errors: of("post_class").flatMap(({ word, count, share }) => {
      const known = Object.entries(ERROR_CLASSES).find(([name]) => name === word);
      return known ? [{ class: known[0] as keyof typeof ERROR_CLASSES, count, share, meaning: known[1].say }] : [];
    }),
    ping_errors: of("ping_outcome").map(({ word, count, share }) => ({ word, count, share })),
  };
}

interface Around {
  snapshot: Snapshot;
  account: AccountGlance | null;
  report: Report | null;
  now: number;
}
function endpointHealth(endpoint: Endpoint, around: Around): BuyerHealth["endpoints"][number] {
  const { id, name, status } = endpoint;
  const { snapshot, account, report, now } = around;
  const time = (at: number | null) => (at === null ? null : iso(at));
  return {
    id,
    name,
    status,
    standing: endpointStanding(endpoint, snapshot.endpointStatus(id), now),
    maintenance: lasting(inMaintenance(endpoint.maintenance, now)),
    breakers: (account?.breakers ?? []).flatMap(({ endpoint_id, opened_at, until, ...rest }) =>
      endpoint_id === id ? [{ ...rest, opened_at: time(opened_at), until: time(until) }] : [],
    ),
    figures: valuesAs(postFigures, POSTS, valuesOf(report, id)),
  };
}

function contractHealth({ config }: CompiledContract, of: Report | null): BuyerHealth["contracts"][number] {
  const { id, name, endpoint_id, campaign_id, status, stage } = config;
  const figures = valuesAs(contractHealthSchema.shape.figures, ALL, valuesOf(of, id));
  return { id, name, endpoint_id, campaign_id, status, stage, figures };
}

const valuesOf = (of: Report | null, id: string): ReportRow["values"] | undefined =>
  of?.rows.find((row) => row.group === id)?.values;

export function moneyOf(account: AccountGlance | null): BuyerHealth["money"] {
  if (!account) return null;
  const { balance, held, available, open } = account;
  return {
    balance: toWire(balance),
    held: toWire(held),
    available: available === null ? null : toWire(available),
    in_doubt: open.in_doubt,
    in_doubt_money: toWire(open.in_doubt_money),
    oldest_in_doubt_ms: open.oldest_in_doubt_ms,
  };
}

function eventAnswer({ at, endpoint_id, phase, state, why }: BreakerEventRow): BuyerHealth["breaker_history"][number] {
  return {
    at: iso(at),
    endpoint_id,
    phase: phase === "ping" ? "ping" : "post",
    state: state === "open" || state === "half_open" ? state : "closed",
    why,
  };
}
