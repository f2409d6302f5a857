import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { type Contest, contest } from "../pings/field.ts";
import { measure } from "../pings/measure.ts";
import { measureRow, printRow } from "../pings/row.ts";
import { compare, type Found, floorsSchema } from "./compare.ts";

/**
 * Has the ping path become slower? The gateway beside the bare Worker at 5 and 10 buyers, a minute of short turns, against the floors in
 * floors.json; exits 1 when worse. Ratios, not seconds: both run on this machine now. `--slow 2` lets the gateway burn that many ms of
 * processor time more for each request, to see that the check can fail.
 */
const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "0.7" },
    warm: { type: "string", default: "1000" },
    slow: { type: "string", default: "0" },
  },
});
const floors = floorsSchema.parse(JSON.parse(readFileSync(new URL("./floors.json", import.meta.url), "utf8")));
const sizes = Object.keys(floors.measured).map(Number);
const AT_ONCE = 8;

const found = await contest(sizes, check, { slow_ms: Number(values.slow) });

const verdicts = compare(floors, found);
console.log("");
for (const { n, found: ratio, floor, worse } of verdicts)
  console.log(
    `${n} buyers: ${ratio.toFixed(2)} of the bare Worker's pings per processor second, at least ${floor.toFixed(2)}: ${worse ? "WORSE" : "good"}`,
  );
process.exitCode = verdicts.some(({ worse }) => worse) ? 1 : 0;

async function check({ field, gateway, bare }: Contest): Promise<Found[]> {
  const contenders = [gateway, bare];
  for (const one of contenders) await measure(field, one, sizes[0] ?? 5, Number(values.warm), AT_ONCE);
  const began = performance.now();
  const rows: Found[] = [];
  for (const [i, n] of sizes.entries()) {
    const until = began + (Number(values.minutes) * 60_000 * (i + 1)) / sizes.length;
    const row = await measureRow(field, contenders, { n, at_once: AT_ONCE, turn_ms: 200, rounds: 40, until });
    printRow(row);
    for (const turn of row.turns.gateway ?? [])
      if (Object.keys(turn.odd).length > 0)
        throw new Error(`not every ping was answered well: ${JSON.stringify(turn.odd)}`);
    const { median, high } = row.ratios.bare ?? { median: Number.NaN, high: Number.NaN };
    rows.push({ n, median, high });
  }
  return rows;
}
