import * as z from "zod";
import { ANSWER_CODES, LEAD_STATES, REST_REASONS } from "../lists.ts";

/** Lists and look-ups of leads and auctions. */
const time = z.iso.datetime();
const amount = z.number().meta({ examples: [21.105] });
const line = z.string().meta({ description: "What became of it, in a sentence." });
const id = z.string().max(40).optional();
export const flag = z
  .enum(["true", "false"])
  .transform((text) => text === "true")
  .optional();
const after = z
  .string()
  .regex(/^\d{1,15}\.[A-Za-z0-9_-]{1,40}$/, "must be the `next` of the page before")
  .optional();

/** Shared by the list's query and its callers. */
export const leadFilters = {
  state: z.enum(LEAD_STATES).optional(),
  publisher: id,
  campaign: id,
  buyer: id.meta({ description: "The buyer that it was sold to." }),
  code: z.enum(ANSWER_CODES).optional().meta({ description: "What its publisher was told." }),
  click_id: z.string().max(200).optional(),
  sub_id: z.string().max(200).optional().meta({ description: "Any of its sub ids, as a whole." }),
  test: flag,
  after,
};
export const auctionFilters = {
  publisher: id,
  campaign: id,
  buyer: id.meta({ description: "A buyer that was asked, or had a standing price." }),
  result: z.enum(["accepted", "rejected"]).optional(),
  code: z.enum(ANSWER_CODES).optional(),
  posted: flag.meta({ description: "Whether its post became a lead." }),
  test: flag,
  after,
};

const next = z.string().nullable().meta({
  description:
    "Hand it in as `after`. A page looks at a bounded number of rows: it may be short, even empty, and go on.",
});

export const leadLine = z.object({
  lead_id: z.string(),
  ping_id: z.string().nullable(),
  publisher_id: z.string(),
  campaign_id: z.string(),
  test: z.boolean(),
  mode: z.string(),
  state: z.enum(LEAD_STATES),
  code: z.string().nullable(),
  result: z.string().nullable(),
  price: amount.meta({ description: "What the buyer pays." }),
  payout: amount.meta({ description: "What the publisher gets." }),
  contract_id: z.string().nullable(),
  buyer_id: z.string().nullable(),
  created_at: time,
  closed_at: time.nullable(),
  rest_why: z.enum(REST_REASONS).nullable().meta({ description: "Why it rests, in review or parked." }),
  rest_at: time.nullable(),
  re_auctions: z.int().meta({ description: "Auctions after its first." }),
  erased_at: time.nullable().meta({ description: "When its personal data was destroyed." }),
  risk: z.boolean(),
  recovered: z.boolean(),
  click_id: z.string().nullable(),
  sub_ids: z.record(z.string(), z.string()),
  line,
});
export type LeadLine = z.infer<typeof leadLine>;
export const leadsAnswer = z.object({ items: z.array(leadLine), next, from: time, to: time });

export const auctionLine = z.object({
  ping_id: z.string(),
  at: time,
  publisher_id: z.string(),
  campaign_id: z.string(),
  test: z.boolean(),
  result: z.enum(["accepted", "rejected"]),
  code: z.string().nullable(),
  price: amount.meta({ description: "What the publisher was offered." }),
  took_ms: z.number(),
  bidders: z.int().meta({ description: "Contracts that were asked, or had a standing price." }),
  bids: z.int(),
  config_seq: z.int(),
  lead_id: z.string().nullable().meta({ description: "What its post became; null: nobody posted it." }),
  line,
});
export type AuctionLine = z.infer<typeof auctionLine>;
export const auctionsAnswer = z.object({ items: z.array(auctionLine), next, from: time, to: time });

/** One person: the number or address goes in the body, is hashed at once, and is kept nowhere. */
export const personSchema = z
  .strictObject({
    phone: z.string().max(60).optional(),
    email: z.string().max(254).optional(),
    reason: z
      .string()
      .trim()
      .min(3)
      .max(500)
      .meta({ description: "Why; kept in the audit. Nothing personal.", examples: ["the consumer called"] }),
  })
  .refine((body) => (body.phone === undefined) !== (body.email === undefined), {
    path: ["phone"],
    message: "exactly one of phone and email is needed",
  });
export const personAnswer = z.object({ items: z.array(leadLine) });

export const FOUND_KINDS = [
  "lead",
  "auction",
  "campaign",
  "publisher",
  "buyer",
  "endpoint",
  "contract",
  "form",
  "inbound",
] as const;
/** Whether it looks like a phone number or an e-mail address. */
export const namesPerson = (text: string): boolean => /@/.test(text) || /^[+(]?\d[\d\s().-]{6,}$/.test(text);
export const findQuery = z.strictObject({
  q: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .refine((text) => !namesPerson(text), {
      message: "a person is looked up by POST /v1/admin/leads/search, so that no number stands in an address",
    })
    .meta({ description: "An id of a lead, ping, bid, attempt, reservation or record, or a click_id, as a whole." }),
});
export const findAnswer = z.object({
  items: z.array(z.object({ kind: z.enum(FOUND_KINDS), id: z.string(), text: z.string() })),
});
