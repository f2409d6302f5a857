import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { HostOrder, HostReport } from "./gateway-host.ts";
import { DemoError, until } from "./output.ts";
import type { Place } from "./place.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const WRANGLER = fileURLToPath(new URL("../node_modules/wrangler/bin/wrangler.js", import.meta.url));
const HOST = fileURLToPath(new URL("./gateway-host.ts", import.meta.url));
/** No questions to the network: neither usage reports nor the look-up of this machine's place. */
const QUIET = { WRANGLER_SEND_METRICS: "false", CLOUDFLARE_CF_FETCH_ENABLED: "false", FORCE_COLOR: "0", NO_COLOR: "1" };

export interface Gateway {
  url: string;
  /** Resolves when the gateway has ended, asked or not. */
  ended: Promise<void>;
  close(): Promise<void>;
}

/** Applies schema/migrations to the local D1 with the same command as in production. */
export async function migrate(place: Place): Promise<void> {
  const args = [WRANGLER, "d1", "migrations", "apply", "DB", "--local", "--persist-to", place.state];
  const log = openSync(place.log, "a");
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: { ...process.env, ...QUIET },
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  const [code] = (await once(child, "exit")) as [number | null];
  if (code !== 0) throw new DemoError(`the migrations failed; ${place.log} says:\n${tail(place.log)}`);
}

/**
 * Starts the gateway and waits until it answers. In a process group of its own, so that Ctrl-C reaches the demo alone, which then
 * ends it in order. `entry`: another main file, one around the Worker's.
 */
export async function startGateway(
  port: number,
  place: Place,
  vars: Record<string, string>,
  entry?: string,
): Promise<Gateway> {
  const log = openSync(place.log, "a");
  const child = fork(HOST, [], {
    cwd: ROOT,
    env: { ...process.env, ...QUIET },
    stdio: ["ignore", log, log, "ipc"],
    detached: true,
  });
  closeSync(log);
  const ended = once(child, "exit").then(() => undefined);
  const gateway = { ended, close: () => end(child, ended) };
  try {
    const order: HostOrder = { config: `${ROOT}wrangler.toml`, port, state: place.state, vars, entry };
    child.send(order);
    const url = await firstReport(child);
    let failed: string | null = null;
    child.on("message", (report: HostReport) => {
      if (report.kind === "failed") failed = report.message;
    });
    await until(`no good answer from ${url}/healthz`, 30_000, async () => {
      if (failed) throw new DemoError(failed);
      return answers(`${url}/healthz`);
    });
    return { url, ...gateway };
  } catch (error) {
    await gateway.close();
    const why = error instanceof Error ? error.message : String(error);
    throw new DemoError(`the gateway did not start: ${why}\n${place.log} says:\n${tail(place.log)}`);
  }
}

async function firstReport(child: ChildProcess): Promise<string> {
  const report = await Promise.race([
    once(child, "message").then(([message]) => message as HostReport),
    once(child, "exit").then((): HostReport => ({ kind: "failed", message: "it ended at once" })),
    new Promise<HostReport>((resolve) => {
      setTimeout(() => resolve({ kind: "failed", message: "it was not ready after 60 s" }), 60_000).unref();
    }),
  ]);
  if (report.kind === "failed") throw new DemoError(report.message);
  return report.url;
}

async function answers(url: string): Promise<true | null> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await response.arrayBuffer();
    return response.ok ? true : null;
  } catch {
    return null;
  }
}

/** Asks the host to end by closing its channel; after five seconds its process group, which is our own child's, is killed. */
async function end(child: ChildProcess, ended: Promise<void>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  if (child.connected) child.disconnect();
  const timer = setTimeout(() => child.pid && process.kill(-child.pid, "SIGKILL"), 5_000);
  await ended;
  clearTimeout(timer);
}

function tail(file: string): string {
  const lines = readFileSync(file, "utf8").trimEnd().split("\n");
  return lines
    .slice(-25)
    .map((line) => `    ${line}`)
    .join("\n");
}
