import * as z from "zod";
import type { Area } from "../shell/navigation.ts";

/** A kind of record with pages of its own. */
export interface Room {
  area: Area;
  /** Below /ops, and the collection's name in the API. */
  collection: "contracts" | "campaigns";
  one: string;
  label: string;
}
export const CONTRACTS: Room = { area: "contracts", collection: "contracts", one: "contract", label: "Contracts" };
export const CAMPAIGNS: Room = { area: "campaigns", collection: "campaigns", one: "campaign", label: "Campaigns" };

const safe = (id: string): string => encodeURIComponent(id);
export const pageOf = (room: Room, id: string): string => `/ops/${room.collection}/${safe(id)}`;
export const callOf = (room: Room, id: string): string => `/${room.collection}/${safe(id)}`;

export const crumbsOf = (room: Room, id?: string): { href: string; label: string }[] => [
  { href: `/ops/${room.collection}`, label: room.label },
  ...(id === undefined ? [] : [{ href: pageOf(room, id), label: id }]),
];

const body = z.record(z.string(), z.unknown());
export const recordAnswer = z.object({
  id: z.string(),
  version: z.number(),
  author: z.string(),
  updated_at: z.string(),
  record: body,
});
export type RecordAnswer = z.output<typeof recordAnswer>;
export const recordList = z.object({ items: z.array(recordAnswer), next: z.string().nullable() });

export const changeSchema = z.object({
  path: z.string(),
  from: z.unknown().optional(),
  to: z.unknown().optional(),
  text: z.string().optional(),
});
export type Change = z.output<typeof changeSchema>;
export const differences = z.object({ from: z.number(), to: z.number().nullable(), changes: z.array(changeSchema) });
export const checked = differences.extend({ record: body });
export const versionList = z.object({
  items: z.array(z.object({ version: z.number(), author: z.string(), reason: z.string().nullable(), at: z.string() })),
  next: z.number().nullable(),
});

const totals = z.object({
  won: z.number(),
  revenue: z.number(),
  payouts: z.number(),
  margin: z.number(),
  own_won: z.number(),
  own_revenue: z.number(),
});
export type Totals = z.output<typeof totals>;
const sums = z.object({ before: totals, after: totals, assumed: totals.nullable() });
export type Sums = z.output<typeof sums>;
const side = z.object({ contract_id: z.string(), buyer_id: z.string(), price: z.number(), payout: z.number() });
export const dryRunAnswer = z.object({
  newest: z.string().nullable(),
  oldest: z.string().nullable(),
  looked_at: z.number(),
  not_held: z.number(),
  reproduced: z.number(),
  all: sums,
  posted: sums.extend({ auctions: z.number() }),
  unknown: z.object({ before: z.number(), after: z.number(), assumed: z.number() }),
  reasons: z.array(z.object({ reason: z.string(), text: z.string(), before: z.number(), after: z.number() })),
  moved: z.array(
    z.object({
      ping_id: z.string(),
      at: z.string(),
      from: side.nullable(),
      to: side.nullable(),
      why: z.object({ contract_id: z.string(), when: z.string(), reason: z.string(), text: z.string() }),
    }),
  ),
  moved_count: z.number(),
  assumptions: z.array(z.string()),
  next: z.string().nullable(),
});
export type DryRun = z.output<typeof dryRunAnswer>;
