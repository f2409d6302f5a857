import { dirname } from "node:path";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";
import type { Unstable_MiniflareWorkerOptions } from "wrangler";

/** What the parent tells this process. */
export interface HostOrder {
  /** What wrangler.toml says. It is read by the parent: a restart need not wait for wrangler. */
  worker: Unstable_MiniflareWorkerOptions["workerOptions"];
  /** The built Worker, one module. */
  script: string;
  port: number;
  /** Where D1 and objects keep their state; empty: nowhere. Queues live in memory: they die with the process. */
  state: string;
  vars: Record<string, string>;
  /** Port of V8's inspector, where a benchmark looks into the isolate. */
  inspector?: number;
}
export type HostReport = { kind: "ready"; ms: number } | { kind: "failed"; message: string };

/**
 * One gateway on workerd, in a process of its own that is made to be killed. Publishers reach workerd's own socket, and workerd calls
 * the buyers itself: nothing of Node stands in between.
 */
async function run(order: HostOrder): Promise<void> {
  const began = performance.now();
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      log: new Log(LogLevel.ERROR),
      cf: false,
      telemetry: { enabled: false },
      ...(order.inspector === undefined ? {} : { inspectorPort: order.inspector }),
      ...(order.state === "" ? {} : { resourcePersistencePath: order.state }),
      handleStructuredLogs: ({ level, message }) => void process.stdout.write(`[${level}] ${message}\n`),
      workers: [
        {
          ...order.worker,
          name: "gateway",
          // Every call of a buyer would have its headers copied by a Worker that is not there on the platform.
          stripCfConnectingIp: false,
          modulesRoot: dirname(order.script),
          modules: [{ type: "ESModule", path: order.script }],
          bindings: { ...(order.worker.bindings as Record<string, string>), ...order.vars },
          unsafeDirectSockets: [{ host: "127.0.0.1", port: order.port }],
        },
      ],
    }),
  );
  process.once("disconnect", () => void miniflare.dispose().finally(() => process.exit(0)));
  await miniflare.ready;
  report({ kind: "ready", ms: Math.round(performance.now() - began) });
}

const report = (message: HostReport): void => void process.send?.(message);

process.once("message", (order: HostOrder) => {
  run(order).catch((error: unknown) => {
    console.error(error);
    report({ kind: "failed", message: error instanceof Error ? error.message : String(error) });
  });
});
