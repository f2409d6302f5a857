import type { DriftFinding, DriftReport, DriftRules, DriftStage } from "../schema/rpc/drift.ts";
import { type Acceptance, fallen, NO_ACCEPTANCE, withAnswers } from "./drift/acceptance-rules.ts";
import { type Odd, oddity } from "./drift/odd-rules.ts";
import { type KnownShape, MOST_SHAPES, shapeChanges } from "./drift/shape-rules.ts";

/** What is remembered of a contract in one stage. Bounded: so many paths, words and findings, whatever a buyer sends. */
export interface DriftState {
  since: number;
  endpoint_version: number;
  answers: number;
  /** An operator said that what is known is complete. */
  taught: boolean;
  outcomes: Record<string, number>;
  statuses: Record<string, number>;
  reasons: Record<string, number>;
  shapes: Record<string, KnownShape>;
  acceptance: Acceptance;
  /** Seen, but not often enough to be told. */
  odd: Record<string, Odd>;
  open: DriftFinding[];
  accepted: { id: string; by: string; at: number }[];
}

export const MOST_WORDS = 60;
const MOST_OPEN = 40;
/** So often a thing must be seen before it is told: once may be chance, and a word that names one person never comes twice. */
const TWICE = 2;

export const newDrift = (now: number): DriftState => ({
  since: now,
  endpoint_version: 0,
  answers: 0,
  taught: false,
  outcomes: {},
  statuses: {},
  reasons: {},
  shapes: {},
  acceptance: NO_ACCEPTANCE,
  odd: {},
  open: [],
  accepted: [],
});

/** Until enough was seen for long enough, what is seen is what shall be known. */
export const learning = (state: DriftState, rules: DriftRules, now: number): boolean =>
  !state.taught && (state.answers < rules.learn_answers || now - state.since < rules.learn_ms);

/** A finding before it has its name and its time. */
export type Found = Omit<DriftFinding, "id" | "stage" | "since" | "at">;

export interface Merged {
  state: DriftState;
  /** To be told now. */
  raised: DriftFinding[];
}

/** What a report adds to what is known, and what in it is not as it was. Pure. */
export function merged(before: DriftState, report: DriftReport, now: number): Merged {
  const state = structuredClone(before);
  const found: Found[] = [];
  const young = learning(before, report.rules, now);
  ownChange(state, report, now);
  words(state, report, young, now, found);
  for (const shape of report.shapes.slice(0, MOST_SHAPES)) found.push(...shapeChanges(state, report, shape, now));
  state.answers += sum(report.outcomes);
  state.acceptance = withAnswers(state.acceptance, report.stage, report.outcomes, report.rules, now);
  const fall = fallen(state.acceptance);
  if (fall) found.push({ kind: "falling_acceptance", of: "answers", what: "acceptance", ...fall });
  else state.open = state.open.filter(({ kind }) => kind !== "falling_acceptance");
  return { state, raised: told(state, report.stage, found, now) };
}

export const findingId = (stage: DriftStage, { kind, of, what }: Pick<Found, "kind" | "of" | "what">): string =>
  `${kind}:${stage}:${of}:${what}`;

function told(state: DriftState, stage: DriftStage, found: Found[], now: number): DriftFinding[] {
  const known = new Set(state.open.map(({ id }) => id));
  const fresh = found.flatMap((one): DriftFinding[] => {
    const id = findingId(stage, one);
    if (known.has(id)) return [];
    known.add(id);
    const since = state.odd[id]?.since ?? now;
    delete state.odd[id];
    return [{ id, stage, ...one, since, at: now }];
  });
  const room = fresh.slice(0, MOST_OPEN - state.open.length);
  state.open.push(...room);
  return room;
}

/** A new version of the endpoint: our request is ours to change, so it is learnt anew. An old isolate's request is no news. */
function ownChange(state: DriftState, report: DriftReport, now: number): void {
  if (report.endpoint_version <= state.endpoint_version) return;
  if (state.endpoint_version > 0) {
    state.shapes.request = { samples: 0, since: now, paths: {} };
    state.open = state.open.filter(({ of }) => of !== "request");
  }
  state.endpoint_version = report.endpoint_version;
}

const LISTS = [
  ["outcomes", "new_outcome"],
  ["statuses", "new_status"],
  ["reasons", "new_reason"],
] as const;

function words(state: DriftState, report: DriftReport, young: boolean, now: number, found: Found[]): void {
  for (const [list, kind] of LISTS) {
    const known = state[list];
    for (const [word, n] of Object.entries(report[list])) {
      if (Object.hasOwn(known, word) || (young && Object.keys(known).length < MOST_WORDS)) {
        known[word] = (Object.hasOwn(known, word) ? (known[word] ?? 0) : 0) + n;
        continue;
      }
      const id = findingId(report.stage, { kind, of: "answers", what: word });
      if (!oddity(state.odd, id, { hits: 0, misses: n }, TWICE, now)) continue;
      found.push({ kind, of: "answers", what: word, before: commonest(known), after: word });
    }
  }
}

/** The words that are known, the commonest first. */
function commonest(known: Record<string, number>): string {
  const sorted = Object.entries(known).sort((a, b) => b[1] - a[1]);
  return sorted.length === 0
    ? "none"
    : sorted
        .slice(0, 6)
        .map(([word]) => word)
        .join("; ") + (sorted.length > 6 ? `; and ${sorted.length - 6} more` : "");
}

const sum = (counts: Record<string, number>): number => Object.values(counts).reduce((total, n) => total + n, 0);
