import { campaignSchema } from "../../schema/config/campaign.ts";
import type { Money } from "../../schema/money.ts";
import { autoInsurance } from "../../schema/verticals/index.ts";
import type { CompiledContract } from "../../worker/auction/compiled.ts";
import { eligible } from "../../worker/auction/eligibility.ts";
import { Snapshot } from "../../worker/snapshot/snapshot.ts";
import { contractRows, houseRows, RARE } from "./world.ts";

/**
 * What eligibility costs a ping for which ten contracts may bid: with those ten configured, and with `contracts`. The two take turns;
 * user time of this process. `node time.ts <contracts> <zips> <rounds>`.
 */
const [contracts = 1_000, zips = 5_000, rounds = 9] = process.argv.slice(2).map(Number);
const PINGS = 20_000;

const snapshotOf = (count: number): Snapshot => {
  const snapshot = new Snapshot();
  snapshot.apply({ config: [...houseRows(), ...contractRows(count, zips, 10)], status: [], suppressions: [] });
  return snapshot;
};
const campaign = { config: campaignSchema.parse(autoInsurance), classOf: () => "public" as const };
const standing = { contract: undefined, endpoint: undefined, available: undefined, tripped: false };
const asks = (snapshot: Snapshot, zip: string): CompiledContract[] => {
  const facts = { zip, state: "CA" };
  return eligible({
    ...snapshot.candidatesOf(autoInsurance.id, facts),
    ...{ campaign, facts, now: 0, publisher_id: "p", sub_id1: undefined, test: false, floor: 0 as Money },
    ...{ standing: () => standing, may_wait: false, seed: 1 },
  }).bidders;
};

/** Microseconds of user time a ping. */
function measure(snapshot: Snapshot): number {
  const before = process.cpuUsage();
  for (let i = 0; i < PINGS; i++) asks(snapshot, RARE[i % RARE.length] ?? "");
  return process.cpuUsage(before).user / PINGS;
}

const [few, many] = [snapshotOf(10), snapshotOf(contracts)];
const bidders = [few, many].map((snapshot) => asks(snapshot, RARE[0] ?? "").length);
const runs: { few: number[]; many: number[] } = { few: [], many: [] };
for (let round = 0; round <= rounds; round++) {
  const pair = { few: measure(few), many: measure(many) };
  if (round === 0) continue;
  runs.few.push(pair.few);
  runs.many.push(pair.many);
}
const median = (values: number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const short = (value: number): number => Number(value.toFixed(2));
const [few_us, many_us] = [median(runs.few), median(runs.many)];
console.log(
  JSON.stringify({ bidders, few_us: short(few_us), many_us: short(many_us), ratio: short(many_us / few_us) }),
);
