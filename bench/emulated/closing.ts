import type { AuctionRecord } from "../../schema/rpc/auction.ts";
import { hostOf } from "../../test/support/emulated-config.ts";
import { EmulatedGateway } from "../../test/support/emulated-gateway.ts";
import { EmulatedPlatform } from "../../test/support/emulated-platform.ts";
import { accepts, bid, buyer, market, names } from "../../test/support/lead-load.ts";
import { between, seededRandom } from "../../test/support/random.ts";
import { runPing } from "../../worker/flows/ping.ts";
import { logNormal } from "./buyers.ts";
import { type Spread, short, spread } from "./cell.ts";
import { recordsOf } from "./records.ts";

/** What early close changes: the same pings, buyers, latencies and prices, with the campaign's option off or on. */
export interface ClosingCell {
  buyers: number;
  /** Bids that must stand behind the best; null: everybody is waited for. */
  fallback_bids: number | null;
  /** Share of the contracts that have a `max_bid`; without one a buyer must have answered. */
  bounded: number;
  pings: number;
  seed: number;
}
export interface ClosingFigures extends ClosingCell {
  answer_ms: Spread;
  /** Share of buyers that were not waited for, of auctions that ended so. */
  cut: number;
  closed: number;
  /** Dollars a ping: of the best bid; of the sale when each buyer takes a lead that it bid for with {@link TAKES}. */
  best: number;
  sale: number;
  sold: number;
}

/** Pings a second: few, so that dialers are no matter here. */
const RATE = 20;
/** Chance that a buyer bids, and that it takes a posted lead that it bid for. */
const BIDS = 0.6;
const TAKES = 0.8;

/** A buyer's most is between 6 and 40 dollars, in any order; it bids between 30 % and all of it. */
function contracts({ buyers, bounded, seed }: ClosingCell): { name: string; most: number; bounded: boolean }[] {
  const random = seededRandom(seed * 7);
  const all = Array.from({ length: buyers }, (_, i) => 40 - (34 * i) / Math.max(1, buyers - 1));
  for (let i = all.length - 1; i > 0; i--) swap(all, i, Math.floor(random() * (i + 1)));
  return names(buyers).map((name, i) => ({ name, most: Math.round(all[i] ?? 0), bounded: random() < bounded }));
}

export async function runClosing(cell: ClosingCell): Promise<ClosingFigures> {
  const platform = new EmulatedPlatform(cell.seed);
  const { time } = platform;
  const all = contracts(cell);
  for (const [i, { name, most }] of all.entries()) {
    const random = seededRandom(cell.seed * 1_000 + i);
    // Drawn in the same order whatever else happens: the same ping meets the same answers in every case.
    const ping = () => {
      const [after_ms, wants, price] = [logNormal(random), random() < BIDS, between(random, 0.3 * most, most)];
      return wants ? bid(after_ms, price) : { after_ms, body: '{"no":true}' };
    };
    platform.buyer(
      hostOf(name),
      buyer(ping, () => accepts(50)),
    );
  }
  const set = market(
    all.map(({ name, most, bounded }) => ({
      name,
      contract: { price: { type: "bid", max_bid: bounded ? most : undefined } },
    })),
  );
  const { fallback_bids } = cell;
  const auction = { ...set.campaign.auction, ...(fallback_bids === null ? {} : { early_close: { fallback_bids } }) };
  const gateway = new EmulatedGateway(platform, { ...set, campaign: { ...set.campaign, auction } });
  const records = recordsOf(gateway);
  const answers = await time.run(async () => {
    const snapshot = await gateway.warm();
    const arrivals = seededRandom(cell.seed + 1);
    const open: Promise<number>[] = [];
    while (open.length < cell.pings) {
      await time.sleep((-Math.log(1 - arrivals()) * 1_000) / RATE);
      platform.network.traffic.length = 0;
      const began = time.now();
      const ping = runPing(gateway.invoke().g, gateway.ping(snapshot, "pub", open.length));
      open.push(ping.then(() => time.now() - began));
    }
    const all = await Promise.all(open);
    await time.sleep(2_000);
    return all;
  });
  return { ...cell, answer_ms: spread(answers), ...worth(records, cell) };
}

/** Money by the auctions' records. Whether a buyer takes a lead is drawn by ping and buyer, the same in every case. */
function worth(records: AuctionRecord[], { buyers, seed }: ClosingCell) {
  const sales = records.map(({ ranked, sub_ids }) =>
    ranked.find(({ contract_id }) => takes(seed, Number(sub_ids.sub_id1?.slice(1)), Number(contract_id.slice(1)))),
  );
  const cut = records.map(
    ({ candidates }) => candidates.filter(({ outcome }) => `${outcome}` === "closed_early").length,
  );
  const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / records.length;
  return {
    cut: short(mean(cut) / buyers, 4),
    closed: short(mean(cut.map((count) => (count > 0 ? 1 : 0))), 4),
    best: short(mean(records.map(({ ranked }) => (ranked[0]?.price ?? 0) / 10_000)), 3),
    sale: short(mean(sales.map((sale) => (sale?.price ?? 0) / 10_000)), 3),
    sold: short(mean(sales.map((sale) => (sale ? 1 : 0))), 4),
  };
}

const takes = (seed: number, n: number, buyer: number): boolean =>
  seededRandom(seed * 1_000_003 + n * 1_009 + buyer)() < TAKES;

function swap(values: number[], a: number, b: number): void {
  const kept = values[a] ?? 0;
  values[a] = values[b] ?? 0;
  values[b] = kept;
}
