import { parseArgs } from "node:util";
import { about, writeResult } from "../shared/results.ts";
import { contest } from "./field.ts";
import { measure } from "./measure.ts";
import { measureRow, printRow, type Row, slopes } from "./row.ts";

/**
 * Pings to N buyers: the gateway beside a bare Worker of the same topology and a Fastify server, taking turns in one run on the same machine
 * against the same buyers. `npm run bench [-- --sizes 1,5,10,20,50,100 --minutes 2]`.
 */
const { values } = parseArgs({
  options: {
    sizes: { type: "string", default: "1,5,10,20,50,100" },
    rounds: { type: "string", default: "25" },
    /** For all rounds, warming not counted; fewer are made when the time is up, but three. */
    minutes: { type: "string", default: "2" },
    /** A turn's processor time of the gateway, ms; the others do as many pings. */
    turn_ms: { type: "string", default: "300" },
    /** Eight are never refused, however late the isolate is: the least room that admission leaves. */
    at_once: { type: "string", default: "8" },
    /** Buyers' calls of each contender before a size is measured: what runs often is compiled by then, a dialer's way by itself. */
    warm: { type: "string", default: "6000" },
    /** Only those: a quick look. The first is compared with the others. */
    only: { type: "string", default: "gateway,bare,bare_direct,node" },
    out: { type: "string" },
  },
});
const run = about("npm run bench --");
const sizes = values.sizes.split(",").map(Number);
const [rounds, at_once, turn_ms] = [Number(values.rounds), Number(values.at_once), Number(values.turn_ms)];
const only = values.only.split(",");

await contest(
  [...new Set([5, ...sizes])],
  async ({ field, gateway, bare, bare_direct, node }) => {
    const contenders = [gateway, bare, bare_direct, ...(node ? [node] : [])].filter(({ name }) => only.includes(name));
    const rows: Row[] = [];
    for (const n of sizes) {
      // Up to six buyers the bare Worker dials directly as it is.
      const there = n > 6 ? contenders : contenders.filter((one) => one !== bare_direct);
      for (const one of there)
        await measure(field, one, n, Math.max(200, Math.round(Number(values.warm) / n)), at_once);
      const until = performance.now() + (Number(values.minutes) * 60_000) / sizes.length;
      const found = await measureRow(field, there, { n, at_once, turn_ms, rounds, until });
      rows.push(found);
      printRow(found);
    }
    const growth = slopes(rows);
    for (const [name, { ping_us, buyer_us }] of Object.entries(growth))
      console.log(`${name.padEnd(12)} ${ping_us.toFixed(0)} µs a ping and ${buyer_us.toFixed(0)} µs a buyer`);
    writeResult("pings", { about: { ...run, at_once }, rows, slopes: growth }, values.out);
  },
  { node: only.includes("node") },
);
