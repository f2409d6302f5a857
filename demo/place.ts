import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { say } from "./output.ts";

/** Where a run keeps its things. */
export interface Place {
  /** Local D1, objects and queues. */
  state: string;
  /** What the gateway and wrangler print. */
  log: string;
  /** Removes what must not stay. */
  leave(): void;
}

const HOME = fileURLToPath(new URL("../.demo", import.meta.url));

/** `.demo`, emptied unless `keep`; while another demo runs there, a directory beside it that is removed in the end. */
export function takePlace(keep: boolean): Place {
  mkdirSync(HOME, { recursive: true });
  const lock = join(HOME, "pid");
  const busy = runningDemo(readPid(lock));
  sweep();
  const dir = busy ? join(HOME, `run-${process.pid}`) : HOME;
  if (busy) say(`        Another demo runs here (process ${busy}): this one uses its own database.`);
  else writeFileSync(lock, String(process.pid));
  const state = join(dir, "state");
  if (!keep || busy) rmSync(state, { recursive: true, force: true });
  mkdirSync(state, { recursive: true });
  const log = join(dir, "gateway.log");
  writeFileSync(log, "");
  return { state, log, leave: () => rmSync(busy ? dir : lock, { recursive: true, force: true }) };
}

/** Removes what runs beside another one left behind when they were killed. */
function sweep(): void {
  for (const name of readdirSync(HOME)) {
    const pid = /^run-(\d+)$/.exec(name)?.[1];
    if (pid && !runningDemo(Number(pid))) rmSync(join(HOME, name), { recursive: true, force: true });
  }
}

const readPid = (file: string): number => (existsSync(file) ? Number(readFileSync(file, "utf8")) : 0);

/** The process's id while it lives; null when there is none, or it is this one. */
function runningDemo(pid: number): number | null {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return null;
  try {
    process.kill(pid, 0);
    return pid;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM" ? pid : null;
  }
}

/** Secrets of a local gateway. They lie beside its database, which is worthless without them. */
export interface Secrets {
  keyring: string;
  hash: string;
  admin: string;
}

/** Random for each fresh database; those of the run before when its database is kept. */
export function secretsFor(place: Place): Secrets {
  const file = join(place.state, "secrets.json");
  if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8")) as Secrets;
  const secrets: Secrets = {
    keyring: `k1:${randomBytes(32).toString("base64")}`,
    hash: randomBytes(32).toString("hex"),
    admin: `demo-${randomBytes(18).toString("base64url")}`,
  };
  writeFileSync(file, JSON.stringify(secrets), { mode: 0o600 });
  return secrets;
}

/** What wrangler.toml does not hold: secrets, and the switch that allows buyers on this machine over plain HTTP. */
export function varsOf(secrets: Secrets): Record<string, string> {
  return {
    KEYRING: secrets.keyring,
    HASH_SECRET: secrets.hash,
    ADMIN_TOKENS: JSON.stringify({ demo: createHash("sha256").update(secrets.admin).digest("hex") }),
    LOCAL_MODE: "1",
  };
}
