import type { DriftReport, DriftRules, PathCounts, ShapeType } from "../../schema/rpc/drift.ts";
import type { DriftState, Found } from "../drift-rules.ts";
import { findingId } from "../drift-rules.ts";
import { oddity } from "./odd-rules.ts";

/** A path as it is known: in how many samples it had a value, and of which types. */
export interface KnownPath {
  n: number;
  types: ShapeType[];
}
export interface KnownShape {
  samples: number;
  since: number;
  paths: Record<string, KnownPath>;
}

/** Our request and the answers of each outcome. */
export const MOST_SHAPES = 8;
const MOST_PATHS = 150;
/** So often a thing must be seen before it is told: once may be chance. */
const TWICE = 2;
const THRICE = 3;
/** Fewer samples are no shape, whatever an operator has said. */
const LEAST = 5;

/** Compares sampled documents with what is known of their kind, or learns from them. Changes the state that it is given. */
export function shapeChanges(
  state: DriftState,
  report: DriftReport,
  shape: DriftReport["shapes"][number],
  now: number,
): Found[] {
  const { of, samples, paths } = shape;
  if (of === "request" && report.endpoint_version < state.endpoint_version) return [];
  if (!Object.hasOwn(state.shapes, of)) {
    if (Object.keys(state.shapes).length >= MOST_SHAPES) return [];
    state.shapes[of] = { samples: 0, since: now, paths: {} };
  }
  const known = state.shapes[of];
  if (known === undefined) return [];
  if (stillLearns(state, known, report.rules, now)) {
    learn(known, samples, paths);
    return [];
  }
  const odd: Counter = (kind, path, seen, often) =>
    oddity(state.odd, findingId(report.stage, { kind, of, what: path }), seen, often, now);
  return [...others(known, shape, odd), ...gone(known, shape, odd)];
}

const stillLearns = (state: DriftState, known: KnownShape, rules: DriftRules, now: number): boolean =>
  known.samples < LEAST ||
  (!state.taught && (known.samples < rules.learn_answers || now - known.since < rules.learn_ms));

type Counter = (kind: Found["kind"], path: string, seen: { hits: number; misses: number }, often: number) => boolean;
type Shape = DriftReport["shapes"][number];

/** Members that were never there, or never of this type. */
function others(known: KnownShape, { of, samples, paths }: Shape, odd: Counter): Found[] {
  return Object.entries(paths).flatMap(([path, counts]): Found[] => {
    const types = typesIn(counts);
    const before = known.paths[path];
    if (!before) {
      // A new object is told once, not with each of its members.
      if (parentsOf(path).some((parent) => parent in paths && !(parent in known.paths))) return [];
      if (!odd("new_field", path, { hits: 0, misses: sum(counts) }, TWICE)) return [];
      return [{ kind: "new_field", of, what: path, before: "not there", after: types.join(" or ") || "null" }];
    }
    if (before.types.length === 0) before.types = types;
    const other = types.filter((type) => !before.types.includes(type));
    const n = other.reduce((total, type) => total + (counts[type] ?? 0), 0);
    if (!odd("changed_type", path, { hits: Math.max(0, samples - n), misses: n }, TWICE)) return [];
    if (other.length === 0) return [];
    return [{ kind: "changed_type", of, what: path, before: before.types.join(" or "), after: other.join(" or ") }];
  });
}

/** Members that were always there and are not. */
function gone(known: KnownShape, { of, samples, paths }: Shape, odd: Counter): Found[] {
  return steady(known).flatMap(([path, { types }]): Found[] => {
    const hits = Math.min(samples, present(paths[path]));
    const parents = parentsOf(path).filter((parent) => parent in known.paths);
    if (parents.some((parent) => present(paths[parent]) < samples)) return [];
    if (!odd("missing_field", path, { hits, misses: samples - hits }, THRICE)) return [];
    const after = path in paths ? "null" : "not there";
    return [{ kind: "missing_field", of, what: path, before: types.join(" or "), after }];
  });
}

function learn(known: KnownShape, samples: number, paths: PathCounts): void {
  known.samples += samples;
  for (const [path, counts] of Object.entries(paths)) {
    if (!(path in known.paths) && Object.keys(known.paths).length >= MOST_PATHS) continue;
    const { n, types } = known.paths[path] ?? { n: 0, types: [] };
    known.paths[path] = {
      n: n + Math.min(samples, present(counts)),
      types: [...new Set([...types, ...typesIn(counts)])],
    };
  }
}

/** Paths outside lists that had a value in every sample. */
const steady = (known: KnownShape): [string, KnownPath][] =>
  Object.entries(known.paths).filter(([path, { n }]) => n > 0 && n >= known.samples && !path.includes("[]"));

const typesIn = (counts: PathCounts[string]): ShapeType[] =>
  (Object.keys(counts) as ShapeType[]).filter((type) => type !== "null");
const present = (counts: PathCounts[string] | undefined): number =>
  counts === undefined ? 0 : sum(counts) - (counts.null ?? 0);
const sum = (counts: Partial<Record<string, number>>): number =>
  Object.values(counts).reduce<number>((total, n) => total + (n ?? 0), 0);

/** `a.b[].c`: `a`, `a.b`, `a.b[]`. */
const parentsOf = (path: string): string[] =>
  [...path.matchAll(/\.|\[\]/g)].filter(({ index }) => index > 0).map(({ index }) => path.slice(0, index));
