import type { NumberedEvent } from "../../schema/events.ts";
import { hostOf } from "../../test/support/emulated-config.ts";
import { EmulatedGateway } from "../../test/support/emulated-gateway.ts";
import { EmulatedPlatform } from "../../test/support/emulated-platform.ts";
import { accepts, bid, buyer, market, names } from "../../test/support/lead-load.ts";
import { between, seededRandom } from "../../test/support/random.ts";
import type { PingResult } from "../../worker/flows/answers.ts";
import { runPing } from "../../worker/flows/ping.ts";
import { runPost } from "../../worker/flows/post.ts";
import { logNormal } from "../emulated/buyers.ts";
import { recordsOf } from "../emulated/records.ts";

/** What one ping and one sold lead leave behind, by the flows of production on the emulated platform. The same for a seed everywhere. */
export interface Sizes {
  buyers: number;
  /** Bytes of an auction as its book keeps it, and as a row of D1; mean. */
  book_auction: number;
  ledger_auction: number;
  /** Calls of objects and queue sends of a lead that was posted and sold, auction apart. */
  book_calls: number;
  account_calls: number;
  queue_sends: number;
  /** Writes of the ledger that a sale emits, auction apart: the same row may be written several times. */
  ledger_writes: number;
  /** Bytes of what stays of them. */
  ledger_lead: number;
}

const PINGS = 60;

export async function sizesOf(buyers: number, seed = 9): Promise<Sizes> {
  const platform = new EmulatedPlatform(seed);
  for (const [i, name] of names(buyers).entries()) {
    const random = seededRandom(seed * 1_000 + i);
    const ping = () => bid(logNormal(random), between(random, 1, 40));
    platform.buyer(
      hostOf(name),
      buyer(ping, () => accepts(between(random, 200, 600))),
    );
  }
  const set = market(names(buyers).map((name) => ({ name })));
  const gateway = new EmulatedGateway(platform, set, { isolates: 1 });
  const records = recordsOf(gateway);
  const sold = await platform.time.run(() => pingsAndPosts(gateway));
  const events = gateway.objects.ledger.map(({ event }) => event);
  const bytes = (of: unknown[]) => of.reduce<number>((sum, each) => sum + Buffer.byteLength(JSON.stringify(each)), 0);
  const rows = events.flatMap((event) => {
    const id = idOf(event);
    return id === null ? [] : [{ id: `${event.table}/${id}`, auction: event.table === "auctions", row: event.row }];
  });
  const kept = [...new Map(rows.map((row) => [row.id, row])).values()];
  const auctions = kept.filter(({ auction }) => auction).map(({ row }) => row);
  const others = kept.filter(({ auction }) => !auction).map(({ row }) => row);
  const calls = (object: string) =>
    [...platform.counts]
      .filter(([name]) => name.startsWith(`${object}.`) && !/\.(record|health|keepSnapshot|snapshot|tick)$/.test(name))
      .reduce((sum, [, count]) => sum + count, 0);
  return {
    buyers,
    book_auction: Math.round(bytes(records) / records.length),
    ledger_auction: Math.round(bytes(auctions) / auctions.length),
    book_calls: calls("book") / sold,
    account_calls: calls("account") / sold,
    queue_sends: (platform.counts.get("queue.send") ?? 0) / sold,
    ledger_writes: rows.filter(({ auction }) => !auction).length / sold,
    ledger_lead: Math.round(bytes(others) / sold),
  };
}

/** Of what a lead leaves: breaker states, sums of bidding and alerts do not grow with leads. */
function idOf(event: NumberedEvent): string | null {
  switch (event.table) {
    case "auctions":
      return event.row.ping_id;
    case "leads":
      return event.row.lead_id;
    case "deliveries":
      return event.row.attempt_id;
    case "sales":
      return event.row.sale_id;
    case "money_movements":
      return event.row.id;
    case "reservations":
      return event.row.reservation_id;
    default:
      return null;
  }
}

/** Every lead is posted a second after its ping, and sold. */
async function pingsAndPosts(gateway: EmulatedGateway): Promise<number> {
  const { time } = gateway.platform;
  const snapshot = await gateway.warm();
  let sold = 0;
  for (let n = 0; n < PINGS; n++) {
    const ping = (await runPing(gateway.invoke().g, gateway.ping(snapshot, "pub", n))) as PingResult;
    await time.sleep(1_000);
    const answer = await runPost(gateway.invoke().g, gateway.post(snapshot, "pub", n, ping.ping_id));
    if (answer.kind === "post" && answer.result === "accepted") sold++;
  }
  await time.sleep(30_000);
  return sold;
}
