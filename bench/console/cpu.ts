import { readdirSync, readFileSync } from "node:fs";

/** The workerd processes below this one: the gateway's, with its local D1 and objects inside, and the local runtime's front. */
export function workerdsBelow(pid: number): number[] {
  return childrenOf(pid).flatMap((child) => {
    const own = readFileSync(`/proc/${child}/comm`, "utf8").trim() === "workerd" ? [child] : [];
    return [...own, ...workerdsBelow(child)];
  });
}

function childrenOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, "utf8").trim().split(" ").filter(Boolean).map(Number),
  );
}

/** Their processor time so far, user and system, in ms; it comes in ticks of 10. */
export const cpuMs = (pids: readonly number[]): number => pids.reduce((sum, pid) => sum + cpuOf(pid), 0);

function cpuOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
