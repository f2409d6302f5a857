import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Admin } from "../../demo/api.ts";
import { until } from "../../demo/output.ts";
import { GatewayProcess, placeOf } from "../../test/kills/process.ts";
import { childOf, cpuMs } from "../shared/processes.ts";
import type { Contender } from "./plan.ts";
import { campaignOf, configure, FACTS, type GatewayOptions, PATIENT } from "./records.ts";

export type BenchGateway = Contender & { admin: Admin; key: string; url: string; process: GatewayProcess };

/** The gateway as it is deployed, with campaigns for so many buyers each: filters, caps and breakers on, nothing left out. */
export async function startGateway(
  buyers: string,
  sizes: number[],
  options: Partial<GatewayOptions> = {},
): Promise<BenchGateway> {
  const place = placeOf("bench");
  const { inspector } = options;
  const vars = { BOOK_SHARDS: "16", DIALERS: "600" };
  const gateway = await GatewayProcess.prepare(place, vars, { inspector, assets: false });
  const stop = async () => {
    await gateway.kill();
    rmSync(place, { recursive: true, force: true });
  };
  try {
    slowDown(join(place, "bundle", "index.js"), options.slow_ms ?? 0);
    await gateway.start();
    const admin = new Admin(gateway.url, gateway.admin_token);
    const key = await configure(admin, buyers, sizes, { ...PATIENT, ...options });
    return await contenderOf(gateway, { name: "gateway", key, n: Math.max(...sizes) }, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Makes the built Worker slower: its default export is wrapped. */
function slowDown(bundle: string, ms: number): void {
  if (ms <= 0) return;
  const text = readFileSync(bundle, "utf8");
  const own = /(\w+) as default/.exec(text)?.[1];
  if (own === undefined) throw new Error("the built Worker has no default export");
  const fetch = `fetch(...args) { const until = Date.now() + ${ms}; while (Date.now() < until); return ${own}.fetch(...args); }`;
  const slow = `const slowed = { ...${own}, ${fetch} };\n`;
  writeFileSync(bundle, `${text.replace(`${own} as default`, "slowed as default")}\n${slow}`);
}

/** A gateway that runs and is configured, once a ping meets bids. */
export async function contenderOf(
  gateway: GatewayProcess,
  { name, key, n }: { name: string; key: string; n: number },
  stop: () => Promise<void>,
): Promise<BenchGateway> {
  const headers = { authorization: `Bearer ${key}` };
  const body = (size: number) => JSON.stringify({ campaign: campaignOf(size), lead: { ...FACTS, mark: "{{mark}}" } });
  const url = `${gateway.url}/v1/pings`;
  await until("the configuration to reach the gateway", 60_000, () => bidding(url, headers, body(n)));
  const pid = childOf(gateway.pid, "workerd");
  return {
    ...{ name, key, url: gateway.url, pid, process: gateway },
    admin: new Admin(gateway.url, gateway.admin_token),
    load: (size) => ({ url, headers, body: body(size), good: '"result":"accepted"' }),
    cpuMs: () => cpuMs([pid]),
    stop,
  };
}

/** true once a ping is answered with a bid. */
async function bidding(url: string, headers: Record<string, string>, body: string): Promise<true | null> {
  const init = { method: "POST", headers: { ...headers, "content-type": "application/json" }, body };
  const answer = (await (await fetch(url, init)).json()) as { result?: string };
  return answer.result === "accepted" ? true : null;
}
