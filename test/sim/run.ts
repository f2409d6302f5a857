import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { createInterface } from "node:readline";
import { bundle, type Mutation } from "./bundle.ts";
import type { Options } from "./options.ts";
import type { Share } from "./share.ts";
import type { WorldResult } from "./world/world.ts";

export type Counts = Record<string, number>;
type Told = Omit<WorldResult, "ends" | "faults" | "conducts" | "publishers" | "aftermath"> &
  Record<"ends" | "faults" | "conducts" | "publishers" | "aftermath", { counts: Counts }> & {
    world: number;
    cpu_s: number;
  };

/** A run, summed up over its worlds. */
export interface Summary {
  leads: number;
  seconds: number;
  /** Of all processes. */
  cpu_s: number;
  ends: Counts;
  faults: Counts;
  conducts: Counts;
  publishers: Counts;
  aftermath: Counts;
  /** Of all worlds' event logs, whatever the number of processes. */
  hash: string;
  violations: WorldResult["violations"];
  avoidable: WorldResult["avoidable"];
  /** What a process said when it broke. */
  broken: string | null;
}

/** Runs the worlds of a seed in as many processes as are asked for. */
export async function run(options: Options, mutation: Mutation | null = null, stop = false): Promise<Summary> {
  const bundled = await bundle(mutation);
  const began = performance.now();
  const worlds = options.world === null ? Math.ceil(options.leads / options.size) : options.world + 1;
  const { seed, size, trace, procs } = options;
  const from = options.world ?? 0;
  const told: Told[] = [];
  const shares = Array.from(
    { length: procs },
    (_, i): Share => ({ seed, size, worlds, from: from + i, step: procs, trace, stop, kind: mutation?.kind }),
  );
  const cpu = shares.map(() => 0);
  const ends = await Promise.all(
    shares.map((share, i) =>
      work(bundled, share, (world) => {
        cpu[i] = world.cpu_s;
        told.push(world);
      }),
    ),
  );
  rmSync(bundled);
  const cpu_s = cpu.reduce((sum, s) => sum + s, 0);
  return {
    ...summed(told),
    cpu_s,
    seconds: (performance.now() - began) / 1_000,
    broken: ends.find((end) => end !== null) ?? null,
  };
}

/** One process; null = it ended well. */
function work(bundled: string, share: Share, tell: (world: Told) => void): Promise<string | null> {
  const flags = [
    "--no-warnings",
    "--enable-source-maps",
    "--max-semi-space-size=64",
    ...(process.env.SIM_NODE_FLAGS?.split(" ") ?? []),
  ];
  const child = spawn(process.execPath, [...flags, bundled, JSON.stringify(share)], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let errors = "";
  child.stderr.on("data", (piece: Buffer) => {
    errors = (errors + piece.toString()).slice(-4_000);
  });
  createInterface({ input: child.stdout }).on("line", (line) => {
    if (line.startsWith("#")) tell(JSON.parse(line.slice(1)) as Told);
    else process.stdout.write(`${line}\n`);
  });
  return new Promise((resolve) => {
    child.on("close", (code) => resolve(code === 0 ? null : errors || `a process ended with ${code}`));
  });
}

function summed(told: Told[]): Omit<Summary, "seconds" | "cpu_s" | "broken"> {
  const sum = {
    leads: 0,
    ends: {},
    faults: {},
    conducts: {},
    publishers: {},
    aftermath: {},
    violations: [] as Summary["violations"],
    avoidable: [] as Summary["avoidable"],
  };
  const ordered = told.sort((a, b) => a.world - b.world);
  for (const world of ordered) {
    sum.leads += world.leads;
    sum.violations.push(...world.violations);
    sum.avoidable.push(...world.avoidable);
    for (const what of ["ends", "faults", "conducts", "publishers", "aftermath"] as const)
      addTo(sum[what], world[what].counts);
  }
  let hash = 0x811c9dc5;
  for (const char of ordered.map((world) => world.hash).join())
    hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193) >>> 0;
  return { ...sum, hash: hash.toString(16).padStart(8, "0") };
}

function addTo(sum: Counts, counts: Counts): void {
  for (const [name, count] of Object.entries(counts)) sum[name] = (sum[name] ?? 0) + count;
}
