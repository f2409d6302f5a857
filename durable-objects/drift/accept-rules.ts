import type { DriftFinding, DriftRules, DriftStage, DriftView, ShapeType } from "../../schema/rpc/drift.ts";
import { type DriftState, learning } from "../drift-rules.ts";
import { acceptedFall, percent } from "./acceptance-rules.ts";

const MOST_ACCEPTED = 20;

/**
 * An operator says that this is how it shall be: the findings become what is known, and the learning is over.
 * @param ids findings to accept; null = all that are open
 */
export function accepted(before: DriftState, ids: readonly string[] | null, by: string, at: number): DriftState {
  const state = structuredClone(before);
  const chosen = state.open.filter(({ id }) => ids === null || ids.includes(id));
  for (const finding of chosen) know(state, finding);
  const done = chosen.map(({ id }) => ({ id, by, at }));
  return {
    ...state,
    taught: true,
    open: state.open.filter((one) => !chosen.includes(one)),
    accepted: [...done, ...state.accepted].slice(0, MOST_ACCEPTED),
  };
}

function know(state: DriftState, { kind, of, what, after }: DriftFinding): void {
  const shape = state.shapes[of];
  const types = after === "null" || after === "not there" ? [] : (after.split(" or ") as ShapeType[]);
  const path = shape?.paths[what];
  switch (kind) {
    case "new_field":
      if (shape) shape.paths[what] = { n: 0, types };
      break;
    case "missing_field":
      // It may come back: its types stay, but nobody expects it.
      if (path) path.n = 0;
      break;
    case "changed_type":
      if (path) path.types = [...new Set([...path.types, ...types])];
      break;
    case "new_reason":
      state.reasons[what] = 1;
      break;
    case "new_status":
      state.statuses[what] = 1;
      break;
    case "new_outcome":
      state.outcomes[what] = 1;
      break;
    case "falling_acceptance":
      state.acceptance = acceptedFall(state.acceptance);
  }
}

/** What an operator is shown. */
export function viewOf(stage: DriftStage, state: DriftState, rules: DriftRules, now: number): DriftView {
  const { since, answers, outcomes, statuses, reasons, acceptance, open } = state;
  const shapes = Object.entries(state.shapes).map(([of, { samples, paths }]) => {
    const lines = Object.entries(paths).map(([path, { n, types }]) => {
      const text = types.join(" or ") || "null";
      return [path, n >= samples ? text : `${text}?`] as const;
    });
    return [of, Object.fromEntries(lines)] as const;
  });
  return {
    stage,
    learning: learning(state, rules, now),
    since,
    answers,
    outcomes,
    statuses,
    reasons,
    acceptance: { known: percent(acceptance.known), now: acceptance.last && percent(acceptance.last) },
    shapes: Object.fromEntries(shapes),
    open,
    accepted: state.accepted,
  };
}
