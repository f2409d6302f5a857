import * as z from "zod";
import { positiveMoneySchema } from "../money.ts";
import { fieldNameSchema } from "./common.ts";
import { type Filter, filterSchema } from "./filter.ts";

/** ZIPs and prefixes of one table, all rows together. */
export const MOST_ZIPS = 50_000;
/** `90210`, or `902*` for all that begin so. */
const ENTRY = /^(?:\d{5}|\d{1,4}\*)$/;

/**
 * ZIPs in one text, apart by blanks or commas: a tenth of the memory that a list of so many texts takes in every isolate, and quick to
 * check.
 */
export const zipListSchema = z
  .string()
  .min(1)
  .max(7 * MOST_ZIPS)
  .superRefine((text, ctx) => {
    const wrong = zipEntries(text).find((entry) => !ENTRY.test(entry));
    if (wrong !== undefined)
      ctx.addIssue({
        code: "custom",
        message: `${wrong.slice(0, 20)} is neither a ZIP like 90210 nor a prefix like 902*`,
      });
    else if (zipEntries(text).length === 0) ctx.addIssue({ code: "custom", message: "names no ZIP" });
  })
  .meta({
    description: "ZIPs (`90210`) and prefixes (`902*`), apart by blanks or commas.",
    examples: ["90210 90211 902*"],
  });

export const zipEntries = (text: string): string[] => text.split(/[\s,]+/).filter((entry) => entry !== "");

const placesSchema = z.strictObject({ amount: positiveMoneySchema, zips: zipListSchema });

/** One row: who it is for (`when`; absent: every lead), then a price by ZIP (`places`), or for all of them (`amount`), or both. */
export const priceRowSchema = z
  .strictObject({
    when: filterSchema.optional(),
    /** The most exact entry wins, whatever the order: 90210 before 902*, before 9*. */
    places: z.array(placesSchema).min(1).max(5_000).optional(),
    /** Of a lead that no entry of `places` fits. */
    amount: positiveMoneySchema.optional(),
  })
  .refine((row) => row.places !== undefined || row.amount !== undefined, "needs places, or amount, or both");

/**
 * Prices by place and by what is known of a lead. The first row that fits *and* has a price for the lead decides; no row: the contract does
 * not take the lead (`fixed_price_missing`). Nobody is called for a bid.
 */
export const priceTableSchema = z
  .strictObject({
    type: z.literal("table"),
    /** Field of the campaign, of type zip, that `places` look at. */
    zip_field: fieldNameSchema.default("zip"),
    rows: z.array(priceRowSchema).min(1).max(1_000),
  })
  .superRefine(({ rows }, ctx) => {
    const ends = rows.findIndex((row) => row.when === undefined && row.amount !== undefined);
    if (ends >= 0 && ends < rows.length - 1)
      ctx.addIssue({
        code: "custom",
        path: ["rows", ends + 1],
        message: `never reached: row ${ends} is for every lead`,
      });
    const zips = rows.reduce((sum, row) => sum + countOf(row), 0);
    if (zips > MOST_ZIPS)
      ctx.addIssue({
        code: "custom",
        path: ["rows"],
        message: `has ${zips} ZIPs and prefixes; ${MOST_ZIPS} is the most`,
      });
  });
export type PriceTable = z.output<typeof priceTableSchema>;
export type PriceRow = z.output<typeof priceRowSchema>;
export type PriceRowInput = z.input<typeof priceRowSchema> & { when?: Filter };

const countOf = (row: { places?: { zips: string }[] }): number =>
  (row.places ?? []).reduce((sum, { zips }) => sum + zipEntries(zips).length, 0);

/** What a contract pays. */
export const priceSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("bid"), max_bid: positiveMoneySchema.optional() }),
  z.strictObject({ type: z.literal("fixed"), amount: positiveMoneySchema }),
  priceTableSchema,
]);
