import { expect, it } from "vitest";
import type { Campaign } from "../../../schema/config/campaign.ts";
import type { ConsumerReply, LeadView } from "../../../schema/rpc/book.ts";
import { makeId } from "../../../worker/crypto/ids.ts";
import { newLeadKey, sealForLead } from "../../../worker/crypto/seal.ts";
import { consumerKeys } from "../../../worker/flows/consumers.ts";
import { editLead } from "../../../worker/flows/edit-lead.ts";
import { given } from "../../../worker/flows/sell.ts";
import type { Gateway } from "../../../worker/gateway/gateway.ts";

const settings = { HASH_SECRET: "s".repeat(32), REGION: "enam", BOOK_SHARDS: 1 };
const LEAD = makeId(settings.HASH_SECRET, "l", "enam-00", 1_700_000_000_000, new Uint8Array(9));
const OTHER = makeId(settings.HASH_SECRET, "l", "enam-00", 1_700_000_000_000, new Uint8Array(9).fill(1));
const config = {
  id: "auto",
  duplicate_check: "post",
  duplicate_by_email: true,
  duplicate_window_days: 30,
  consent: { required: [] },
} as unknown as Campaign;
const keysOf = (lead: Record<string, string>) => consumerKeys(settings as never, config, given(lead));

it("consumers that a refused edit has claimed are free again: its lead would never give them up", async () => {
  const before = { phone: "+15125550142", email: "a@example.com" };
  const changes = { phone: "+15125550143", email: "b@example.com" };
  const [phone = "", email = ""] = keysOf(changes);
  // The new e-mail's person was sold a minute ago; nobody has the new phone's.
  const rows = new Map([...keysOf(before).map((key) => [key, LEAD] as const), [email, OTHER] as const]);
  const ring = { newest: "k", keys: new Map([["k", await aesKey()]]) };
  const bytes = (n: number) => new Uint8Array(n);
  const key = await newLeadKey(ring, bytes, LEAD);
  const lead = {
    lead_id: LEAD,
    campaign_id: "auto",
    state: "review",
    erased_at: null,
    test: false,
    consumer_keys: keysOf(before),
    sealed: await sealForLead(key, bytes(12), { lead: before, consent: {} }),
    wrapped_key: key.wrapped,
  } as unknown as LeadView;
  const book = {
    story: async () => ({ lead }),
    consumer: async (of: string, lead_id: string): Promise<ConsumerReply> => {
      const owner = rows.get(of) ?? lead_id;
      rows.set(of, owner);
      return { kind: owner === lead_id ? "yours" : "taken", owner, sold_ago_ms: owner === OTHER ? 60_000 : null };
    },
    settleConsumer: async (of: string, lead_id: string, keep_ms: number | null) => {
      if (keep_ms === null && rows.get(of) === lead_id) rows.delete(of);
    },
  };
  const campaign = { config, classOf: () => "personal", parsePost: (fields: object) => ({ ok: true, fields }) };
  const g = {
    settings,
    book: () => book,
    ring: async () => ring,
    snapshot: async () => ({ campaign: () => campaign, suppressed: new Set() }),
    deps: { bytes, crash: () => {} },
  } as unknown as Gateway;
  expect(await editLead(g, LEAD, changes, { author: "ann" })).toMatchObject({ kind: "fields" });
  expect(rows.has(phone)).toBe(false);
  expect([...rows.values()].sort()).toEqual([LEAD, LEAD, OTHER].sort());
});

const aesKey = () => crypto.subtle.importKey("raw", new Uint8Array(32), "AES-GCM", false, ["encrypt", "decrypt"]);
