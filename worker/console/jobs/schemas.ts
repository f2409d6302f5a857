import * as z from "zod";

export const job = z.looseObject({
  id: z.string(),
  kind: z.string(),
  author: z.string(),
  state: z.string(),
  params: z.record(z.string(), z.unknown()),
  done: z.number(),
  total: z.number().nullable(),
  failed: z.number(),
  counts: z.record(z.string(), z.number()),
  failures: z.array(z.looseObject({ item: z.string(), reason: z.string() })),
  started_at: z.string(),
  updated_at: z.string(),
  ended_at: z.string().nullable(),
});
export type Job = z.output<typeof job>;
export const jobs = z.looseObject({ items: z.array(job) });

export const differences = z.looseObject({
  items: z.array(
    z.looseObject({
      id: z.string(),
      job_id: z.string(),
      at: z.string(),
      kind: z.string(),
      subject: z.string(),
      detail: z.unknown(),
      mended_at: z.string().nullable(),
    }),
  ),
  next: z.string().nullable(),
});
export type Difference = z.output<typeof differences>["items"][number];

export const keyUsage = z.looseObject({
  newest: z.string(),
  complete: z.boolean(),
  keys: z.array(
    z.looseObject({
      key: z.string(),
      in_ring: z.boolean(),
      used: z.record(z.string(), z.number()),
      may_go: z.boolean(),
    }),
  ),
});
