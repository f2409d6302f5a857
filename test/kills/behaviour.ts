import { between } from "../support/random.ts";
import type { Dealing } from "./buyer-book.ts";

/** What a buyer's system may do with a post. `kept_*`: it has the lead, and yet the answer does not say so. */
export const BEHAVIOURS = [
  "accept",
  "reject",
  /** 429 with Retry-After, nothing taken. */
  "busy",
  "kept_502",
  "lost_502",
  "kept_reset",
  "lost_reset",
  "kept_hang",
  "lost_hang",
  /** Half of the answer, then a closed connection. */
  "kept_half",
] as const;
export type Behaviour = (typeof BEHAVIOURS)[number];

/** Weights: what is not named never happens. */
export type Habits = Partial<Record<Behaviour, number>>;

export interface Reaction {
  behaviour: Behaviour | "again" | "duplicate";
  /** Ms until the answer begins. */
  after_ms: number;
  keeps: boolean;
  /** The lead is kept when the request arrives, not when the answer leaves. */
  early: boolean;
}

/**
 * One reaction. A consumer it knows already is answered as its system does it: the first answer again (idempotent), or "duplicate".
 * Whoever lost the request decides anew.
 */
export function react(dealing: Dealing, habits: Habits, idempotent: boolean, random: () => number): Reaction {
  const after_ms = between(random, 50, 900);
  const early = random() < 0.5;
  if (dealing.verdict === "accepted")
    return { behaviour: idempotent ? "again" : "duplicate", after_ms, keeps: true, early };
  if (dealing.verdict === "rejected") return { behaviour: "reject", after_ms, keeps: false, early };
  const behaviour = draw(habits, random());
  return { behaviour, after_ms, keeps: behaviour === "accept" || behaviour.startsWith("kept_"), early };
}

function draw(habits: Habits, at: number): Behaviour {
  const total = BEHAVIOURS.reduce((sum, name) => sum + (habits[name] ?? 0), 0);
  let left = at * total;
  for (const name of BEHAVIOURS) {
    left -= habits[name] ?? 0;
    if (left < 0) return name;
  }
  return "accept";
}
