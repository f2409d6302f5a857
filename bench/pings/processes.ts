import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** A script of this folder in a process of its own, which tells its port when it is ready. */
export async function startScript(file: string, args: string[] = []): Promise<{ child: ChildProcess; port: number }> {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), args, {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const [{ port }] = (await once(child, "message")) as [{ port: number }];
  return { child, port };
}

/** Asks a child and waits for its answer; there is one question at a time. */
export async function ask<T>(child: ChildProcess, question: unknown): Promise<T> {
  const answered = once(child, "message");
  child.send(question as object);
  const [answer] = (await answered) as [T];
  return answer;
}

export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  if (child.connected) child.disconnect();
  await ended;
}

/** The process of that name below another. */
export function childOf(parent: number, name: string): number {
  for (const task of readdirSync(`/proc/${parent}/task`)) {
    const children = readFileSync(`/proc/${parent}/task/${task}/children`, "utf8").trim().split(" ").filter(Boolean);
    for (const child of children.map(Number))
      if (readFileSync(`/proc/${child}/comm`, "utf8").trim() === name) return child;
  }
  throw new Error(`there is no process ${name} below ${parent}; this benchmark reads Linux's /proc`);
}

/** User and system time of a process so far, ms (fields 14 and 15 of its stat, in ticks of 10 ms). */
export function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
