import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { about, writeResult } from "../shared/results.ts";
import { EMPTY, Meter } from "./meter.ts";
import { ALSO, adminCalls, consolePages, filled, type Ids } from "./pages.ts";
import { prepared } from "./prepare.ts";
import { reconciled, say } from "./reconcile.ts";

/**
 * Server time of each page of the console and each reading call with 200,000 auctions in the ledger, against one indexed look-up in the
 * same run: processor time, which other load on the machine does not change. `npm run bench:console [-- --auctions 200000 --rounds 8]`.
 * `--leads 1000000` instead: every auction was posted, and books and accounts have the leads too; `--reconcile`: the whole job over them
 * (`--rounds 0`: that alone); `--state <directory>`: what was filled stays there, and is used again.
 */
const { values } = parseArgs({
  options: {
    auctions: { type: "string", default: "200000" },
    leads: { type: "string" },
    rounds: { type: "string", default: "8" },
    days: { type: "string", default: "30" },
    reconcile: { type: "boolean", default: false },
    state: { type: "string" },
  },
});
const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** A page may cost so many look-ups. */
const LIMIT = 20;
const [auctions, rounds, days] = [Number(values.leads ?? values.auctions), Number(values.rounds), Number(values.days)];
const leads = values.leads !== undefined;
const short = (value: number): number => Number(value.toFixed(2));

interface Row {
  path: string;
  status: number;
  /** Processor time of the server, without that of an empty request; and times that of a look-up. */
  cpu_ms: number;
  ratio: number;
  /** From asking to the answer's end, median. */
  wall_ms: number;
}

async function run(): Promise<void> {
  const wanted = { auctions, days, leads, counted: values.reconcile, state: values.state };
  const { url, stop, admin, ids } = await prepared(wanted);
  try {
    if (rounds > 0) await pages(url, admin.token, ids);
    if (!values.reconcile) return;
    const found = await reconciled(url, admin);
    say(found);
    const command = `npm run bench:console -- --leads ${auctions} --reconcile`;
    writeResult("reconcile", { about: { ...about(""), command }, leads: auctions, days, ...found });
    if (found.state !== "done" || found.failed > 0) process.exitCode = 1;
  } finally {
    await stop();
  }
}

async function pages(url: string, token: string, ids: Ids): Promise<void> {
  const cookie = await signIn(url, token);
  const document = (await (await fetch(`${url}/openapi.json`)).json()) as Parameters<typeof adminCalls>[0];
  const paths = [...consolePages(join(ROOT, "worker/console")), ...adminCalls(document)].flatMap((path) => {
    const own = filled(path, ids);
    return own === null ? [] : [own, ...(ALSO[path] ?? []).map((query) => `${own}?${query}`)];
  });
  const meter = new Meter(url, { cookie, authorization: `Bearer ${token}` });
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
  const result = { at: new Date().toISOString(), machine, node: process.version, auctions, leads, days, rounds };
  const file = join(ROOT, `bench/results/${leads ? "console-leads" : "console"}.json`);
  mkdirSync(join(ROOT, "bench/results"), { recursive: true });
  writeFileSync(file, `${JSON.stringify({ ...result, limit: LIMIT, lookup, empty, rows }, null, 2)}\n`);
  const bad = rows.filter(({ ratio, status, path }) => status >= 500 || (ratio > LIMIT && path.startsWith("/ops")));
  process.exitCode = bad.length > 0 ? 1 : 0;
}

await run();
