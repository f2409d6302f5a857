import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type CountedRun, tableOf, withTable } from "./bill.ts";

/**
 * Counts what the gateway does for so many pings (`-- 1500`), and writes the bill into docs/costs.md. Without a number the table is made
 * anew from the last count.
 */
const pings = process.argv[2];
const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const file = at("../results/costs.json");
if (pings !== undefined) {
  const env = { ...process.env, COSTS_PINGS: pings };
  const args = ["run", "--project", "workers", "test/worker/costs/costs.test.ts", "--silent=false"];
  const { stdout } = spawnSync("npx", ["vitest", ...args], { env, cwd: at("../.."), encoding: "utf8", maxBuffer: 1e8 });
  const found = /COSTS (\{.*\})\s*$/m.exec(stdout)?.[1];
  if (found === undefined) throw new Error(`nothing was counted:\n${stdout.slice(-2_000)}`);
  writeFileSync(file, `${JSON.stringify(JSON.parse(found), null, 1)}\n`);
}
const page = at("../../docs/costs.md");
const run = JSON.parse(readFileSync(file, "utf8")) as CountedRun;
writeFileSync(page, withTable(readFileSync(page, "utf8"), tableOf(run)));
