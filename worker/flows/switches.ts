import type { Publisher } from "../../schema/config/publisher.ts";
import type { AnswerCode } from "../../schema/lists.ts";
import type { CompiledCampaign } from "../auction/compiled.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";

/** Kill switches, the widest first: effective for pings, posts and wake-ups as soon as the snapshot has them. */
export function switchedOff(
  snapshot: Snapshot,
  subject: { publisher: Publisher; campaign: CompiledCampaign },
): AnswerCode | null {
  if (snapshot.paused) return "gateway_paused";
  if (subject.publisher.status === "paused") return "publisher_paused";
  return subject.campaign.config.status === "paused" ? "campaign_paused" : null;
}
