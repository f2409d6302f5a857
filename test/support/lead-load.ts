import { autoInsurance } from "../../schema/verticals/index.ts";
import type { PostAnswer } from "../../worker/flows/answers.ts";
import { runLead } from "../../worker/flows/lead.ts";
import { hostOf, type SetUp } from "./emulated-config.ts";
import type { EmulatedGateway } from "./emulated-gateway.ts";
import type { EmulatedPlatform } from "./emulated-platform.ts";
import type { Arrived, Behaviour, Reply, Traffic } from "./emulated-transport.ts";
import { between, percentile, seededRandom } from "./random.ts";

/** Ms that a buyer takes for a post. */
export type PostLatency = (random: () => number) => number;

export const uniform =
  (low: number, high: number): PostLatency =>
  (random) =>
    between(random, low, high);

/** Nobody is faster than `low`; above it log-normal with this median and shape, redrawn over `high`: a tail to the right. */
export const skewed =
  (median: number, sigma: number, low: number, high: number): PostLatency =>
  (random) => {
    for (;;) {
      const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
      const ms = low + (median - low) * Math.exp(sigma * normal);
      if (ms <= high) return ms;
    }
  };

/** The publisher's name of the lead that a request is about, as a number. */
export const leadOf = ({ body }: Pick<Arrived, "body">): number =>
  Number((JSON.parse(body) as { n: string }).n.slice(1));
export const isPost = ({ url }: Pick<Arrived, "url">): boolean => url.endsWith("/post");

/** A buyer by the two things that it is asked. */
export const buyer =
  (ping: (request: Arrived) => Reply, post: (request: Arrived) => Reply): Behaviour =>
  (request) =>
    isPost(request) ? post(request) : ping(request);

export const bid = (after_ms: number, price: number): Reply => ({
  after_ms,
  body: JSON.stringify({ bid: Math.round(price * 100) / 100 }),
});
export const accepts = (after_ms: number): Reply => ({ after_ms, body: '{"status":"accepted"}' });
export const rejects = (after_ms: number): Reply => ({ after_ms, body: '{"status":"rejected"}' });

export const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `b${i}`);

/** Auto insurance, one publisher that sells elsewhere what is not taken, and buyers with the default settings. */
export const market = (buyers: SetUp["buyers"], changes: Partial<SetUp> = {}): SetUp => ({
  campaign: autoInsurance,
  publishers: [{ id: "pub", name: "Publisher", campaigns: [autoInsurance.id] }],
  buyers,
  ...changes,
});

/** One lead under load. Times are epoch ms. */
export interface LeadRun {
  n: number;
  submitted_at: number;
  answer: PostAnswer;
  answered_at: number;
}

/** Leads arrive at random times, `rate` a second on average, for `seconds`, one consumer each. */
export async function submitLeads(gateway: EmulatedGateway, rate: number, seconds: number): Promise<LeadRun[]> {
  const { time, seed } = gateway.platform;
  const snapshot = await gateway.warm();
  const arrivals = seededRandom(seed + 1);
  const runs: Promise<LeadRun>[] = [];
  const ends = time.now() + seconds * 1_000;
  for (;;) {
    await time.sleep((-Math.log(1 - arrivals()) * 1_000) / rate);
    if (time.now() >= ends) return Promise.all(runs);
    const n = runs.length;
    const submitted_at = time.now();
    const { g } = gateway.invoke();
    const work = runLead(g, gateway.lead(snapshot, "pub", n));
    runs.push(work.then((answer) => ({ n, submitted_at, answer, answered_at: time.now() })));
  }
}

/** Buyers who answer every ping in 20-90 ms and every post in `latency`, of which they reject a share. */
export function crowd(platform: EmulatedPlatform, count: number, latency: PostLatency, rejected: number): string[] {
  const buyers = names(count);
  for (const [i, name] of buyers.entries()) {
    const random = seededRandom(platform.seed * 1_000 + i);
    platform.buyer(
      hostOf(name),
      buyer(
        () => bid(between(random, 20, 90), between(random, 5, 30)),
        () => (random() < rejected ? rejects : accepts)(latency(random)),
      ),
    );
  }
  return buyers;
}

/** Ms from the submit to the moment in which the buyer that took the lead had said so. */
export interface Sold {
  total: number;
  /** What the buyers took for themselves: the slowest counted bid and each post. */
  theirs: number;
  /** The rest: the gateway's part. */
  ours: number;
  /** Until the publisher had its answer. */
  answered: number;
  posts: number;
}

/** Measured by the network's own record, not by what the gateway says. */
export function measureSales(platform: EmulatedPlatform, runs: LeadRun[]): Sold[] {
  const byLead = new Map<number, Traffic[]>();
  for (const entry of platform.network.traffic) {
    const n = leadOf(entry);
    const known = byLead.get(n);
    if (known) known.push(entry);
    else byLead.set(n, [entry]);
  }
  return runs.flatMap((run): Sold[] => {
    if (run.answer.kind !== "post" || run.answer.result !== "accepted") return [];
    const traffic = byLead.get(run.n) ?? [];
    const took = (entry: Traffic) => (entry.answered_at ?? Number.NaN) - entry.sent_at;
    const posts = traffic.filter(isPost);
    const bids = traffic.filter((entry) => !isPost(entry) && entry.answered_at !== null);
    const total = Math.max(...posts.map((post) => post.answered_at ?? Number.NaN)) - run.submitted_at;
    const theirs = Math.max(...bids.map(took)) + posts.map(took).reduce((sum, ms) => sum + ms, 0);
    return [{ total, theirs, ours: total - theirs, answered: run.answered_at - run.submitted_at, posts: posts.length }];
  });
}

/** A line of figures for the terminal: p50, p95, p99 in whole ms. */
export function figures(name: string, values: number[]): string {
  const at = (fraction: number) => String(Math.round(percentile(values, fraction))).padStart(6);
  return `${name.padEnd(44)}${at(0.5)}${at(0.95)}${at(0.99)}`;
}
export const heading = (title: string): string =>
  `${title.padEnd(44)}${"p50".padStart(6)}${"p95".padStart(6)}${"p99".padStart(6)}`;
