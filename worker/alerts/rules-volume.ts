import type { Finding } from "../../schema/rpc/alerts.ts";
import { type Policy, ruleOf } from "./policy.ts";
import { median, percent } from "./say.ts";

export const VOLUME = "volume";

/** Live pings of one complete hour, and of the same hour on earlier days (those days that have any figures at all). */
export interface Volume {
  publisher_id: string;
  campaign_id: string;
  pings: number;
  before: number[];
}

/** So many earlier days must be known: fewer show no habit. */
export const FEWEST_DAYS = 3;

/** Is the hour that began at `hour` (epoch ms) as that hour usually is? Against the median: one odd day earlier changes nothing. */
export function volumeFindings(policy: Policy, volumes: readonly Volume[], hour: number): Finding[] {
  return volumes.flatMap(({ publisher_id, campaign_id, pings, before }) => {
    if (before.length < FEWEST_DAYS) return [];
    const usual = median(before);
    const [low, high] = [ruleOf(policy, "volume_low", null), ruleOf(policy, "volume_high", null)];
    const share = percent(pings, usual);
    const isLow = low.on && usual >= low.min_pings && share < low.percent;
    const isHigh = high.on && pings >= high.min_pings && (usual === 0 || share > high.percent);
    if (!isLow && !isHigh) return [];
    const limit = isLow ? low.percent : high.percent;
    const compared = usual === 0 ? "usually none come" : `${share} % of the usual ${usual}; the limit is ${limit} %`;
    const message = `${publisher_id} sent ${pings} pings to ${campaign_id} in the hour from ${new Date(hour).toISOString().slice(0, 16)}Z: ${compared} (median of ${before.length} days).`;
    const kind = isLow ? ("volume_low" as const) : ("volume_high" as const);
    return [
      {
        kind,
        subject: `publisher:${publisher_id}`,
        part: campaign_id,
        buyer_id: null,
        severity: "warning" as const,
        scope: VOLUME,
        message,
        figures: { campaign: campaign_id, pings, usual, days: before.length, limit },
        since: hour,
      },
    ];
  });
}
