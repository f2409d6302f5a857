import * as z from "zod";

/**
 * A condition as data. `path` names what is looked at (of an answer: a path into it, or `$status`, `$text`, `$location`,
 * `$header.<name>`, `$bid.<name>`; of a request: a name of its scope); all words of one test must hold.
 */
const testSchema = z.strictObject({
  path: z.string().max(500).optional(),
  status: z.array(z.union([z.int().min(100).max(599), z.string().regex(/^[1-5]xx$/)])).optional(),
  equals: z.union([z.string(), z.number(), z.boolean(), z.null()]).optional(),
  in: z
    .array(z.union([z.string(), z.number(), z.boolean()]))
    .max(1_000)
    .optional(),
  contains: z.string().max(200).optional(),
  starts_with: z.string().max(200).optional(),
  ends_with: z.string().max(200).optional(),
  /** A regular expression in RE2's syntax (linear time, no look-around, no back-references). */
  matches: z.string().max(500).optional(),
  present: z.boolean().optional(),
  gt: z.number().optional(),
  gte: z.number().optional(),
  lt: z.number().optional(),
  lte: z.number().optional(),
});
export type ConditionTest = z.output<typeof testSchema>;

/** The same as text (`status is accepted and price > 0`): docs/dialect-language.md, "Conditions". */
export type ConditionConfig =
  | string
  | ConditionTest
  | { all: ConditionConfig[] }
  | { any: ConditionConfig[] }
  | { not: ConditionConfig };

export const conditionTextSchema = z.string().min(1).max(2_000);

export const dialectConditionSchema: z.ZodType<ConditionConfig, ConditionConfig> = z.lazy(() =>
  z.union([
    conditionTextSchema,
    testSchema,
    z.strictObject({ all: z.array(dialectConditionSchema).min(1).max(50) }),
    z.strictObject({ any: z.array(dialectConditionSchema).min(1).max(50) }),
    z.strictObject({ not: dialectConditionSchema }),
  ]),
);
