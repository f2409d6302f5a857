import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Admin } from "../../demo/api.ts";
import { behavioursOf, everyBuyer, startBuyers } from "../../demo/buyers/index.ts";
import { migrate, startGateway } from "../../demo/gateway.ts";
import { secretsFor, varsOf } from "../../demo/place.ts";
import { pickPort } from "../../demo/ports.ts";
import { namesOf, playAll } from "../../demo/run.ts";
import { seed, waitForConfiguration } from "../../demo/seed.ts";
import { ALSO, adminCalls, consolePages, filled, type Ids } from "./pages.ts";
import { contractsOf, fill, openLedger } from "./seed.ts";

/**
 * Server time of each page of the console and each reading call with 200,000 auctions in the ledger, against one indexed look-up in the
 * same run. `npm run bench:console [-- --auctions 200000 --rounds 15]`.
 */
const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** A page may cost so many look-ups. */
const LIMIT = 20;
const option = (name: string, otherwise: number): number => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
};
const [auctions, rounds, days] = [option("auctions", 200_000), option("rounds", 15), option("days", 30)];
const median = (values: number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const short = (value: number): number => Number(value.toFixed(2));

const dir = mkdtempSync(join(tmpdir(), "gateway-bench-"));
const place = { state: join(dir, "state"), log: join(dir, "gateway.log"), leave: () => undefined };
mkdirSync(place.state);
writeFileSync(place.log, "");
try {
  await run();
} finally {
  rmSync(dir, { recursive: true, force: true });
}

/** A gateway that has sold the demo's leads, so that pages about one of each have one to show; then the ledger is filled while it is down. */
async function prepared(): Promise<{ url: string; stop(): Promise<void>; admin: Admin; ids: Ids }> {
  const site = `http://127.0.0.1:${await pickPort("the buyers", 0, "", 0)}`;
  const players = everyBuyer(site);
  const otherwise = (_: unknown, response: { writeHead(status: number): { end(): void } }) =>
    response.writeHead(404).end();
  const buyers = await startBuyers({ port: Number(new URL(site).port), buyers: behavioursOf(players), otherwise });
  await migrate(place);
  const secrets = secretsFor(place);
  const port = await pickPort("the gateway", 0, "", 0);
  const first = await startGateway(port, place, varsOf(secrets));
  const admin = new Admin(first.url, secrets.admin);
  const seeded = await seed(admin, players, site);
  await waitForConfiguration(first.url, seeded);
  await playAll({ gateway: first.url, admin, seeded }, namesOf(players));
  const ids = await idsOf(admin);
  await first.close();
  const began = performance.now();
  const db = openLedger(place.state);
  fill(db, contractsOf(db), Object.keys(seeded.keys), { auctions, days, until: Date.now() });
  db.close();
  console.log(`${auctions} auctions of ${days} days written in ${Math.round((performance.now() - began) / 1_000)} s`);
  const again = await startGateway(port, place, varsOf(secrets));
  const stop = async () => {
    await again.close();
    await buyers.close();
  };
  return { url: again.url, stop, admin: new Admin(again.url, secrets.admin), ids };
}

interface Item {
  id: string;
}
async function idsOf(admin: Admin): Promise<Ids> {
  const first = async (path: string, field = "id"): Promise<string> => {
    const { items } = await admin.get<{ items: (Item & Record<string, string>)[] }>(path);
    return items[0]?.[field] ?? "";
  };
  const lead = await first("leads?state=sold&limit=1", "lead_id");
  const { attempts } = await admin.get<{ attempts: { attempt_id: string }[] }>(`leads/${lead}/trace`);
  const [ping] = await Promise.all([admin.get<{ lead: { ping_id: string | null } }>(`leads/${lead}/trace`)]);
  return {
    ...{
      leads: lead,
      "leads/id": lead,
      lead_id: lead,
      ping_id: ping.lead.ping_id ?? "",
      auctions: ping.lead.ping_id ?? "",
    },
    ...{
      attempts: attempts[0]?.attempt_id ?? "",
      "dead-letters": await first("leads?state=review&limit=1", "lead_id"),
    },
    ...{ buyers: await first("buyers?limit=1"), campaigns: "auto_insurance", publishers: "quotewise" },
    ...{ endpoints: await first("endpoints?limit=1"), contracts: await first("contracts?limit=1"), versions: "1" },
    ...{ forms: "demo_form_auto", what: "summary", csv: "summary" },
  };
}

interface Row {
  path: string;
  status: number;
  ms: number;
  ratio: number;
}

async function run(): Promise<void> {
  const { url, stop, admin, ids } = await prepared();
  try {
    const cookie = await signIn(url, admin.token);
    const document = (await (await fetch(`${url}/openapi.json`)).json()) as Parameters<typeof adminCalls>[0];
    const paths = [...consolePages(join(ROOT, "worker/console")), ...adminCalls(document)].flatMap((path) => {
      const own = filled(path, ids);
      return own === null ? [] : [own, ...(ALSO[path] ?? []).map((query) => `${own}?${query}`)];
    });
    const headers = { cookie, authorization: `Bearer ${admin.token}` };
    // One indexed look-up behind the same door: authentication, one row by its primary key, JSON.
    const lookup = `/v1/admin/publishers/${ids.publishers}`;
    const times = new Map<string, number[]>();
    const status = new Map<string, number>();
    const base: number[] = [];
    const time = async (path: string): Promise<number> => {
      const began = performance.now();
      const response = await fetch(url + path, { headers, redirect: "manual", signal: AbortSignal.timeout(60_000) });
      await response.arrayBuffer();
      status.set(path, response.status);
      return performance.now() - began;
    };
    // The first two rounds warm up.
    for (let round = -2; round < rounds; round++)
      for (const path of paths) {
        const [at, took] = [await time(lookup), await time(path)];
        if (round < 0) continue;
        base.push(at);
        times.set(path, [...(times.get(path) ?? []), took]);
      }
    const one = median(base);
    const rows: Row[] = [...times].map(([path, all]) => {
      const ms = median(all);
      return { path: shown(path, ids), status: status.get(path) ?? 0, ms: short(ms), ratio: short(ms / one) };
    });
    report(rows, one);
  } finally {
    await stop();
  }
}

/** Ids are different each time: the table names the parameter. */
const shown = (path: string, ids: Ids): string =>
  Object.entries(ids).reduce(
    (text, [name, id]) => (id.length < 20 ? text : text.replaceAll(id, `:${name.split("/")[0]}`)),
    path,
  );

async function signIn(url: string, token: string): Promise<string> {
  const body = new URLSearchParams({ token, next: "/ops" });
  const answer = await fetch(`${url}/ops/sign-in`, {
    method: "POST",
    body,
    redirect: "manual",
    headers: { origin: url },
  });
  const cookie = answer.headers.get("set-cookie")?.split(";")[0];
  if (answer.status !== 303 || !cookie) throw new Error(`the sign-in answered ${answer.status}`);
  return cookie;
}

function report(rows: Row[], lookup_ms: number): void {
  rows.sort((a, b) => b.ratio - a.ratio);
  console.log(`\none indexed look-up: ${lookup_ms.toFixed(2)} ms (median); limit: ${LIMIT} of it\n`);
  for (const { path, status, ms, ratio } of rows)
    console.log(
      `${String(ratio).padStart(7)} ×  ${ms.toFixed(1).padStart(8)} ms  ${status}  ${path}${ratio > LIMIT ? "   OVER" : ""}`,
    );
  const machine = `${cpus()[0]?.model ?? "unknown"}, ${cpus().length} shared cores`;
  const result = { at: new Date().toISOString(), machine, node: process.version, auctions, days, rounds };
  mkdirSync(join(ROOT, "bench/results"), { recursive: true });
  const file = join(ROOT, "bench/results/console.json");
  writeFileSync(file, `${JSON.stringify({ ...result, limit: LIMIT, lookup_ms: short(lookup_ms), rows }, null, 2)}\n`);
  const bad = rows.filter(({ ratio, status }) => ratio > LIMIT || status >= 500);
  process.exitCode = bad.length > 0 ? 1 : 0;
}
