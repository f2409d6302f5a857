import type { Condition, Filter } from "../../../schema/config/filter.ts";
import { type PriceTable, zipEntries } from "../../../schema/config/price.ts";
import type { Money } from "../../../schema/money.ts";

/** More entries of a list than this are counted, not named. */
const NAMED = 6;

/** `state is CA or TX, and not (zip begins with 900)`: a filter as an operator or a buyer reads it. */
export function filterSentence(filter: Filter): string {
  if ("all" in filter) return joined(filter.all, ", and ");
  if ("any" in filter) return joined(filter.any, ", or ");
  if ("not" in filter) return `not (${filterSentence(filter.not)})`;
  return conditionSentence(filter);
}

const joined = (parts: Filter[], word: string): string =>
  parts
    .map((part) => (nested(part) && parts.length > 1 ? `(${filterSentence(part)})` : filterSentence(part)))
    .join(word);
const nested = (part: Filter): boolean =>
  ("all" in part && part.all.length > 1) || ("any" in part && part.any.length > 1);

function conditionSentence({ field, ...tests }: Condition): string {
  const words = [
    tests.eq !== undefined && `is ${said(tests.eq)}`,
    tests.ne !== undefined && `is not ${said(tests.ne)}`,
    tests.in && `is ${listed(tests.in)}`,
    tests.not_in && `is not ${listed(tests.not_in)}`,
    tests.prefix && `begins with ${listed(tests.prefix)}`,
    tests.gt !== undefined && `is above ${tests.gt}`,
    tests.gte !== undefined && `is at least ${tests.gte}`,
    tests.lt !== undefined && `is below ${tests.lt}`,
    tests.lte !== undefined && `is at most ${tests.lte}`,
    tests.present !== undefined && (tests.present ? "is given" : "is not given"),
  ];
  return `${field} ${words.filter((word) => typeof word === "string").join(" and ")}`;
}

const said = (value: string | number | boolean): string =>
  value === true ? "yes" : value === false ? "no" : String(value);

function listed(values: readonly (string | number | boolean)[]): string {
  if (values.length <= NAMED) return values.map(said).join(" or ");
  return `one of ${values.length} (${values.slice(0, 3).map(said).join(", ")}, …)`;
}

/** One sentence a price, in the order in which they are looked at. */
export function tableSentences({ rows, zip_field }: PriceTable, amount: (value: Money) => string): string[] {
  return rows.flatMap((row) => {
    const who = row.when ? ` where ${filterSentence(row.when)}` : "";
    const places = (row.places ?? []).map(({ amount: price, zips }) => {
      return `${amount(price)}${who}${who ? ", and" : " where"} ${zip_field} is ${listed(zipEntries(zips))}`;
    });
    if (row.amount === undefined) return places;
    const rest = row.places ? " elsewhere" : who ? "" : " for every lead";
    return [...places, `${amount(row.amount)}${who}${rest}`];
  });
}
