import * as z from "zod";
import { fieldNameSchema } from "./common.ts";

const scalar = z.union([z.string().max(200), z.number(), z.boolean()]);

const conditionOf = <L extends z.ZodType>(list: L) =>
  z
    .strictObject({
      field: fieldNameSchema,
      eq: scalar.optional(),
      ne: scalar.optional(),
      in: list.optional(),
      not_in: list.optional(),
      prefix: z.array(z.string().min(1).max(20)).min(1).max(5_000).optional(),
      gt: z.number().optional(),
      gte: z.number().optional(),
      lt: z.number().optional(),
      lte: z.number().optional(),
      present: z.boolean().optional(),
    })
    .refine((condition) => Object.keys(condition).length > 1, "needs at least one operator beside field");
const scalars = z.array(scalar).min(1).max(50_000);

/** One condition on one field. Several operators in one condition must all hold. A missing field fails every operator but `present: false`. */
export const conditionSchema = conditionOf(scalars);

export type Condition = z.output<typeof conditionSchema>;
export type Filter = Condition | { all: Filter[] } | { any: Filter[] } | { not: Filter };

/** Nested conditions: `{"all":[{"field":"state","in":["CA","TX"]},{"not":{"field":"zip","prefix":["900"]}}]}`. */
export const filterSchema: z.ZodType<Filter, Filter> = z.lazy(() =>
  z.union([
    conditionSchema,
    z.strictObject({ all: z.array(filterSchema).min(1).max(200) }),
    z.strictObject({ any: z.array(filterSchema).min(1).max(200) }),
    z.strictObject({ not: filterSchema }),
  ]),
);

/** In an isolate's memory a long list of ZIPs may be packed text (two characters a ZIP at most, and a few for wide gaps). */
const packedCondition = conditionOf(z.union([scalars, z.string().regex(/^[A-Za-z0-9_-]{1,200000}$/)]));
export type PackedCondition = z.output<typeof packedCondition>;
export type PackedFilter = PackedCondition | { all: PackedFilter[] } | { any: PackedFilter[] } | { not: PackedFilter };

/** A filter as a snapshot keeps it. Never a caller's input. */
export const packedFilterSchema: z.ZodType<PackedFilter, PackedFilter> = z.lazy(() =>
  z.union([
    packedCondition,
    z.strictObject({ all: z.array(packedFilterSchema).min(1).max(200) }),
    z.strictObject({ any: z.array(packedFilterSchema).min(1).max(200) }),
    z.strictObject({ not: packedFilterSchema }),
  ]),
);

export const clock = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, "must be a time like 09:00 (24:00 ends a day)");
export const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Day = (typeof DAYS)[number];

/** When a contract takes leads: hours of each day in the contract's time zone. A day that is not named is closed. */
export const scheduleSchema = z.strictObject({
  hours: z
    .array(
      z
        .strictObject({ days: z.array(z.enum(DAYS)).min(1), from: clock, to: clock })
        .refine((h) => h.from < h.to, "from must be before to"),
    )
    .min(1)
    .max(50),
});
export type Schedule = z.output<typeof scheduleSchema>;
