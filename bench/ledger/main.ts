import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";
import type { NumberedEvent } from "../../schema/events.ts";
import { ledgerLeads } from "../../worker/ledger/compare.ts";
import { projectTo } from "../../worker/ledger/project.ts";
import { versionOf } from "../shared/results.ts";

/**
 * The ledger in a local D1: auctions a second in batches as outboxes send them, beside a bare insert of the same JSON into a table without
 * an index, taking turns; and what a reconcile asks of it with so many leads there. `npm run bench:ledger [-- --leads 1000000]`.
 */
const { values } = parseArgs({
  options: {
    leads: { type: "string", default: "100000" },
    rounds: { type: "string", default: "15" },
    batch: { type: "string", default: "50" },
  },
});
const AT = Date.UTC(2026, 10, 20);
const worker = {
  name: "bench",
  modules: true,
  script: "export default { fetch: () => new Response() }",
  compatibilityDate: "2026-10-01",
  d1Databases: ["DB"],
};
const options = { log: new Log(LogLevel.ERROR), cf: false as const, telemetry: { enabled: false }, workers: [worker] };
const mf = new Miniflare(convertV4MiniflareOptions(options));
const db = (await mf.getD1Database("DB")) as unknown as D1Database;
const folder = fileURLToPath(new URL("../../schema/migrations/", import.meta.url));
for (const name of readdirSync(folder)
  .filter((file) => file.endsWith(".sql"))
  .sort())
  for (const sql of readFileSync(`${folder}${name}`, "utf8").split("--> statement-breakpoint"))
    if (sql.trim() !== "") await db.prepare(sql).run();
await db.prepare("CREATE TABLE bare (body TEXT NOT NULL)").run();

const record = JSON.stringify({ candidates: Array.from({ length: 50 }, (_, i) => ({ contract_id: `c${i}`, ms: i })) });
let n = 0;
const auction = (listed: boolean): NumberedEvent => {
  n++;
  const row = { ping_id: `p${n}`, at: AT + n, publisher_id: `pub${n % 20}`, campaign_id: "auto", test: 0 };
  const told = { result: "accepted", code: null, price: 100_000, took_ms: 80 };
  if (!listed) return { table: "unlisted", n, row: { ...row, ...told } };
  return { table: "auctions", n, row: { ...row, ...told, bidders: 50, bids: 40, config_seq: 1, record } };
};
const project = projectTo(db, () => AT);
const size = Number(values.batch);
const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const began = performance.now();
  await work();
  return performance.now() - began;
};
const median = (list: number[]): number => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)] ?? Number.NaN;

const turns: { listed: number[]; unlisted: number[]; bare: number[] } = { listed: [], unlisted: [], bare: [] };
for (let round = -2; round < Number(values.rounds); round++) {
  const batch = (listed: boolean) => Array.from({ length: size }, () => auction(listed));
  const [listed, unlisted] = [batch(true), batch(false)];
  const bare = JSON.stringify(listed.map(({ row }) => row));
  const ms = {
    listed: await timed(() => project("book:bench", listed)),
    unlisted: await timed(() => project("book:bench", unlisted)),
    bare: await timed(() => db.prepare("INSERT INTO bare SELECT value FROM json_each(?1)").bind(bare).run()),
  };
  if (round < 0) continue;
  turns.listed.push(ms.listed);
  turns.unlisted.push(ms.unlisted);
  turns.bare.push(ms.bare);
}
const perSecond = (ms: number[]): number => Math.round((size * 1_000) / median(ms));
const ratio = (of: number[]): number => median(of.map((ms, i) => (turns.bare[i] ?? Number.NaN) / ms));

// Leads by SQL, in pieces; ids as a book's, so that the look-ups meet what they meet in production.
const leads = Number(values.leads);
const PIECE = 50_000;
const id = "printf('lb00%06d000000000000000000', i)";
for (let from = 0; from < leads; from += PIECE) {
  const counted = `WITH RECURSIVE c(i) AS (SELECT ${from} UNION ALL SELECT i + 1 FROM c WHERE i + 1 < ${Math.min(from + PIECE, leads)})`;
  await db
    .prepare(
      `${counted} INSERT INTO leads (lead_id, month, at, publisher_id, campaign_id, test, mode, state, payout, price, sealed, wrapped_key, n) SELECT ${id}, 202611, ${AT} + i, 'pub', 'auto', 1, 'final', 'sold', 0, 100000, 'x', 'x', 1 FROM c`,
    )
    .run();
  await db
    .prepare(
      `${counted} INSERT INTO sales (sale_id, month, at, lead_id, publisher_id, campaign_id, contract_id, buyer_id, reservation_id, price, payout, margin, n) SELECT ${id} || ':1', 202611, ${AT} + i, ${id}, 'pub', 'auto', 'c', 'b' || (i % 50), ${id} || '_r', 100000, 80000, 20000, 1 FROM c`,
    )
    .run();
}
const PAGE = 100;
const looks: number[] = [];
for (let look = 0; look < 40; look++) {
  const from = Math.floor((look * (leads - PAGE)) / 40);
  const ids = Array.from({ length: PAGE }, (_, i) => `lb00${String(from + i).padStart(6, "0")}000000000000000000`);
  looks.push(
    await timed(async () => {
      const found = await ledgerLeads(db, ids);
      if (found.size !== PAGE || [...found.values()].some(({ sales }) => sales.length !== 1))
        throw new Error("not all found");
    }),
  );
}
const result = {
  about: {
    date: new Date().toISOString(),
    cpu: `${cpus().length} x ${cpus()[0]?.model}`,
    versions: Object.fromEntries(["workerd", "miniflare"].map((name) => [name, versionOf(name)])),
    batch: size,
    rounds: Number(values.rounds),
    leads,
  },
  ingest: {
    listed_per_s: perSecond(turns.listed),
    unlisted_per_s: perSecond(turns.unlisted),
    bare_per_s: perSecond(turns.bare),
    ratio_listed: ratio(turns.listed),
    ratio_unlisted: ratio(turns.unlisted),
    turns,
  },
  reconcile: { page: PAGE, look_ms: median(looks), whole_ledger_s: (median(looks) * leads) / PAGE / 1_000 },
};
mkdirSync(new URL("../results/", import.meta.url), { recursive: true });
writeFileSync(new URL("../results/ledger.json", import.meta.url), `${JSON.stringify(result, null, 1)}\n`);
console.log(JSON.stringify({ ...result.ingest, turns: undefined, ...result.reconcile }, null, 1));
await mf.dispose();
