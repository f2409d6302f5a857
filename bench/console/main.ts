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
import { cpuMs, workerdsBelow } from "../shared/processes.ts";
import { ALSO, adminCalls, consolePages, filled, type Ids } from "./pages.ts";
import { contractsOf, fill, openLedger } from "./seed.ts";

/**
 * Server time of each page of the console and each reading call with 200,000 auctions in the ledger, against one indexed look-up in the
 * same run: processor time, which other load on the machine does not change. `npm run bench:console [-- --auctions 200000 --rounds 8]`.
 */
const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** A page may cost so many look-ups. */
const LIMIT = 20;
const option = (name: string, otherwise: number): number => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
};
const [auctions, rounds, days] = [option("auctions", 200_000), option("rounds", 8), option("days", 30)];
const median = (values: number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const short = (value: number): number => Number(value.toFixed(2));

const dir = mkdtempSync(join(tmpdir(), "gateway-bench-"));
const place = { state: join(dir, "state"), log: join(dir, "gateway.log"), leave: () => undefined };
mkdirSync(place.state);
writeFileSync(place.log, "");
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
  /** Processor time of the server, without that of an empty request; and times that of a look-up. */
  cpu_ms: number;
  ratio: number;
  /** From asking to the answer's end, median. */
  wall_ms: number;
}
/** Requests in a row, so that the ticks in which processor time is counted are small beside them. */
const IN_A_ROW = 5;
/** No look-up at all: what HTTP, the router and the local runtime's own front cost. */
const EMPTY = "/docs/init.js";

class Meter {
  readonly status = new Map<string, number>();
  private readonly sums = new Map<string, { cpu: number; n: number; walls: number[] }>();
  private readonly url: string;
  private readonly headers: Record<string, string>;
  private readonly workerds = workerdsBelow(process.pid);
  constructor(url: string, headers: Record<string, string>) {
    this.url = url;
    this.headers = headers;
  }

  async run(path: string, count: boolean): Promise<void> {
    const sum = this.sums.get(path) ?? { cpu: 0, n: 0, walls: [] };
    const before = cpuMs(this.workerds);
    for (let i = 0; i < IN_A_ROW; i++) {
      const began = performance.now();
      const { headers } = this;
      const response = await fetch(this.url + path, {
        headers,
        redirect: "manual",
        signal: AbortSignal.timeout(60_000),
      });
      await response.arrayBuffer();
      this.status.set(path, response.status);
      if (count) sum.walls.push(performance.now() - began);
    }
    if (!count) return;
    sum.cpu += cpuMs(this.workerds) - before;
    sum.n += IN_A_ROW;
    this.sums.set(path, sum);
  }

  cpu(path: string): number {
    const sum = this.sums.get(path);
    return sum ? sum.cpu / sum.n : 0;
  }
  wall(path: string): number {
    return median(this.sums.get(path)?.walls ?? []);
  }
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
    const meter = new Meter(url, { cookie, authorization: `Bearer ${admin.token}` });
    // One indexed look-up behind the same door: authentication, one row by its primary key, JSON.
    const lookup = `/v1/admin/publishers/${ids.publishers}`;
    // The first round warms up.
    for (let round = -1; round < rounds; round++)
      for (const path of paths) for (const each of [EMPTY, lookup, path]) await meter.run(each, round >= 0);
    const net = (path: string) => Math.max(0, meter.cpu(path) - meter.cpu(EMPTY));
    const rows: Row[] = paths.map((path) => ({
      ...{ path: shown(path, ids), status: meter.status.get(path) ?? 0, cpu_ms: short(net(path)) },
      ...{ ratio: short(net(path) / net(lookup)), wall_ms: short(meter.wall(path)) },
    }));
    const base = { cpu_ms: short(net(lookup)), wall_ms: short(meter.wall(lookup)) };
    report(rows, base, { cpu_ms: short(meter.cpu(EMPTY)), wall_ms: short(meter.wall(EMPTY)) });
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

type Cost = Pick<Row, "cpu_ms" | "wall_ms">;

function report(rows: Row[], lookup: Cost, empty: Cost): void {
  rows.sort((a, b) => b.ratio - a.ratio);
  console.log(
    `\none indexed look-up: ${lookup.cpu_ms} ms of processor time beyond an empty request's ${empty.cpu_ms}\n`,
  );
  for (const { path, status, cpu_ms, ratio, wall_ms } of rows) {
    const figures = [
      `${ratio.toFixed(1)} ×`.padStart(9),
      `${cpu_ms.toFixed(1)} ms`.padStart(10),
      `${wall_ms.toFixed(0)} ms`.padStart(8),
    ];
    console.log(`${figures.join("")}  ${status}  ${path}${ratio > LIMIT ? "   OVER" : ""}`);
  }
  const machine = `${cpus()[0]?.model ?? "unknown"}, ${cpus().length} shared cores`;
  const result = { at: new Date().toISOString(), machine, node: process.version, auctions, days, rounds };
  const file = join(ROOT, "bench/results/console.json");
  mkdirSync(join(ROOT, "bench/results"), { recursive: true });
  writeFileSync(file, `${JSON.stringify({ ...result, limit: LIMIT, lookup, empty, rows }, null, 2)}\n`);
  const bad = rows.filter(({ ratio, status, path }) => status >= 500 || (ratio > LIMIT && path.startsWith("/ops")));
  process.exitCode = bad.length > 0 ? 1 : 0;
}

try {
  await run();
} finally {
  rmSync(dir, { recursive: true, force: true });
}
