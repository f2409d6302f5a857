import { parseArgs } from "node:util";
import { pickPort } from "../../demo/ports.ts";
import { type Contest, contest } from "../pings/field.ts";
import { drive } from "../pings/measure.ts";
import { about, writeResult } from "../shared/results.ts";
import { line, median } from "../shared/stats.ts";
import { Allocations } from "./inspector.ts";

/** What a ping allocates in the isolate, gateway and bare Worker. `npm run bench:allocations [-- --sizes 5,10,50 --rounds 3]`. */
const { values } = parseArgs({
  options: {
    sizes: { type: "string", default: "5,10,20,50" },
    rounds: { type: "string", default: "3" },
    /** Calls of buyers in a turn. */
    calls: { type: "string", default: "3000" },
    out: { type: "string" },
  },
});
const run = about("npm run bench:allocations --");
const sizes = values.sizes.split(",").map(Number);
const inspector = await pickPort("the gateway's inspector", 0, "", 0);
const inspector_bare = await pickPort("the bare Worker's inspector", 0, "", 0);

await contest(sizes, all, { inspector, inspector_bare });

async function all({ field, gateway, bare }: Contest): Promise<void> {
  const found: Record<string, { n: number; bytes: number }[]> = { gateway: [], bare: [] };
  const both = [
    { one: gateway, heap: await Allocations.of(inspector) },
    { one: bare, heap: await Allocations.of(inspector_bare) },
  ];
  for (const n of sizes)
    for (const { one, heap } of both) {
      const count = Math.max(50, Math.round(Number(values.calls) / n));
      await drive(field, one, n, { count, at_once: 4 });
      const turns: number[] = [];
      for (let round = 0; round < Number(values.rounds); round++)
        turns.push((await heap.during(() => drive(field, one, n, { count, at_once: 4 }))) / count);
      found[one.name]?.push({ n, bytes: median(turns) });
      console.log(`${one.name.padEnd(8)} ${n} buyers: ${(median(turns) / 1_000).toFixed(0)} kB a ping`);
    }
  for (const { heap } of both) heap.close();
  const slopes = Object.fromEntries(
    Object.entries(found).map(([name, points]) => {
      const { at_zero, slope } = line(points.map(({ n, bytes }) => [n, bytes]));
      return [name, { ping_bytes: at_zero, buyer_bytes: slope }];
    }),
  );
  for (const [name, { ping_bytes, buyer_bytes }] of Object.entries(slopes))
    console.log(
      `${name}: ${(ping_bytes / 1_000).toFixed(0)} kB a ping and ${(buyer_bytes / 1_000).toFixed(1)} kB a buyer`,
    );
  writeResult("allocations", { about: run, found, slopes }, values.out);
}
