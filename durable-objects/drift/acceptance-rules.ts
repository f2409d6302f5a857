import type { DriftRules, DriftStage } from "../../schema/rpc/drift.ts";

interface Share {
  asked: number;
  yes: number;
}
/** The long-run share of yes, and the window that is compared with it. */
export interface Acceptance {
  known: Share;
  window: Share & { since: number };
  /** The last window that was full; null = none yet. */
  last: Share | null;
  /** The last window fell so far that it was not mixed into what is known. */
  low: boolean;
}
export const NO_ACCEPTANCE: Acceptance = {
  known: { asked: 0, yes: 0 },
  window: { asked: 0, yes: 0, since: 0 },
  last: null,
  low: false,
};

const YES: Record<DriftStage, string> = { ping: "bid", post: "accepted" };
/** Answers of a window; it is as long as they take, and at least so long. */
const FULL: Record<DriftStage, number> = { ping: 200, post: 25 };
const LEAST_MS = 600_000;
const DAY_MS = 86_400_000;
/** Answers of a window that is a day old. */
const LEAST_A_DAY = 10;
/** What is known forgets: it is halved when it has become this much. */
const MOST = 2_000;
/** Standard deviations that a fall must be beyond chance. */
const SIGMAS = 3;

export function withAnswers(
  before: Acceptance,
  stage: DriftStage,
  outcomes: Record<string, number>,
  rules: DriftRules,
  now: number,
): Acceptance {
  const asked = Object.values(outcomes).reduce((sum, n) => sum + n, 0);
  if (asked === 0) return before;
  const since = before.window.asked === 0 ? now : before.window.since;
  const window = { asked: before.window.asked + asked, yes: before.window.yes + (outcomes[YES[stage]] ?? 0), since };
  const age = now - since;
  const young = before.known.asked < rules.learn_answers;
  const full = window.asked >= FULL[stage] && (young || age >= LEAST_MS);
  if (!full && !(age >= DAY_MS && window.asked >= LEAST_A_DAY)) return { ...before, window };
  const last = { asked: window.asked, yes: window.yes };
  const low = !young && fell(before.known, last, rules.drop_percent);
  const empty = { asked: 0, yes: 0, since: now };
  return { known: low ? before.known : mixed(before.known, last), window: empty, last, low };
}

/** Far below what is known, and beyond chance. */
function fell(known: Share, last: Share, drop_percent: number): boolean {
  const [was, is] = [known.yes / known.asked, last.yes / last.asked];
  const deviation = Math.sqrt(Math.max(was * (1 - was), 0.01) / last.asked);
  return is <= was * (1 - drop_percent / 100) && was - is > SIGMAS * deviation;
}

const mixed = (known: Share, last: Share): Share => {
  const sum = { asked: known.asked + last.asked, yes: known.yes + last.yes };
  return sum.asked > MOST ? { asked: Math.round(sum.asked / 2), yes: Math.round(sum.yes / 2) } : sum;
};

const inWords = ({ asked, yes }: Share): string => `${percent({ asked, yes })} % of ${asked}`;
export const percent = ({ asked, yes }: Share): number | null =>
  asked === 0 ? null : Math.round((1_000 * yes) / asked) / 10;

/** The fall as before and after; null: there is none. */
export const fallen = ({ known, last, low }: Acceptance): { before: string; after: string } | null =>
  low && last ? { before: inWords(known), after: inWords(last) } : null;

/** The fall is how it shall be: what is known begins with it. */
export const acceptedFall = (acceptance: Acceptance): Acceptance =>
  acceptance.last ? { ...acceptance, known: acceptance.last, low: false } : acceptance;
