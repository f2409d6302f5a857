import type { SealedLead } from "../../schema/rpc/book.ts";
import { readId } from "../crypto/ids.ts";
import { newLeadKey, openForLead, openLeadKey, sealForLead } from "../crypto/seal.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { buyersOf, eraseRows } from "../ledger/erasure.ts";
import { dropProofs, keepProof } from "../ledger/proofs.ts";
import { type LeadRow, leadById } from "../ledger/reads.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { personMarks } from "./consumers.ts";
import { given } from "./sell.ts";

export interface ErasureOrder {
  author: string;
  reason: string;
  /** `must`: no erasure without it; `try`: the erasure goes first; `no`: a proof that is there goes too. */
  proof: "must" | "try" | "no";
}
/** `open`: it is still being sold, nothing was done for good. */
export type Erased = "erased" | "open" | "not_found";

const DAY_MS = 86_400_000;
/** Of a campaign that is no longer configured: the default of `retention.consent_days`. */
const CONSENT_DAYS = 1_825;

/**
 * Destroys a lead's personal data in the ledger, at the buyers' objects and in its book; outcome, plan and money stay. The book comes
 * last: until then the person's marks still find the lead, so that an erasure which broke off is done again, and each part repeats.
 * @throws when an object or D1 is away, or the proof must be kept and cannot be made
 */
export async function eraseLead(
  { g, db }: { g: Gateway; db: D1Database },
  lead_id: string,
  order: ErasureOrder,
): Promise<Erased> {
  const id = readId(g.settings.HASH_SECRET, lead_id, "l");
  if (!id) return "not_found";
  const book = g.book(id.shard);
  const [known, row, story] = await Promise.all([book.lead(lead_id), leadById(db, lead_id), book.story(lead_id)]);
  if (!known && !row) return "not_found";
  if (known?.state === "open") return "open";
  if (order.proof === "no") await dropProofs(db, { lead_id });
  else await proofOf(g, db, story?.lead ?? row, order.proof);
  g.deps.crash("after-proof");
  const asked = (story?.lead.plan ?? []).filter((b) => b.status !== "untried").map((b) => b.buyer_id);
  const buyers = new Set([...asked, ...(await buyersOf(db, lead_id))]);
  for (const buyer_id of buyers) await g.account(buyer_id).forget([lead_id]);
  await eraseRows(db, lead_id, g.deps.now());
  g.deps.crash("after-ledger-erasure");
  if (!known) return "erased";
  return (await book.erase(lead_id, order.author, order.reason)) === "open" ? "open" : "erased";
}

type Sealed = Pick<LeadRow, "lead_id" | "campaign_id" | "sealed" | "wrapped_key"> & {
  test: boolean | number;
  created_at?: number;
  at?: number;
};

async function proofOf(
  g: Gateway,
  db: D1Database,
  lead: Sealed | null | undefined,
  proof: "must" | "try",
): Promise<void> {
  // A test lead is nobody's consent; of an erased one the proof was made before.
  if (!lead || lead.sealed === "" || lead.wrapped_key === "" || lead.test === true || lead.test === 1) return;
  try {
    await keepConsent(g, db, lead);
  } catch (error) {
    if (proof === "must") throw error;
  }
}

/** The lead's consent under a key of its own: it outlives the lead by its campaign's term. */
async function keepConsent(g: Gateway, db: D1Database, lead: Sealed): Promise<void> {
  const snapshot = await g.snapshot();
  const days = snapshot.campaign(lead.campaign_id)?.config.retention.consent_days ?? CONSENT_DAYS;
  if (days === 0) return;
  const ring = await g.ring();
  const leadKey = await openLeadKey(ring, lead.wrapped_key, lead.lead_id);
  const plain = (await openForLead(leadKey, lead.sealed)) as SealedLead;
  const key = await newLeadKey(ring, (count) => g.deps.bytes(count), proofOwner(lead.lead_id));
  const evidence = consentEvidence(snapshot, lead.campaign_id, plain);
  await keepProof(db, {
    lead_id: lead.lead_id,
    at: lead.created_at ?? lead.at ?? g.deps.now(),
    campaign_id: lead.campaign_id,
    phone_mark: personMarks(g.settings, given(plain.lead)).phone ?? null,
    sealed: await sealForLead(key, g.deps.bytes(12), evidence),
    wrapped_key: key.wrapped,
    until: g.deps.now() + days * DAY_MS,
  });
}

/** What a proof's key is bound to: it opens as no lead. */
export const proofOwner = (lead_id: string): string => `consent/${lead_id}`;

/** Whose consent, and the lead's fields that the campaign or a contract of it asks for as consent, or that are named `consent_…`. */
export function consentEvidence(
  snapshot: Pick<Snapshot, "campaign" | "contractsOf">,
  campaign_id: string,
  { lead, consent }: SealedLead,
): SealedLead {
  const asked = new Set([
    ...(snapshot.campaign(campaign_id)?.config.consent.required ?? []),
    ...snapshot.contractsOf(campaign_id).flatMap((contract) => contract.config.consent.required),
  ]);
  const fields = Object.entries(lead).filter(([name]) => asked.has(name) || name.startsWith("consent_"));
  return { lead: Object.fromEntries(fields), consent };
}
