import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import counted from "../../../bench/results/costs.json";
import { type Mix, play, seedWorld } from "./run.ts";

/** Set by `npm run bench:costs`, which keeps what is printed. */
const full = Number(Reflect.get(env, "COSTS_PINGS") ?? 0);

/** A part of what was counted, by ping: what belongs to time (health, bidding) a short run cannot tell. */
const PARTS = {
  "dialer.calls": 0.01,
  "log.events": 0.01,
  "log.bytes": 0.05,
  "analytics.points": 0.01,
  "book.call.record": 0.05,
  "book.call.claim": 0.01,
  "book.call.advance": 0.01,
  "book.call.evidence": 0.01,
  "book.call.close": 0.01,
  "account.call.reserve": 0.01,
  "account.call.capture": 0.01,
} as const;
/** Rows of statements that begin so, by ping. Events begin an outbox's row or join one: how many do which is the batches' affair. */
const ROWS = [
  "book INSERT INTO pages",
  "book INSERT INTO leads",
  "book UPDATE leads",
  "book INSERT INTO outbox (|book UPDATE outbox SET",
  "book INSERT INTO due",
  "account INSERT INTO reservations",
  "account INSERT INTO consumers",
  "account UPDATE account",
  "account INSERT INTO due",
  "D1 INSERT INTO leads",
  "D1 INSERT INTO deliveries",
  "D1 INSERT INTO sales",
  "D1 INSERT INTO money_movements",
];
const rowsOf = (statements: Record<string, number>, start: string): number =>
  Object.entries(statements)
    .filter(([text]) => start.split("|").some((begin) => text.startsWith(begin)))
    .reduce((sum, [, rows]) => sum + rows, 0);

it.skipIf(full > 0)(
  "what docs/costs.md counts is what the gateway does today",
  async () => {
    const { world, key } = await seedWorld(50);
    const mix: Mix = { buyers: 50, rate: 10, pings: 40, post_every: 10 };
    const found = await play(world, key, mix);
    world.end();
    const known = (n: number) => n / counted.mix.pings;
    for (const [part, tolerance] of Object.entries(PARTS)) {
      const documented = known(Reflect.get(counted.counts, part) as number);
      const now = (found.counts[part] ?? 0) / mix.pings;
      expect(Math.abs(now - documented), `${part}: ${now} a ping, documented ${documented}`).toBeLessThanOrEqual(
        documented * tolerance,
      );
    }
    for (const start of ROWS) {
      const documented = known(rowsOf(counted.statements, start));
      const now = rowsOf(found.statements, start) / mix.pings;
      expect(Math.abs(now - documented), `${start}: ${now} rows a ping, documented ${documented}`).toBeLessThanOrEqual(
        Math.max(0.02, documented * 0.1),
      );
    }
  },
  120_000,
);

it.runIf(full > 0)(
  "the long count",
  async () => {
    const { world, key } = await seedWorld(50);
    const mix: Mix = { buyers: 50, rate: 10, pings: full, post_every: 10 };
    const found = await play(world, key, mix);
    world.end();
    console.info(`COSTS ${JSON.stringify({ mix, ...found })}`);
    // A dialer that is busy is asked in vain, a buyer that failed is left alone: a few more or less.
    expect((found.counts["dialer.calls"] ?? 0) / full).toBeCloseTo(8, 0);
  },
  1_800_000,
);
