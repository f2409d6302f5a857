import { rmSync } from "node:fs";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { placeOf } from "../../test/kills/process.ts";
import { openLedger } from "../console/seed.ts";
import { type BenchGateway, contenderOf, startGateway } from "../pings/gateway.ts";
import { type Field, measure } from "../pings/measure.ts";
import { end, startScript } from "../pings/processes.ts";
import { measureRow, printRow, type Ratio, ratioOf } from "../pings/row.ts";
import { residentBytes } from "../shared/processes.ts";
import { about, writeResult } from "../shared/results.ts";
import { type Beside, writeBeside } from "./contracts.ts";

/**
 * What a ping to ten buyers costs when more contracts are configured that do not want it: gateways with 10 to 10,000 contracts, and with
 * 1,000 of 5,000 ZIPs each, take turns in one run. `npm run bench:growth [-- --minutes 1]`.
 */
const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "1" },
    rounds: { type: "string", default: "25" },
    turn_ms: { type: "string", default: "300" },
    configured: { type: "string", default: "100,1000,10000" },
    warm: { type: "string", default: "1000" },
    /** Leaves out the contracts with long lists. */
    no_zips: { type: "boolean", default: false },
    out: { type: "string" },
  },
});
const run = about("npm run bench:growth --");
const N = 10;
/** Never refused, however late the isolate is. */
const AT_ONCE = 8;
const BASE = `${N} contracts`;
const besides: [name: string, beside: Beside][] = values.configured
  .split(",")
  .map((count) => [`${count} contracts`, { count: Number(count) - N, zips: 0 }]);
if (!values.no_zips) besides.push(["1000 x 5000 ZIPs", { count: 1_000 - N, zips: 5_000 }]);

const buyers = await startScript("../pings/buyers.ts");
const load = await startScript("../pings/load.ts");
const field: Field = { load: load.child, buyers: buyers.child };
const stops: (() => Promise<void>)[] = [() => end(buyers.child), () => end(load.child)];
try {
  const base = await startGateway(`http://127.0.0.1:${buyers.port}`, [N]);
  stops.push(base.stop);
  const gateways = [{ ...base, name: BASE }];
  await base.process.kill();
  for (const [name, beside] of besides) gateways.push(await grown(base, name, beside));
  await base.process.start();
  gateways[0] = { ...(await contenderOf(base.process, { name: BASE, key: base.key, n: N }, base.stop)), name: BASE };

  for (const one of gateways) await measure(field, one, N, Number(values.warm), AT_ONCE);
  const until = performance.now() + Number(values.minutes) * 60_000;
  const plan = { n: N, at_once: AT_ONCE, turn_ms: Number(values.turn_ms), rounds: Number(values.rounds), until };
  const row = await measureRow(field, gateways, plan);
  printRow(row);
  const beside = Object.fromEntries(gateways.map(({ name }) => [name, ratioOf(row, name, BASE)]));
  const resident = Object.fromEntries(gateways.map(({ name, pid }) => [name, residentBytes(pid)]));
  for (const { name } of gateways.slice(1)) print(name, beside[name], resident[name]);
  writeResult(
    "growth",
    { about: { ...run, buyers: N, at_once: AT_ONCE }, row, beside, resident_bytes: resident },
    values.out,
  );
} finally {
  for (const stop of stops.toReversed()) await stop();
}

/** A gateway on a copy of the other's state, with those contracts beside. */
async function grown(base: BenchGateway, name: string, beside: Beside): Promise<BenchGateway> {
  const place = placeOf(`bench-${name.replaceAll(" ", "-")}`);
  const gateway = await base.process.copy(place);
  const stop = async () => {
    await gateway.kill();
    rmSync(place, { recursive: true, force: true });
  };
  stops.push(stop);
  const db = openLedger(dirname(gateway.state));
  writeBeside(db, N, beside);
  db.close();
  await gateway.start();
  return contenderOf(gateway, { name, key: base.key, n: N }, stop);
}

function print(name: string, ratio: Ratio | undefined, bytes: number | undefined): void {
  if (!ratio) return;
  console.log(
    `${name}: ${ratio.median.toFixed(2)} (${ratio.low.toFixed(2)} to ${ratio.high.toFixed(2)}) of the pings per processor second with ${N}; the process holds ${((bytes ?? 0) / 1e6).toFixed(0)} MB`,
  );
}
