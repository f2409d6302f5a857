import { useSynchronousCrypto } from "./core/sync-crypto.ts";
import { warmUp } from "./platform/gateway.ts";
import type { Kind } from "./world/kinds.ts";
import { World, type WorldResult } from "./world/world.ts";

/** What one process is given: worlds `from`, `from` + `step`, … below `worlds`. */
export interface Share {
  seed: number;
  size: number;
  worlds: number;
  from: number;
  step: number;
  trace: boolean;
  /** All of this kind, whatever their numbers. */
  kind?: Kind;
  /** Stop at the first violation. */
  stop: boolean;
}

/** One process's part of a run; a line of JSON per world to `report`. The bundle's entry (run.ts starts it). */
async function main(): Promise<void> {
  useSynchronousCrypto();
  await warmUp();
  const share = JSON.parse(process.argv[2] ?? "{}") as Share;
  for (let world = share.from; world < share.worlds; world += share.step) {
    const print = share.trace ? (line: string) => process.stdout.write(`${line}\n`) : null;
    const result: WorldResult = await new World(share.seed, world, share.size, print, share.kind).run();
    const { user, system } = process.cpuUsage();
    process.stdout.write(`#${JSON.stringify({ world, cpu_s: (user + system) / 1_000_000, ...result })}\n`);
    if (share.stop && result.violations.length > 0) return;
  }
}

await main();
