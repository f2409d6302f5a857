import { fork } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { pickPort } from "../../demo/ports.ts";
import type { HostOrder } from "../../test/kills/gateway-host.ts";
import { placeOf } from "../../test/kills/process.ts";
import { childOf, cpuMs } from "../shared/processes.ts";
import { PATIENCE_MS } from "./patience.ts";
import type { Contender } from "./plan.ts";
import { end, startScript } from "./processes.ts";

const HOST = fileURLToPath(new URL("../../test/kills/gateway-host.ts", import.meta.url));
const WORKER = fileURLToPath(new URL("./bare-worker.js", import.meta.url));
/** All of them bid in time. */
const good = (n: number): string => `"bids":${n}`;

/** The bare Worker on workerd's own socket, hosted exactly as the gateway is. */
export async function startBare(
  buyers: string,
  timeout_ms = PATIENCE_MS,
  inspector?: number,
): Promise<[Contender, Contender]> {
  const port = await pickPort("the bare Worker", 0, "", 0);
  // On disk, as the gateway's: the runtime opens a file for each object that begins.
  const state = placeOf("bare");
  const child = fork(HOST, [], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const order: HostOrder = {
    worker: {
      compatibilityDate: "2026-10-12",
      compatibilityFlags: ["nodejs_compat"],
      durableObjects: { DIALER: { className: "Dialer", useSQLite: true } },
    },
    script: WORKER,
    port,
    state,
    vars: { BUYERS: buyers, TIMEOUT_MS: String(timeout_ms) },
    ...(inspector === undefined ? {} : { inspector }),
  };
  child.send(order);
  const [report] = (await once(child, "message")) as [{ kind: string; message?: string }];
  if (report.kind !== "ready") throw new Error(`the bare Worker did not start: ${report.message}`);
  const pid = childOf(child.pid ?? 0, "workerd");
  const load = (more: string) => (n: number) => ({
    url: `http://127.0.0.1:${port}/?n=${n}${more}`,
    headers: {},
    body: '{"mark":"{{mark}}"}',
    good: good(n),
  });
  const stop = () => end(child).then(() => rmSync(state, { recursive: true, force: true }));
  const common = { pid, cpuMs: () => cpuMs([pid]), stop };
  return [
    { name: "bare", load: load(""), ...common },
    { name: "bare_direct", load: load("&direct"), ...common },
  ];
}

export async function startNode(buyers: string): Promise<Contender> {
  const { child, port } = await startScript("./node-server.ts", [buyers, String(PATIENCE_MS)]);
  const pid = child.pid ?? 0;
  return {
    name: "node",
    load: (n) => ({ url: `http://127.0.0.1:${port}/?n=${n}`, headers: {}, body: '{"mark":"{{mark}}"}', good: good(n) }),
    ...{ pid, cpuMs: () => cpuMs([pid]) },
    stop: () => end(child),
  };
}
