import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";
import { childOf, timesOf } from "../shared/processes.ts";

const HERE = dirname(fileURLToPath(import.meta.url));
export const ROOT = join(HERE, "../..");

/** The benchmark's Worker on workerd, and the processor time of that process. */
export interface Bench {
  get(query: string): Promise<unknown>;
  /** User time so far, in ms. */
  userMs(): number;
  stop(): Promise<void>;
}

export async function startBench(): Promise<Bench> {
  const outfile = join(ROOT, "node_modules/.cache/bench-dialects.mjs");
  await build({
    entryPoints: [join(HERE, "worker.ts")],
    outfile,
    bundle: true,
    format: "esm",
    target: "es2024",
    external: ["node:*", "cloudflare:*"],
    logLevel: "error",
  });
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      log: new Log(LogLevel.ERROR),
      cf: false,
      telemetry: { enabled: false },
      workers: [
        {
          name: "bench",
          modulesRoot: dirname(outfile),
          modules: [{ type: "ESModule", path: outfile }],
          compatibilityDate: "2026-10-01",
          compatibilityFlags: ["nodejs_compat"],
        },
      ],
    }),
  );
  await miniflare.ready;
  const pid = childOf(process.pid, "workerd");
  return {
    get: async (query) => (await miniflare.dispatchFetch(`http://bench/?${query}`)).json(),
    userMs: () => timesOf(pid).user,
    stop: () => miniflare.dispose(),
  };
}
