import type { Tone } from "../shell/parts.tsx";
import { Badge } from "../shell/parts.tsx";

/** What to do about a letter, by why it rests. */
const DO: Record<string, string> = {
  unknown: "Ask the buyer, or let it report; then close or replay it.",
  held_for_review: "Wait for the buyer's report, or ask it.",
  unreadable: "Open the answer, mend the dialect, then close or replay it.",
  contested: "Talk to the buyer; book what is owed as an entry, and close it.",
  lower_price: "Close it as sold at the bid, or unsold.",
  hold_ended: "Close it unsold, and book what is owed as an entry.",
  set_up_error: "Repair the endpoint: its leads go on by themselves. Or replay to another.",
  stuck: "Look at the log, then replay it.",
};
export const whatToDo = (why: string | null): string => (why === null ? "" : (DO[why] ?? ""));

const WHY_TONES: Record<string, Tone> = { contested: "bad", stuck: "bad", set_up_error: "warn", unknown: "warn" };
export function Why({ why, text }: { why: string | null; text?: string }) {
  return (
    <Badge tone={WHY_TONES[why ?? ""] ?? "info"} title={text}>
      {(why ?? "rests").replaceAll("_", " ")}
    </Badge>
  );
}

const STATE_TONES: Record<string, Tone> = {
  sold: "good",
  unsold: "quiet",
  review: "warn",
  parked: "warn",
  open: "info",
};
export function State({ state }: { state: string }) {
  return <Badge tone={STATE_TONES[state] ?? "quiet"}>{state}</Badge>;
}

/** What the publisher was told for good. */
export const toldText = (told: string | null): string => (told === null ? "nothing final yet" : told);

export const short = (id: string): string => (id.length > 14 ? `${id.slice(0, 6)}…${id.slice(-4)}` : id);

export function LetterLink({ id }: { id: string }) {
  return (
    <a href={`/ops/dead-letters/${id}`} title={id}>
      <code>{short(id)}</code>
    </a>
  );
}
export function LeadLink({ id }: { id: string }) {
  return (
    <a href={`/ops/leads/${id}`} title={id}>
      <code>{short(id)}</code>
    </a>
  );
}
