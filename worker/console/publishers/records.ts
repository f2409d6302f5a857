import * as z from "zod";

/** What these pages read of the operators' calls. */
export const publisherAnswer = z.looseObject({
  id: z.string(),
  version: z.number(),
  author: z.string(),
  updated_at: z.string(),
  secrets: z.array(z.string()).default([]),
  record: z.looseObject({
    name: z.string().default(""),
    status: z.string().default("active"),
    campaigns: z.array(z.string()).default([]),
    mode: z.enum(["final", "pending"]).default("final"),
    risk_rule: z.enum(["rejected", "accepted"]).default("rejected"),
    publisher_share: z.number().optional(),
    allow_below_promise: z.boolean().default(false),
    pings_per_second: z.number().default(200),
    postback: z.object({ url: z.string(), method: z.enum(["POST", "GET"]).default("POST") }).optional(),
    notes: z.string().optional(),
  }),
});
export type PublisherAnswer = z.output<typeof publisherAnswer>;
export const publisherList = z.looseObject({ items: z.array(publisherAnswer), next: z.string().nullable() });

export const keyAnswer = z.looseObject({
  id: z.string(),
  prefix: z.string(),
  label: z.string(),
  test: z.boolean(),
  status: z.string(),
  author: z.string(),
  updated_at: z.string(),
});
export type KeyAnswer = z.output<typeof keyAnswer>;
export const keyList = z.looseObject({ items: z.array(keyAnswer), next: z.string().nullable() });
export const madeKey = keyAnswer.extend({ key: z.string() });
export const madeSecret = z.looseObject({ secret: z.string() });

export const formAnswer = z.looseObject({
  id: z.string(),
  secrets: z.array(z.string()).default([]),
  record: z.looseObject({
    campaign_id: z.string(),
    status: z.string().default("active"),
    allowed_origins: z.array(z.string()).default([]),
    thank_you_url: z.string().optional(),
    test: z.boolean().default(false),
  }),
});
export type FormAnswer = z.output<typeof formAnswer>;
export const formList = z.looseObject({ items: z.array(formAnswer), next: z.string().nullable() });

export const inboundList = z.looseObject({
  items: z.array(
    z.looseObject({
      id: z.string(),
      record: z.looseObject({ campaign_id: z.string().optional(), status: z.string().default("active") }),
    }),
  ),
});
export const campaignList = z.looseObject({
  items: z.array(
    z.looseObject({
      id: z.string(),
      record: z.looseObject({ name: z.string().default(""), specs: z.string().default("public") }),
    }),
  ),
});
export type CampaignItem = z.output<typeof campaignList>["items"][number];

const value = z.number().nullable();
export const summaryAnswer = z.looseObject({
  figures: z.array(z.looseObject({ name: z.string(), title: z.string(), sentence: z.string(), unit: z.string() })),
  total: z.record(z.string(), value),
  rows: z.array(z.looseObject({ group: z.string().optional(), values: z.record(z.string(), value) })),
});
export type Summary = z.output<typeof summaryAnswer>;
export const reasonsAnswer = z.looseObject({
  lists: z.array(z.looseObject({ name: z.string(), title: z.string() })),
  rows: z.array(z.looseObject({ list: z.string(), word: z.string(), count: z.number(), share: z.number() })),
});
export type Reasons = z.output<typeof reasonsAnswer>;

/** Who may make and revoke what lets others in. */
export const ADMIN = "admin";

export const pathOf = (id: string): string => `/ops/publishers/${encodeURIComponent(id)}`;
export const callOf = (id: string): string => `/publishers/${encodeURIComponent(id)}`;
