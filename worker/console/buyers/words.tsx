import type { StandingWord } from "../../../schema/api/buyer-health.ts";
import type { BreakerState } from "../../../schema/lists.ts";
import { duration } from "../shell/format.ts";
import { Badge, type Tone } from "../shell/parts.tsx";

/** Where somebody stands: a word, its tone, and the sentence that says what it means. */
const STANDING: Record<StandingWord, { label: string; tone: Tone; say: string }> = {
  paused: { label: "paused", tone: "bad", say: "Switched off by an operator: neither pinged nor posted to." },
  maintenance: { label: "maintenance", tone: "warn", say: "In a planned window: it ends by itself." },
  breaker_open: {
    label: "breaker open",
    tone: "bad",
    say: "It failed too often and is left out; the gateway tries it again by itself.",
  },
  breaker_trial: {
    label: "on trial",
    tone: "warn",
    say: "A probe is under way: it decides whether the breaker closes.",
  },
  cap_reached: { label: "at its caps", tone: "warn", say: "All its live contracts have reached a cap." },
  no_money: { label: "no money", tone: "bad", say: "The balance does not cover even the smallest sale: deposit." },
  ok: { label: "ok", tone: "good", say: "Nothing stands in the way of its leads." },
};
export const standingLabel = (word: StandingWord): string => STANDING[word].label;
export const standingText = (word: StandingWord): string => STANDING[word].say;
export const standingTone = (word: StandingWord): Tone => STANDING[word].tone;

export function Standing({ word }: { word: StandingWord }) {
  const { label, tone, say } = STANDING[word];
  return (
    <Badge tone={tone} title={say}>
      {label}
    </Badge>
  );
}

const BREAKER: Record<BreakerState, { label: string; tone: Tone }> = {
  closed: { label: "closed", tone: "good" },
  half_open: { label: "half open", tone: "warn" },
  open: { label: "open", tone: "bad" },
};
export function BreakerBadge({ state, title }: { state: BreakerState; title?: string }) {
  const { label, tone } = BREAKER[state];
  return (
    <Badge tone={tone} title={title}>
      {label}
    </Badge>
  );
}

/** Percent of the API (0 to 100) as text. */
export const share = (value: number | null): string => (value === null ? "–" : `${trimmed(value)} %`);
const trimmed = (value: number): string => (Number.isInteger(value) ? String(value) : value.toFixed(1));
export const ms = (value: number | null): string => (value === null ? "–" : duration(value));

/** From what share of answers on a buyer is looked at, and from what on at once. */
export function successTone(value: number | null): Tone {
  if (value === null) return "quiet";
  return value < 90 ? "bad" : value < 95 ? "warn" : "good";
}

export const RANGES = [
  { hours: 1, label: "1 hour" },
  { hours: 24, label: "24 hours" },
  { hours: 168, label: "7 days" },
  { hours: 720, label: "30 days" },
] as const;
/** Hours of the query; a day when it says nothing usable. */
export const hoursOf = (text: string | undefined): number =>
  RANGES.find(({ hours }) => String(hours) === text)?.hours ?? 24;
export const rangeLabel = (hours: number): string =>
  RANGES.find((range) => range.hours === hours)?.label ?? `${hours} hours`;

/** Links to the same page over other ranges. */
export function RangeLinks({ path, hours }: { path: string; hours: number }) {
  return (
    <nav class="tabs" aria-label="Range of the figures">
      {RANGES.map((range) => (
        <a href={`${path}?hours=${range.hours}`} aria-current={range.hours === hours ? "true" : undefined}>
          {range.label}
        </a>
      ))}
    </nav>
  );
}
