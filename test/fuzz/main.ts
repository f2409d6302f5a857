import { fuzzBodies } from "./bodies.ts";
import { fuzzBuilding } from "./building.ts";

/** `npm run fuzz -- --bodies 1000000 --leads 20000 --seed 1`: exit code 1 where anything was found. */
const option = (name: string, otherwise: number): number => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
};
const [bodies, leads, seed] = [option("bodies", 50_000), option("leads", 5_000), option("seed", 1)];
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const began = performance.now();
const read = fuzzBodies(bodies, seed, (done) =>
  say(`  ${done} bodies, ${((performance.now() - began) / 1_000).toFixed(0)} s`),
);
say(
  `${read.bodies} bodies read in ${((performance.now() - began) / 1_000).toFixed(1)} s (seed ${seed}): ${JSON.stringify(read.outcomes)}`,
);
say(
  `slowest, read alone: ${read.worst.ms.toFixed(2)} ms (${read.worst.target}, ${read.worst.length} characters); ${read.hiccups} slow only once`,
);
const built = fuzzBuilding(leads, seed);
say(`${built.requests} requests built of hostile leads: ${built.refused} refused as set-up errors`);
for (const { kind, target, what, wire } of read.findings)
  say(`FOUND ${kind}: ${target}: ${what}\n  status ${wire.status}, ${JSON.stringify(wire.body.slice(0, 400))}`);
for (const finding of built.findings) say(`FOUND ${finding}`);
const found = read.findings.length + built.findings.length;
say(found === 0 ? "nothing found" : `${found} findings`);
process.exitCode = found === 0 ? 0 : 1;
