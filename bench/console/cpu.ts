import { readdirSync, readFileSync } from "node:fs";

/** The workerd process below this one: the gateway's, with its local D1 and objects inside. */
export function workerdBelow(pid: number): number {
  for (const child of childrenOf(pid)) {
    if (readFileSync(`/proc/${child}/comm`, "utf8").trim() === "workerd") return child;
    try {
      return workerdBelow(child);
    } catch {
      // Not below this one.
    }
  }
  throw new Error("there is no workerd below this process; this benchmark reads Linux's /proc");
}

function childrenOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, "utf8").trim().split(" ").filter(Boolean).map(Number),
  );
}

/** Processor time so far, user and system, in ms; it comes in ticks of 10. */
export function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
