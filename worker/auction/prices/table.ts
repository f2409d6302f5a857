import type { Contract } from "../../../schema/config/buyer.ts";
import type { PriceRow, PriceTable } from "../../../schema/config/price.ts";
import type { Money } from "../../../schema/money.ts";
import type { Fields } from "../../../schema/rpc/auction.ts";
import { compileFilter, factOf } from "../filters.ts";
import { compilePlaces } from "./places.ts";

/** What a lead with these facts costs; null: the contract asks for bids, or has no price for it. */
export type PriceAt = (facts: Fields) => Money | null;

/** A standing price, one for all leads or by table: nobody is called for a bid. */
export const hasStandingPrice = ({ price }: Pick<Contract, "price">): boolean => price.type !== "bid";

/** Once per version of the contract. */
export function compilePrice(price: Contract["price"]): PriceAt {
  switch (price.type) {
    case "bid":
      return () => null;
    case "fixed":
      return () => price.amount;
    case "table":
      return compileTable(price);
  }
}

function compileTable({ rows, zip_field }: PriceTable): PriceAt {
  const compiled = rows.map((row) => compileRow(row, zip_field));
  return (facts) => {
    for (const row of compiled) {
      const amount = row(facts);
      if (amount !== null) return amount;
    }
    return null;
  };
}

function compileRow({ when, places, amount }: PriceRow, zip_field: string): PriceAt {
  const fits = compileFilter(when);
  const byPlace = places ? compilePlaces(places) : null;
  const otherwise = amount ?? null;
  return (facts) => {
    if (!fits(facts)) return null;
    const zip = byPlace ? factOf(facts, zip_field) : undefined;
    const found = typeof zip === "string" ? byPlace?.priceAt(zip) : null;
    return found ?? otherwise;
  };
}
