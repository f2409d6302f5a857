import { readdirSync, readFileSync } from "node:fs";

/** What the benchmarks read of Linux's /proc. Processor times come in ticks of 10 ms. */

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

/** A process's processor time so far, ms (fields 14 and 15 of its stat). */
export function timesOf(pid: number): { user: number; system: number } {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return { user: Number(fields[11]) * 10, system: Number(fields[12]) * 10 };
}

/** User and system time of all of them together, ms. */
export const cpuMs = (pids: readonly number[]): number =>
  pids.map(timesOf).reduce((sum, { user, system }) => sum + user + system, 0);
