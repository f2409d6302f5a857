import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";

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
    userMs: () => userMs(pid),
    stop: () => miniflare.dispose(),
  };
}

/** The process of that name below ours. */
function childOf(parent: number, name: string): number {
  for (const task of readdirSync(`/proc/${parent}/task`)) {
    const children = readFileSync(`/proc/${parent}/task/${task}/children`, "utf8").trim().split(" ").filter(Boolean);
    for (const child of children.map(Number)) {
      if (readFileSync(`/proc/${child}/comm`, "utf8").trim() === name) return child;
    }
  }
  throw new Error(`there is no process ${name} below ours; this benchmark reads Linux's /proc`);
}

/** Field 14 of /proc/<pid>/stat, in ticks of 10 ms. */
function userMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[11]) * 10;
}

export const versionOf = (name: string): string =>
  String((createRequire(import.meta.url)(`${name}/package.json`) as { version: string }).version);
