import { unstable_startWorker } from "wrangler";

/** What the demo tells this process. */
export interface HostOrder {
  config: string;
  port: number;
  /** Where D1, objects and queues keep their state. */
  state: string;
  vars: Record<string, string>;
  /** In place of the configuration's `main`. */
  entry?: string;
}
export type HostReport = { kind: "ready"; url: string } | { kind: "failed"; message: string };

/**
 * Runs the Worker of wrangler.toml in a process of its own, on workerd, with local D1, objects and queues, and real HTTP outside.
 * Its life is tied to the demo's: when the channel to the demo closes, for whatever reason, it ends and takes workerd with it.
 */
async function run(order: HostOrder): Promise<void> {
  const worker = await unstable_startWorker({
    config: order.config,
    entrypoint: order.entry,
    bindings: Object.fromEntries(
      Object.entries(order.vars).map(([name, value]) => [name, { type: "plain_text", value }]),
    ),
    dev: {
      server: { hostname: "127.0.0.1", port: order.port },
      persist: order.state,
      watch: false,
      inspector: false,
      remote: false,
      logLevel: "info",
      structuredLogsHandler: ({ level, message }: { level: string; message: string }) =>
        void process.stdout.write(`${level === "log" ? "" : `[${level}] `}${message}\n`),
    },
  });
  worker.raw.on("buildFailed", () => report({ kind: "failed", message: "the Worker cannot be built" }));
  worker.raw.on("error", (event) => report({ kind: "failed", message: event.reason ?? String(event) }));
  process.once("disconnect", () => void worker.dispose().finally(() => process.exit(0)));
  if (!process.connected) return void worker.dispose().finally(() => process.exit(0));
  await worker.ready;
  report({ kind: "ready", url: String(await worker.url).replace(/\/$/, "") });
}

const report = (message: HostReport): void => void process.send?.(message);

process.once("disconnect", () => setTimeout(() => process.exit(1), 4_000).unref());
process.once("message", (order: HostOrder) => {
  run(order).catch((error: unknown) => {
    console.error(error);
    report({ kind: "failed", message: error instanceof Error ? error.message : String(error) });
  });
});
