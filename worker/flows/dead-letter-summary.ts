import type { DeadLetterFilter } from "../../schema/api/dead-letters.ts";
import { type Money, money, toWire, ZERO } from "../../schema/money.ts";
import type { LeadLine } from "../../schema/rpc/book.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { lineFilter } from "./dead-letters.ts";
import { whyItRests } from "./explain.ts";
import { everyLine } from "./lines.ts";

/** Lines of a book that are counted, at most; beyond that the figures are a lower bound and say so. */
const MOST_OF_BOOK = 1_000;
/** Groups of one kind that are told: the largest. */
const MOST_GROUPS = 50;

interface Sum {
  count: number;
  money: Money;
  oldest: number | null;
}

/** What rests, added up: by reason, by buyer that may have it, and by endpoint that must be repaired. Money without tests. */
export async function summariseDeadLetters(g: Gateway, filter: DeadLetterFilter): Promise<Record<string, unknown>> {
  const { lines, complete } = await everyLine(g, lineFilter(filter), MOST_OF_BOOK);
  const now = g.deps.now();
  return {
    complete,
    ...wire(summed(lines, riskOf), now),
    by_why: groups(lines, (line) => (line.rest_why ? [line.rest_why] : []), riskOf, now).map(({ key, ...sums }) => ({
      why: key,
      why_text: whyItRests({ why: key, at: now }),
      ...sums,
    })),
    by_campaign: named(
      "campaign",
      groups(lines, (line) => [line.campaign_id], riskOf, now),
    ),
    by_publisher: named(
      "publisher",
      groups(lines, (line) => [line.publisher_id], riskOf, now),
    ),
    by_buyer: named(
      "buyer_id",
      groups(
        lines,
        (line) => line.in_doubt.map(({ buyer_id }) => buyer_id),
        (line, buyer) => riskOf({ ...line, in_doubt: line.in_doubt.filter(({ buyer_id }) => buyer_id === buyer) }),
        now,
      ),
    ),
    by_endpoint: await repairs(g, lines, now),
  };
}

/** Endpoints whose repair leads wait for, with whose they are. */
async function repairs(g: Gateway, lines: LeadLine[], now: number): Promise<Record<string, unknown>[]> {
  const waiting = lines.filter(({ state }) => state === "parked");
  const snapshot = await g.snapshot();
  return groups(
    waiting,
    (line) => line.set_up_errors.map(({ endpoint_id }) => endpoint_id),
    () => ZERO,
    now,
  ).map(({ key, count, oldest_since }) => {
    const endpoint = snapshot.endpoint(key)?.body;
    return {
      endpoint_id: key,
      buyer_id: endpoint?.buyer_id ?? null,
      name: endpoint?.name ?? null,
      count,
      oldest_since,
    };
  });
}

const riskOf = (line: LeadLine): Money =>
  line.test ? ZERO : money(line.in_doubt.reduce((sum, { price }) => sum + price, 0));

function summed<T extends LeadLine>(lines: readonly T[], risk: (line: T) => Money): Sum {
  return lines.reduce<Sum>(
    (sum, line) => ({
      count: sum.count + 1,
      money: money(sum.money + risk(line)),
      oldest: line.rest_at === null ? sum.oldest : Math.min(sum.oldest ?? line.rest_at, line.rest_at),
    }),
    { count: 0, money: ZERO, oldest: null },
  );
}

function wire({ count, money: at_risk, oldest }: Sum, now: number) {
  return {
    count,
    money_at_risk: toWire(at_risk),
    oldest_since: oldest === null ? null : new Date(oldest).toISOString(),
    oldest_age_s: oldest === null ? null : Math.max(0, Math.floor((now - oldest) / 1_000)),
  };
}

/** Lines by each key that they have (once a key), the largest first. */
function groups<K extends string>(
  lines: readonly LeadLine[],
  keys: (line: LeadLine) => K[],
  risk: (line: LeadLine, key: K) => Money,
  now: number,
) {
  const by = new Map<K, LeadLine[]>();
  for (const line of lines)
    for (const key of new Set(keys(line))) {
      const known = by.get(key);
      if (known) known.push(line);
      else by.set(key, [line]);
    }
  return [...by]
    .map(([key, some]) => ({
      key,
      ...wire(
        summed(some, (line) => risk(line, key)),
        now,
      ),
    }))
    .sort((a, b) => b.count - a.count || (a.key < b.key ? -1 : 1))
    .slice(0, MOST_GROUPS);
}

const named = <K extends string, T extends { key: string }>(name: K, found: T[]) =>
  found.map(({ key, ...sums }) => ({ [name]: key, ...sums }));
