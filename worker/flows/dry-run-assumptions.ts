import type { Contract } from "../../schema/config/buyer.ts";

const ALWAYS = [
  "Others bid what they bid then, and the winner takes the lead.",
  "Breakers, balances, caps, pacing and pauses are as they were recorded; of a contract that its filter, hours or sources shut out they are not known, and count as open.",
  "Equal bids are ranked as they were then; who is new among them comes last.",
];
/** What shapes a lead's way in time: not replayed. */
const IN_TIME = ["caps", "pacing", "on_cap", "ramp", "duplicate_window_days"] as const;
/** Who is asked, and with what: a buyer might answer otherwise. */
const ASKED = ["endpoint_id", "disclose", "ping_timeout_ms"] as const;

/** What a dry run takes for granted, in sentences for the operator. */
export function assumptionsOf(was: Contract | null, is: Contract | null, as_live: boolean): string[] {
  const found = [...ALWAYS];
  if (!is) return ["Only `auction` rules are replayed: mode, floor, publisher_share, min_margin.", ...found];
  found.push(
    "Where the contract was not asked, its bid is unknown: it counts as none. `assumed` fills in what it answered in its nearest similar auction (same state, else any).",
  );
  if (as_live) found.push("The contract is looked at as if it were live.");
  const differs = (name: keyof Contract) => was !== null && JSON.stringify(was[name]) !== JSON.stringify(is[name]);
  const timed = IN_TIME.filter(differs);
  if (timed.length > 0) found.push(`Not replayed, although it changes: ${timed.join(", ")}.`);
  const asked = ASKED.filter(differs);
  if (asked.length > 0) found.push(`The buyer might have answered otherwise, since it changes: ${asked.join(", ")}.`);
  return found;
}
