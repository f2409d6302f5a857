import * as z from "zod";
import type { Campaign } from "../../../schema/config/campaign.ts";
import { monthOf } from "../../../schema/events.ts";
import type { Job } from "../../../schema/rpc/keeper.ts";
import { expireProofs } from "../../ledger/proofs.ts";
import { changedSince, endedBefore, removeUnposted, restingSince, tellAlert } from "../../ledger/retention.ts";
import { eraseLead } from "../erase-lead.ts";
import { cursorOf, type JobContext, type RunJob, Tally } from "./job.ts";

/** `since`: when the last complete run began (epoch ms); what it has seen of the auctions is not looked at again. null = everything. */
export const retentionParams = z.object({ since: z.number().nullable().default(null) });

const cursorSchema = z.object({
  phase: z.enum(["leads", "auctions", "proofs"]),
  /** Position among the campaigns, in order of id. */
  campaign: z.number(),
  after: z.object({ at: z.number(), id: z.string() }).nullable(),
});
type Cursor = z.output<typeof cursorSchema>;

const DAY_MS = 86_400_000;
const LEADS = 20;
const AUCTIONS = 1_000;
const PROOFS = 1_000;
/** Auctions that reached the ledger late are still seen by the next run. */
const OVERLAP_MS = 2 * DAY_MS;

/** Destroys by age, campaign by campaign: leads' personal data (keeping the proof of consent), unposted auctions, expired proofs. */
export const retentionStep: RunJob = async (c, job, cursor) => {
  const place = cursorOf(cursorSchema, cursor, { phase: "leads", campaign: 0, after: null });
  if (place.phase === "proofs") return proofs(c);
  const snapshot = await c.g.snapshot();
  const campaign = snapshot.campaign(snapshot.campaignIds().sort()[place.campaign] ?? "")?.config;
  if (!campaign) return new Tally().step(after(place));
  return place.phase === "leads" ? leads(c, job, place, campaign) : auctions(c, job, place, campaign);
};

const after = ({ phase }: Cursor): Cursor => ({
  phase: phase === "leads" ? "auctions" : "proofs",
  campaign: 0,
  after: null,
});

async function leads(c: JobContext, job: Job, place: Cursor, campaign: Campaign) {
  const { g, db } = c;
  const tally = new Tally();
  const before = job.started_at - campaign.retention.lead_days * DAY_MS;
  if (place.after === null) await tellResting(c, job, campaign, before, tally);
  const from = place.after && { at: place.after.at, lead_id: place.after.id };
  const old = await endedBefore(db, campaign.id, before, from, LEADS);
  for (const { lead_id } of old) {
    try {
      tally.did(await eraseLead({ g, db }, lead_id, { author: job.author, reason: "retention", proof: "must" }));
    } catch (error) {
      // It is tried again by the next run.
      tally.threw(lead_id, error);
    }
  }
  const last = old[old.length - 1];
  const more = old.length === LEADS && last;
  return tally.step(
    more
      ? { ...place, after: { at: last.closed_at, id: last.lead_id } }
      : { ...place, campaign: place.campaign + 1, after: null },
  );
}

/** A lead that rests is never purged by age: somebody may have it, and an operator ends it. Its data grows old, so it is told. */
async function tellResting({ db, g }: JobContext, job: Job, campaign: Campaign, before: number, tally: Tally) {
  const resting = await restingSince(db, campaign.id, before);
  tally.count("resting_kept", resting);
  if (resting === 0) return;
  const at = g.deps.now();
  const message = `${resting} leads of this campaign rest for longer than its retention of ${campaign.retention.lead_days} days; their personal data is kept until they are ended.`;
  const id = `retention_rests:${campaign.id}:${job.id}`;
  await tellAlert(db, {
    id,
    at,
    month: monthOf(at),
    kind: "retention_rests",
    subject: `campaign:${campaign.id}`,
    message,
  });
}

async function auctions({ db }: JobContext, job: Job, place: Cursor, campaign: Campaign) {
  const tally = new Tally();
  const { since } = retentionParams.parse(job.params);
  const keep = campaign.retention.auction_days * DAY_MS;
  const from = place.after ?? { at: await firstOf(db, campaign, since, keep), id: "" };
  const page = await removeUnposted(db, {
    campaign_id: campaign.id,
    from: { at: from.at, ping_id: from.id },
    before: job.started_at - keep,
    limit: AUCTIONS,
  });
  tally.did("auctions_removed", page.removed);
  return tally.step(
    page.next
      ? { ...place, after: { at: page.next.at, id: page.next.ping_id } }
      : { ...place, campaign: place.campaign + 1, after: null },
  );
}

/** What the last run has seen is gone or posted; but not if it went by a longer term. */
async function firstOf(db: D1Database, { id }: Campaign, since: number | null, keep: number): Promise<number> {
  if (since === null || (await changedSince(db, id, since - OVERLAP_MS))) return 0;
  return Math.max(0, since - keep - OVERLAP_MS);
}

async function proofs({ g, db }: JobContext) {
  const tally = new Tally();
  const removed = await expireProofs(db, g.deps.now(), PROOFS);
  tally.did("proofs_expired", removed);
  return tally.step(removed === PROOFS ? { phase: "proofs", campaign: 0, after: null } : null);
}
