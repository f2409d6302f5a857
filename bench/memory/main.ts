import { rmSync } from "node:fs";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { type Admin, callJson } from "../../demo/api.ts";
import { type GatewayProcess, placeOf } from "../../test/kills/process.ts";
import { openLedger } from "../console/seed.ts";
import { type Beside, writeBeside } from "../growth/contracts.ts";
import { contenderOf, startGateway } from "../pings/gateway.ts";
import { drive, type Field } from "../pings/measure.ts";
import { end, startScript } from "../pings/processes.ts";
import { about, writeResult } from "../shared/results.ts";

/**
 * Does the gateway live in the 128 MB that the platform gives an isolate? Local workerd has no limit of its own, but V8 has: each isolate's heap
 * is held to so many MB, less each time, until the gateway dies of it. At each limit it starts, is pinged, and takes in changed
 * configuration under load, which is when two snapshots are there. Lists of ZIPs lie outside V8's heap: `bench:filters` measures them.
 * `npm run bench:memory [-- --limits 128,64]`.
 */
const { values } = parseArgs({
  options: {
    /** Most of V8's heap, MB. */
    limits: { type: "string", default: "128,96,80,64,56,48,40,32" },
    /** Pings at each limit. */
    pings: { type: "string", default: "1500" },
    changes: { type: "string", default: "5" },
    out: { type: "string" },
  },
});
const N = 10;
const run = about("npm run bench:memory --");
const limits = values.limits.split(",").map(Number);
const WORLDS: [name: string, beside: Beside][] = [
  [`${N} contracts`, { count: 0, zips: 0 }],
  ["1000 contracts", { count: 1_000 - N, zips: 0 }],
  ["10000 contracts", { count: 10_000 - N, zips: 0 }],
  ["1000 x 5000 ZIPs", { count: 1_000 - N, zips: 5_000 }],
];

const buyers = await startScript("../pings/buyers.ts");
const load = await startScript("../pings/load.ts");
const field: Field = { load: load.child, buyers: buyers.child };
const base = await startGateway(`http://127.0.0.1:${buyers.port}`, [N]);
try {
  await base.process.kill();
  const found: Record<string, { lives_in_mb: number | null; dies_in_mb: number | null }> = {};
  for (const [name, beside] of WORLDS) {
    found[name] = await leastOf(beside);
    console.log(`${name}: lives in ${found[name].lives_in_mb ?? "none of them"} MB, dies in ${found[name].dies_in_mb}`);
  }
  writeResult("memory", { about: { ...run, buyers: N, limits }, found }, values.out);
} finally {
  await base.stop();
  for (const { child } of [buyers, load]) await end(child);
}

/** The least limit at which the gateway lives, and the first at which it does not. */
async function leastOf(beside: Beside): Promise<{ lives_in_mb: number | null; dies_in_mb: number | null }> {
  let lives_in_mb: number | null = null;
  for (const mb of limits) {
    const place = placeOf("bench-memory");
    const gateway = await base.process.copy(place);
    const db = openLedger(dirname(gateway.state));
    writeBeside(db, N, beside);
    db.close();
    try {
      if (!(await lives(gateway, mb))) return { lives_in_mb, dies_in_mb: mb };
      lives_in_mb = mb;
    } finally {
      await gateway.kill();
      rmSync(place, { recursive: true, force: true });
    }
  }
  return { lives_in_mb, dies_in_mb: null };
}

async function lives(gateway: GatewayProcess, mb: number): Promise<boolean> {
  process.env.MINIFLARE_WORKERD_V8_FLAGS = `--max-heap-size=${mb}`;
  try {
    await gateway.start();
    const one = await contenderOf(gateway, { name: "gateway", key: base.key, n: N }, async () => {});
    const [changes, pings] = [Number(values.changes), Number(values.pings)];
    for (let i = 0; i < changes; i++) {
      const count = Math.ceil(pings / changes);
      const [{ result }] = await Promise.all([
        drive(field, one, N, { count, at_once: 8 }),
        patch(one.admin, `contracts/c${N}_0`, { name: `after change ${i}` }),
      ]);
      if (result.accepted !== count) return false;
    }
    return true;
  } catch (error) {
    // Another fault is not for want of memory.
    if (await answers(gateway.url)) throw error;
    return false;
  } finally {
    delete process.env.MINIFLARE_WORKERD_V8_FLAGS;
  }
}

function patch({ url, token }: Admin, path: string, body: object): Promise<unknown> {
  return callJson("PATCH", `${url}/${path}`, { token, body });
}

async function answers(url: string): Promise<boolean> {
  const response = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(5_000) }).catch(() => null);
  await response?.arrayBuffer();
  return response?.ok ?? false;
}
