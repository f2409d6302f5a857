import type { AuctionRecord } from "../../schema/rpc/auction.ts";
import { type BuyerSetUp, hostOf, type SetUp } from "../../test/support/emulated-config.ts";
import { EmulatedGateway } from "../../test/support/emulated-gateway.ts";
import { EmulatedPlatform } from "../../test/support/emulated-platform.ts";
import { accepts, bid, buyer, leadOf, market } from "../../test/support/lead-load.ts";
import { between, seededRandom } from "../../test/support/random.ts";
import { runPing } from "../../worker/flows/ping.ts";
import { MEDIAN_MS, SIGMA } from "./buyers.ts";
import { short } from "./cell.ts";
import { recordsOf } from "./records.ts";

/** A buyer with the most that it bids, in dollars, and how fast it is (log-normal). */
export interface Bidder extends BuyerSetUp {
  most: number;
  median_ms?: number;
  /** From this ping on it is as fast as the others. */
  well_from?: number;
}

export interface Played {
  /** Ms from arrival to answer, by ping. */
  answers: number[];
  records: AuctionRecord[];
  /** Calls that reached buyers, and of dialers. */
  calls: number;
  object_calls: number;
}

/** Pings a second: few, so that dialers are no matter here. */
const RATE = 20;
/** Chance that a buyer bids (between 30 % and all of its most), and that it takes a posted lead that it bid for. */
const BIDS = 0.6;
const TAKES = 0.8;

/**
 * Whole pings in virtual time to these buyers. How long a buyer takes for a ping and what it bids depends on both of them and the seed
 * alone: the same in every case that is compared.
 */
export async function play(
  bidders: Bidder[],
  run: { pings: number; seed: number; isolates?: number },
  auction: Partial<SetUp["campaign"]["auction"]> = {},
): Promise<Played> {
  const platform = new EmulatedPlatform(run.seed);
  const { time } = platform;
  let calls = 0;
  for (const [i, { name, most, median_ms = MEDIAN_MS, well_from = Number.POSITIVE_INFINITY }] of bidders.entries()) {
    const ping = (request: { body: string }) => {
      calls++;
      const n = leadOf(request);
      const random = seededRandom(run.seed * 1_000_003 + n * 1_009 + i);
      const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
      const after_ms = (n < well_from ? median_ms : MEDIAN_MS) * Math.exp(SIGMA * normal);
      return random() < BIDS ? bid(after_ms, between(random, 0.3 * most, most)) : { after_ms, body: '{"no":true}' };
    };
    platform.buyer(
      hostOf(name),
      buyer(ping, () => accepts(50)),
    );
  }
  const set = market(bidders.map(({ name, endpoint, contract }) => ({ name, endpoint, contract })));
  const campaign = { ...set.campaign, auction: { ...set.campaign.auction, ...auction } };
  const gateway = new EmulatedGateway(platform, { ...set, campaign }, { isolates: run.isolates ?? 3 });
  const records = recordsOf(gateway);
  const answers = await time.run(async () => {
    const snapshot = await gateway.warm();
    const arrivals = seededRandom(run.seed + 1);
    const open: Promise<number>[] = [];
    while (open.length < run.pings) {
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
  return { answers, records, calls, object_calls: platform.counts.get("dialer.dial") ?? 0 };
}

/** Which ping a record is of. */
export const pingOf = ({ sub_ids }: AuctionRecord): number => Number(sub_ids.sub_id1?.slice(1));

export interface Worth {
  /** Dollars a ping: of the best bid; of the sale when each buyer takes a lead that it bid for with a chance of its own. */
  best: number;
  sale: number;
  sold: number;
}

/** Money by the auctions' records. Whether a buyer takes a lead is drawn by ping and buyer, the same in every case. */
export function worthOf(records: AuctionRecord[], seed: number): Worth {
  const takes = (n: number, buyer: number) => seededRandom(seed * 2_000_003 + n * 1_009 + buyer)() < TAKES;
  const sales = records.map((record) =>
    record.ranked.find(({ contract_id }) => takes(pingOf(record), Number(contract_id.slice(1)))),
  );
  return {
    best: short(mean(records.map(({ ranked }) => (ranked[0]?.price ?? 0) / 10_000)), 3),
    sale: short(mean(sales.map((sale) => (sale?.price ?? 0) / 10_000)), 3),
    sold: short(mean(sales.map((sale) => (sale ? 1 : 0))), 4),
  };
}

export const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / Math.max(1, values.length);

/** What each of so many buyers bids at most: 40 to 6 dollars in equal steps, in an order of the seed's. */
export function mosts(count: number, seed: number): number[] {
  const random = seededRandom(seed * 7);
  const all = Array.from({ length: count }, (_, i) => Math.round(40 - (34 * i) / Math.max(1, count - 1)));
  return all
    .map((most) => ({ most, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ most }) => most);
}
