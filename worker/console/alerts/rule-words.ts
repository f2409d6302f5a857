/** Words of the rules' settings: label and unit. Rules and their members are those of `GET /alerts/rules`. */
const MEMBERS: Record<string, string> = {
  "success_low.warning": "Warning under, %",
  "success_low.critical": "Critical under, %",
  "success_falling.points": "Fall of at least, points",
  "cap_near.percent": "Used to, %",
  "volume_low.percent": "Under, % of usual",
  "volume_high.percent": "Over, % of usual",
  "balance_low.warning": "Warning under, amount",
  "balance_low.critical": "Critical under, amount",
  "nothing_accepted.hours": "For at least, hours",
  percent: "Over, %",
  min_posts: "Posts needed to judge",
  min_pings: "Pings needed to judge",
  min_errors: "Errors at least",
  minutes: "Within, minutes",
  count: "In a row",
  slow_ms: "Slow is over, ms",
  warning_s: "Warning over, seconds",
  critical_s: "Critical over, seconds",
  warning_hours: "Warning over, hours",
  critical_hours: "Critical over, hours",
};
export const memberLabel = (rule: string, member: string): string =>
  MEMBERS[`${rule}.${member}`] ?? MEMBERS[member] ?? member.replaceAll("_", " ");

/** Rules that are about no buyer: only the house's record sets them. */
export const HOUSE_ONLY: ReadonlySet<string> = new Set([
  "volume_low",
  "volume_high",
  "differences_open",
  "outbox_late",
  "unknown_old",
  "synthetic_failed",
  "synthetic_slow",
  "channel_failed",
  "ledger_away",
  "config_refused",
]);
