import { filterSchema, scheduleSchema } from "../../../schema/config/filter.ts";
import { priceSchema } from "../../../schema/config/price.ts";
import { formatMoney } from "../../../schema/money.ts";
import { filterSentence, tableSentences } from "../../auction/prices/sentences.ts";

/** A price in a few words, for a list. */
export function priceWords(price: unknown): string {
  const read = priceSchema.safeParse(price);
  if (!read.success) return "–";
  if (read.data.type === "bid")
    return read.data.max_bid === undefined ? "its bid" : `its bid, up to ${formatMoney(read.data.max_bid)}`;
  if (read.data.type === "fixed") return `${formatMoney(read.data.amount)} fixed`;
  return `table, ${read.data.rows.length} row${read.data.rows.length === 1 ? "" : "s"}`;
}

/** Sentences of a price; of a long table the first ones. */
export function priceSentences(price: unknown): string[] {
  const read = priceSchema.safeParse(price);
  if (!read.success) return ["No price that can be read."];
  return read.data.type === "table" ? tableSentences(read.data, formatMoney) : [priceWords(price)];
}

/** One sentence a part that must hold; a filter that is one condition is one. */
export function filterSentences(filter: unknown): string[] {
  if (filter === undefined) return ["Every lead of the campaign."];
  const read = filterSchema.safeParse(filter);
  if (!read.success) return ["No filter that can be read."];
  return "all" in read.data ? read.data.all.map(filterSentence) : [filterSentence(read.data)];
}

export function scheduleSentences(schedule: unknown, zone: string): string[] {
  if (schedule === undefined) return ["At all times."];
  const read = scheduleSchema.safeParse(schedule);
  if (!read.success) return ["No hours that can be read."];
  return read.data.hours.map(({ days, from, to }) => `${days.join(", ")}: ${from} to ${to} (${zone})`);
}
