import type { LeadStory } from "../../../schema/rpc/book.ts";
import { SHARE } from "../world/setup.ts";
import { bidOf, word } from "./exclusive.ts";
import { type Files, type Hold, type LeadFile, units } from "./files.ts";
import type { Ledger } from "./ledger.ts";

/** What a sale costs its buyer and brings its publisher, by what the buyer itself has said. */
export function checkDeals(files: Files, ledger: Ledger, file: LeadFile, story: LeadStory): void {
  const { n } = file;
  for (const hold of file.holds.values()) if (wasSold(hold)) checkNamed(files, file, hold, story);
  const told = story.steps.find(toldYes)?.detail.price;
  const bids = [...files.buyers.keys()].map((buyer) => units(bidOf(files, file, buyer) ?? 0));
  const named = file.orders.map(({ contract }) => contract?.price ?? 0);
  const brought = [...bids, ...named].map((amount) => Math.floor((amount * SHARE * 100) / 100));
  if (told !== undefined && !brought.includes(Number(told)))
    files.broken(n, `told "accepted" for ${told}, which is nobody's bid (${brought.join(", ")})`);
  const sales = ledger.salesOf(story.lead.lead_id);
  for (const [i, { reservation_id, price, payout }] of sales.entries()) {
    const hold = file.holds.get(String(reservation_id));
    if (!hold || hold.price === null) files.broken(n, `${reservation_id} is a sale, and was never charged`);
    else if (hold.price !== price)
      files.broken(n, `${reservation_id}: charged ${hold.price}, the ledger says ${price}`);
    // A second sale pays nothing; what was told before the buyer's answer stands.
    if (i > 0 || !hold || story.steps.some(toldYes)) continue;
    const due = payoutOf(files, file, hold);
    if (payout !== due) files.broken(n, `${reservation_id}: its publisher is due ${due}, and gets ${payout}`);
  }
}

const toldYes = ({ step, detail }: LeadStory["steps"][number]): boolean =>
  step === "frozen" && detail.result === "accepted";

const wasSold = ({ state }: Hold): boolean => state === "captured" || state === "refunded";

/** Who named less than it had bid pays that, where its contract keeps lower prices, and nothing before somebody has looked at it elsewhere. */
function checkNamed(files: Files, file: LeadFile, hold: Hold, { lead }: LeadStory): void {
  const { on_lower_price, on_unknown } = files.buyer(hold.buyer).contract;
  const byHand = file.verdicts.length > 0 || file.orders.length > 0;
  // Charged at our risk before its answer was known: told by the flag.
  if (byHand || (on_unknown === "treat_as_sold" && lead.risk_flag)) return;
  const yes = file.asked.flatMap(({ deed, kept }) => {
    if (!kept || deed?.key !== hold.id || deed.reply.kind !== "answer") return [];
    return /accepted|taken|duplicate/.test(word(deed.reply.body) ?? "") ? [deed.reply.body] : [];
  });
  const named = yes.map((body) => /"price":([\d.]+)/.exec(body)?.[1]);
  const prices = new Set(named.map((price) => (price === undefined ? hold.amount : units(Number(price)))));
  const [price = hold.amount] = prices;
  if (prices.size !== 1 || price >= hold.amount) return;
  if (on_lower_price === "review")
    files.broken(file.n, `${hold.buyer} named ${price}, bid ${hold.amount}, and was charged before anybody had looked`);
  else if (hold.price !== price) files.broken(file.n, `${hold.buyer} named ${price}, charged were ${hold.price}`);
}

function payoutOf(files: Files, { promise, order }: LeadFile, { amount, price }: Hold): number {
  const share = Math.floor((amount * SHARE * 100) / 100);
  if (price === null || price >= amount) return share;
  const below = files.setUp.publishers.find(({ id }) => id === order.publisher)?.allow_below_promise ?? false;
  return Math.max(Math.floor((share * price) / amount), below ? 0 : (promise ?? 0));
}
