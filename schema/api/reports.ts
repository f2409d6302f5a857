import * as z from "zod";
import { timeZoneSchema } from "../config/common.ts";
import { BUYER_FIGURES, FIGURES, PUBLISHER_FIGURES } from "../figures.ts";

/** Queries of reports. */
const moment = z
  .string()
  .max(40)
  .optional()
  .meta({ description: "A local date (`2026-11-28`), ISO 8601 with an offset, or epoch ms." });
const id = z.string().min(1).max(40).optional();

/** Ends, zone and format. Dates take whole local days in, `to` too; times are [from, to). Without them: today. */
export const rangeFields = {
  from: moment,
  to: moment,
  zone: timeZoneSchema
    .refine((name) => !/^[+-]/.test(name), "must be the name of a zone like America/New_York, no offset")
    .default("UTC"),
  format: z.enum(["json", "csv"]).default("json"),
};
const stepFields = (names: readonly string[]) => ({
  by: z.enum(["hour", "day", "month"]).optional().meta({ description: "A row for each local hour, day or month." }),
  figures: z
    .string()
    .max(2_000)
    .optional()
    .meta({
      description: `Names of figures, with commas between; without it: all. There are: ${names.join(", ")}.`,
      examples: [names.slice(0, 3).join(",")],
    }),
});
export const filterFields = { publisher: id, campaign: id, buyer: id, contract: id, endpoint: id };

export const summaryQuery = z.strictObject({
  ...rangeFields,
  ...stepFields(FIGURES.map(({ name }) => name)),
  group: z.enum(["publisher", "campaign", "buyer", "contract", "endpoint"]).optional(),
  ...filterFields,
});
export const reasonsQuery = z.strictObject({
  ...rangeFields,
  ...filterFields,
  list: z
    .string()
    .max(40)
    .optional()
    .meta({ description: "One list only.", examples: ["reject_reason"] }),
});
export const sideQuery = z.strictObject({ ...rangeFields, buyer: id, contract: id });
export const publisherQuery = z.strictObject({
  ...rangeFields,
  ...stepFields(PUBLISHER_FIGURES),
  campaign: id,
  group: z.enum(["campaign"]).optional(),
});
export const buyerQuery = z.strictObject({
  ...rangeFields,
  ...stepFields(BUYER_FIGURES),
  contract: id,
  group: z.enum(["contract"]).optional(),
});
export const ownReasonsQuery = z.strictObject(rangeFields);

const value = z.number().nullable();
export const figureAnswer = z.object({
  name: z.string(),
  title: z.string(),
  unit: z.enum(["count", "money", "percent", "ms"]),
  exact: z.boolean().meta({ description: "false: best effort." }),
  sentence: z.string(),
});
const ends = { from: z.iso.datetime(), to: z.iso.datetime(), zone: z.string() };
export const summaryAnswer = z.object({
  ...ends,
  figures: z.array(figureAnswer),
  total: z.record(z.string(), value),
  rows: z.array(
    z.object({
      time: z.string().optional(),
      from: z.iso.datetime(),
      to: z.iso.datetime(),
      group: z.string().optional(),
      values: z.record(z.string(), value),
    }),
  ),
});
export const reasonsAnswer = z.object({
  ...ends,
  lists: z.array(z.object({ name: z.string(), title: z.string(), exact: z.boolean() })),
  rows: z.array(z.object({ list: z.string(), word: z.string(), count: z.int(), share: z.number() })),
});
export const bidsAnswer = z.object({
  ...ends,
  rows: z.array(
    z.object({
      above: z.number(),
      up_to: value,
      bids: z.int(),
      won: z.int(),
      win_rate: value,
      posts: z.int(),
      rejected: z.int(),
      reject_rate: value,
    }),
  ),
});
export const lostAnswer = z.object({
  ...ends,
  cap_lost_revenue: z.number(),
  breaker_lost_revenue: z.number(),
  rows: z.array(
    z.object({
      contract: z.string(),
      buyer: z.string(),
      out_cap: z.int(),
      out_breaker: z.int(),
      took_part: z.int(),
      revenue: z.number(),
      revenue_per_auction: value,
      cap_lost_revenue: value,
      breaker_lost_revenue: value,
    }),
  ),
});
