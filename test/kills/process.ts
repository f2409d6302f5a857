import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, cpSync, mkdirSync, openSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { unstable_getMiniflareWorkerOptions } from "wrangler";
import { migrate } from "../../demo/gateway.ts";
import { DemoError, pause, until } from "../../demo/output.ts";
import { secretsFor, varsOf } from "../../demo/place.ts";
import type { HostOrder, HostReport } from "./gateway-host.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const WRANGLER = join(ROOT, "node_modules/wrangler/bin/wrangler.js");
const HOST = fileURLToPath(new URL("./gateway-host.ts", import.meta.url));
const QUIET = { WRANGLER_SEND_METRICS: "false", CLOUDFLARE_CF_FETCH_ENABLED: "false", NO_COLOR: "1" };

/** The gateway under test: one host process with workerd below it, started and killed again and again on the same state and port. */
export class GatewayProcess {
  readonly url: string;
  readonly log: string;
  /** Where D1 and objects keep their state. */
  readonly state: string;
  readonly admin_token: string;
  readonly #order: HostOrder;
  #child: ChildProcess | null = null;

  private constructor(order: HostOrder, log: string, admin_token: string) {
    this.#order = order;
    this.state = order.state;
    this.log = log;
    this.admin_token = admin_token;
    this.url = `http://127.0.0.1:${order.port}`;
  }

  /**
   * Builds the Worker as for a deployment, makes an empty database, and does not start yet. @param dir is emptied.
   * @param inspector port of V8's inspector
   * @param assets false: without the local routers of static files, three Workers before ours that on the platform are none of it
   */
  static async prepare(
    dir: string,
    vars: Record<string, string> = {},
    { inspector, assets = true }: { inspector?: number; assets?: boolean } = {},
  ): Promise<GatewayProcess> {
    rmSync(dir, { recursive: true, force: true });
    const state = join(dir, "state");
    const log = join(dir, "gateway.log");
    mkdirSync(state, { recursive: true });
    await run([WRANGLER, "deploy", "--dry-run", "--outdir", join(dir, "bundle")], log);
    await migrate({ state, log, leave: () => undefined });
    const secrets = secretsFor({ state, log, leave: () => undefined });
    const worker = unstable_getMiniflareWorkerOptions(join(ROOT, "wrangler.toml")).workerOptions;
    const order = {
      worker: assets ? worker : { ...worker, assets: undefined },
      script: join(dir, "bundle", "index.js"),
      port: await freePort(),
      state: join(state, "v3"),
      vars: { ...varsOf(secrets), BOOK_SHARDS: "4", DIALERS: "24", ...vars },
      ...(inspector === undefined ? {} : { inspector }),
    };
    return new GatewayProcess(order, log, secrets.admin);
  }

  /** Another one on a copy of this one's state, while this one does not run. @param dir is emptied */
  async copy(dir: string): Promise<GatewayProcess> {
    rmSync(dir, { recursive: true, force: true });
    const state = join(dir, "state", "v3");
    cpSync(this.state, state, { recursive: true });
    return new GatewayProcess(
      { ...this.#order, state, port: await freePort() },
      join(dir, "gateway.log"),
      this.admin_token,
    );
  }

  /** Of the host process; 0 = it does not run. */
  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** Resolves to ms until it answered its first request well. */
  async start(): Promise<number> {
    const began = performance.now();
    const log = openSync(this.log, "a");
    const child = fork(HOST, [], {
      cwd: ROOT,
      env: { ...process.env, ...QUIET },
      stdio: ["ignore", log, log, "ipc"],
      detached: true,
    });
    closeSync(log);
    this.#child = child;
    child.send(this.#order);
    const report = await Promise.race([
      once(child, "message").then(([message]) => message as HostReport),
      once(child, "exit").then((): HostReport => ({ kind: "failed", message: "it ended at once" })),
    ]);
    if (report.kind === "failed") throw new DemoError(`the gateway did not start: ${report.message}; see ${this.log}`);
    await until("a good answer from /healthz", 120_000, () => this.#healthy(), 20);
    return performance.now() - began;
  }

  /** SIGKILL to the process group that {@link start} made: host and workerd, at one moment. Resolves when both are gone. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (!child?.pid) return;
    const gone = child.exitCode === null && child.signalCode === null ? once(child, "exit") : Promise.resolve();
    signal(-child.pid, "SIGKILL");
    await gone;
    while (signal(-child.pid, 0)) await pause(5);
  }

  async #healthy(): Promise<true | null> {
    try {
      const response = await fetch(`${this.url}/healthz`, { signal: AbortSignal.timeout(2_000) });
      await response.arrayBuffer();
      return response.ok ? true : null;
    } catch {
      return null;
    }
  }
}

/** false: there is no such process (group) any more. */
function signal(pid: number, name: "SIGKILL" | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
    throw error;
  }
}

async function run(args: string[], log: string): Promise<void> {
  const out = openSync(log, "a");
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: { ...process.env, ...QUIET },
    stdio: ["ignore", out, out],
  });
  closeSync(out);
  const [code] = (await once(child, "exit")) as [number | null];
  if (code !== 0) throw new DemoError(`the Worker cannot be built; see ${log}`);
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

/** Where a run keeps its state and log. */
export const placeOf = (name: string): string => join(tmpdir(), `pingpost-${name}-${process.pid}`);
