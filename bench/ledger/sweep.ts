import { mkdirSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { BookCore } from "../../durable-objects/auction-book-store.ts";
import { BookAlarm } from "../../durable-objects/book/alarm.ts";
import { auction, claim, PING, SHARD, T0 } from "../../test/pure/book/fixtures.ts";
import { nodeSql } from "../../test/support/node-sql.ts";

/**
 * A book with so many leads: what its alarm's sweep costs with a thousand stalled ones among them, a page of facts as a reconcile reads
 * them, and a piece of the purge; beside a book with a hundredth of them, in the same run. The object's own code over the local SQLite.
 */
const { values } = parseArgs({ options: { leads: { type: "string", default: "1000000" } } });
const STALLED = 1_000;

/** Ended leads made by SQL from one that was claimed; every so many one is open and its holder is gone. */
function bookOf(leads: number) {
  let now = T0;
  const sql = nodeSql();
  const core = new BookCore({ sql, now: () => now, shard: SHARD });
  core.record({ v: 1, batch: "b", auctions: [auction()], late: [], project: [PING] });
  core.claim(claim());
  const name = "printf('lb00%07d', i)";
  const every = Math.floor(leads / STALLED);
  const of = (what: string, changes: string, columns: string, where: string) =>
    sql.run(
      `WITH RECURSIVE c(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM c WHERE i + 1 < ${leads}) INSERT INTO leads (lead_id, ping_id, auction_id, state, closed_at, slim, sweep_at, body) SELECT ${name}, NULL, NULL, ${what}, ${columns}, 0, ${T0}, json_set(l.body, '$.lead_id', ${name}, '$.ping_id', NULL, '$.auction_id', NULL, ${changes}) FROM c, (SELECT body FROM leads WHERE lead_id = 'l1') AS l WHERE ${where}`,
    );
  sql.transaction(() => {
    // Before the book was opened: their consumers have been settled.
    const ended = T0 - 1_000;
    of("'unsold'", `'$.state', 'unsold', '$.closed_at', ${ended}`, String(ended), `i % ${every} <> 0`);
    of("'open'", "'$.state', 'open'", "NULL", `i % ${every} = 0`);
  });
  const woken: string[] = [];
  const alarm = new BookAlarm(core, {
    enqueue: async (messages) => void woken.push(...messages.map(({ lead_id }) => lead_id)),
    settleConsumer: async () => {},
    project: async () => ({ refused: [] }),
    failed: (kind, error) => {
      throw new Error(`${kind}: ${String(error)}`);
    },
  });
  const pass = (ms: number) => {
    now += ms;
  };
  return { core, alarm, woken, pass };
}

async function timed(work: () => unknown): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

async function measure(leads: number) {
  const { core, alarm, woken, pass } = bookOf(leads);
  pass(60_000);
  const sweep_ms = await timed(() => alarm.run());
  const distinct = new Set(woken).size;
  if (distinct < STALLED) throw new Error(`only ${distinct} were woken`);
  let after: string | null = null;
  const pages: number[] = [];
  for (let page = 0; page < 50; page++) {
    const began = performance.now();
    const { next } = core.facts(after, 100);
    pages.push(performance.now() - began);
    after = next;
  }
  const facts_ms = pages.toSorted((a, b) => a - b)[25] ?? Number.NaN;
  pass(8 * 86_400_000);
  const purge_ms = await timed(() => core.purge());
  return { leads, woken: distinct, sweep_ms, facts_ms, purge_ms };
}

const most = Number(values.leads);
const [few, many] = [await measure(most / 100), await measure(most)];
const ratios = Object.fromEntries(
  (["sweep_ms", "facts_ms", "purge_ms"] as const).map((what) => [what, many[what] / few[what]]),
);
const result = { date: new Date().toISOString(), node: process.version, few, many, ratios };
mkdirSync(new URL("../results/", import.meta.url), { recursive: true });
writeFileSync(new URL("../results/sweep.json", import.meta.url), `${JSON.stringify(result, null, 1)}\n`);
console.log(JSON.stringify(result, null, 1));
