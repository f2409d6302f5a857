import { rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Admin } from "../../../demo/api.ts";
import { Closers } from "../../../demo/closers.ts";
import { DemoError, pause, say, step } from "../../../demo/output.ts";
import { seededRandom } from "../../support/random.ts";
import { GatewayProcess, placeOf } from "../process.ts";
import { waitForBids } from "../seed.ts";
import { FailingBuyers } from "./buyers.ts";
import { perSecond, type Run, type Summary, spansOf, summaryOf } from "./lane-data.ts";
import { SteadyLoad } from "./load.ts";
import { drawRun } from "./svg.ts";
import { turnsOf, Watch } from "./watch.ts";
import { CAMPAIGN, LANES, recordsOf, STEADY } from "./world.ts";

const BEFORE_S = 20;
const AFTER_S = 90;
const PER_SECOND = 6;
/** D1 has what the objects know a second later, or five after the batch before. */
const OUTBOX_MS = 7_000;
const CHART = fileURLToPath(new URL("../../../docs/images/breakers.svg", import.meta.url));
const HELP = `npm run breaker-chart -- [options]

  --minutes <n>   how long the buyers fail (default 5)
  --out <file>    the chart (default docs/images/breakers.svg)
  --json <file>   the figures behind it
`;

const closers = new Closers();

async function main(outage_s: number, out: string, json: string | undefined): Promise<boolean> {
  const dir = placeOf("breakers");
  closers.add(() => rmSync(dir, { recursive: true, force: true }));
  step("building the Worker, making a database");
  const gateway = await GatewayProcess.prepare(dir);
  closers.add(() => gateway.kill());
  const buyers = new FailingBuyers(seededRandom(1));
  const site = await buyers.listen();
  closers.add(() => buyers.close());
  await gateway.start();
  const admin = new Admin(gateway.url, gateway.admin_token);
  const key = await fill(admin, site);
  await waitForBids(gateway.url, key);
  const load = new SteadyLoad(gateway.url, key);
  const watch = new Watch(admin);
  closers.add(() => load.end());
  closers.add(() => watch.end());
  const began = Date.now();
  load.begin(PER_SECOND);
  watch.begin();
  step(`${PER_SECOND} leads a second; all is well for ${BEFORE_S} s`);
  await pause(BEFORE_S * 1_000);
  buyers.outage = true;
  const from = (Date.now() - began) / 1_000;
  step(`the buyers fail for ${outage_s} s`);
  await pause(outage_s * 1_000);
  buyers.outage = false;
  const to = (Date.now() - began) / 1_000;
  step(`the buyers are well again; ${AFTER_S} s more`);
  await pause(AFTER_S * 1_000);
  const seconds = Math.floor((Date.now() - began) / 1_000);
  load.end();
  watch.end();
  await pause(OUTBOX_MS);
  const turns = turnsOf(gateway.state);
  const lanes = LANES.map((lane) => {
    const name = `${lane.endpoint_id} ${lane.phase}`;
    const calls = perSecond(buyers.calls.get(name) ?? [], began, seconds);
    return { lane, spans: spansOf(turns.get(name) ?? [], began, seconds), calls };
  });
  const run: Run = { seconds, outage: { from, to }, lanes };
  writeFileSync(out, drawRun(run));
  const summaries = lanes.map((lane) => summaryOf(lane, run));
  const odd = watch.disagreements(turns);
  print(summaries, odd, load.answers);
  if (json) {
    const told = Object.fromEntries([...turns].map(([name, list]) => [name, list]));
    writeFileSync(json, `${JSON.stringify({ run, summaries, turns: told, odd }, null, 2)}\n`);
  }
  return odd.length === 0 && summaries.every((one) => one.opened_after !== null && one.closed_after !== null);
}

/** Resolves to the publisher's key. */
async function fill(admin: Admin, site: string): Promise<string> {
  await admin.create("campaigns", CAMPAIGN as unknown as { id: string });
  const everybody = [...LANES, { endpoint_id: STEADY, buyer_id: STEADY }];
  for (const id of new Set(everybody.map(({ buyer_id }) => buyer_id)))
    await admin.create("buyers", { id, name: id, credit_limit: null } as { id: string });
  for (const { endpoint_id, buyer_id } of everybody) {
    const { endpoint, contract } = recordsOf(endpoint_id, buyer_id, site);
    await admin.create("endpoints", endpoint);
    await admin.createLive(contract);
  }
  const publisher = { id: "steady_flow", name: "Steady flow", campaigns: [CAMPAIGN.id], allow_below_promise: true };
  await admin.create("publishers", publisher);
  return (await admin.post<{ key: string }>("publishers/steady_flow/keys", { label: "chart", test: false })).key;
}

function print(summaries: Summary[], odd: string[], answers: Map<string, number>): void {
  const show = (value: number | null) => (value === null ? "never" : `${value} s`);
  say(`\n  ${"lane".padEnd(14)} opened after  calls before  calls while open  probes  closed after recovery`);
  for (const one of summaries)
    say(
      `  ${one.lane.padEnd(14)} ${show(one.opened_after).padStart(12)} ${String(one.calls_before).padStart(13)} ${String(one.calls_during).padStart(17)} ${String(one.probes).padStart(7)} ${show(one.closed_after).padStart(22)}`,
    );
  say(`  answers to publishers: ${[...answers].map(([word, count]) => `${word} ${count}`).join(", ")}`);
  say(`  samples that the ledger's turns do not explain: ${odd.length}`);
  for (const sentence of odd.slice(0, 5)) say(`  !  ${sentence}`);
}

try {
  const { values } = parseArgs({
    options: {
      minutes: { type: "string", default: "5" },
      out: { type: "string", default: CHART },
      json: { type: "string" },
    },
  });
  const minutes = Number(values.minutes);
  if (!(minutes > 0 && minutes <= 30)) throw new DemoError(`--minutes needs a number above 0, at most 30\n\n${HELP}`);
  closers.onSignals(() => say("\nending"), 130);
  await closers.finish((await main(minutes * 60, values.out, values.json)) ? 0 : 1);
} catch (error) {
  say(error instanceof DemoError ? error.message : String((error as Error).stack ?? error));
  await closers.finish(1);
}
