import { readdirSync, readFileSync } from "node:fs";

/** What the benchmarks read of Linux's /proc. */

function childrenOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, "utf8").trim().split(" ").filter(Boolean).map(Number),
  );
}

const nameOf = (pid: number): string => readFileSync(`/proc/${pid}/comm`, "utf8").trim();

/** The workerd processes below this one: the gateway's, with its local D1 and objects inside, and the local runtime's front. */
export function workerdsBelow(pid: number): number[] {
  return childrenOf(pid).flatMap((child) => [...(nameOf(child) === "workerd" ? [child] : []), ...workerdsBelow(child)]);
}

/** The first process of that name right below another. @throws when there is none. */
export function childOf(parent: number, name: string): number {
  const child = childrenOf(parent).find((pid) => nameOf(pid) === name);
  if (child === undefined) throw new Error(`there is no process ${name} below ${parent}; this reads Linux's /proc`);
  return child;
}

/** Processor time, ms. User and system time come in ticks of 10 ms, their sum to the microsecond. */
export interface CpuTimes {
  user: number;
  system: number;
  all: number;
}

/** A process's processor time so far (fields 14 and 15 of its stat; `all`: its threads' schedstat, where the kernel keeps it). */
export function timesOf(pid: number): CpuTimes {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [user, system] = [Number(fields[11]) * 10, Number(fields[12]) * 10];
  return { user, system, all: scheduledMs(pid) ?? user + system };
}

/** Of the threads that are there: both runtimes keep theirs. null: this kernel does not count. */
function scheduledMs(pid: number): number | null {
  let ns = 0;
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    try {
      ns += Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, "utf8").split(" ")[0]);
    } catch {
      // A thread that has just ended, or a kernel without the file.
    }
  }
  return ns > 0 ? ns / 1e6 : null;
}

/** User and system time of all of them together, ms. */
export const cpuMs = (pids: readonly number[]): number =>
  pids.map(timesOf).reduce((sum, { user, system }) => sum + user + system, 0);

/** Bytes of memory that a process holds now. */
export function residentBytes(pid: number): number {
  const kib = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kib ?? Number.NaN) * 1024;
}

const LOOK_MS = 50;
/** Below so much processor time a look the process counts as idle: timers and keep-alive cost a little always. */
const QUIET_MS = 0.5;

/** Waits until the process's counter stands still for `looks` times 50 ms, so that work after the answers is counted; the times then. */
export async function settledTimes(pid: number, looks = 2, most_ms = 5_000): Promise<CpuTimes> {
  const ends = performance.now() + most_ms;
  let times = timesOf(pid);
  for (let quiet = 0; quiet < looks && performance.now() < ends; ) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    const now = timesOf(pid);
    quiet = now.all - times.all < QUIET_MS ? quiet + 1 : 0;
    times = now;
  }
  return times;
}
