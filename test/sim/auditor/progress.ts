import type { LeadStory } from "../../../schema/rpc/book.ts";
import type { Files, LeadFile } from "./files.ts";

/** Longest lease of all holders, and the two minutes within which somebody goes on after it has run out. */
const LEASE_MS = 58_000;
const REPAIR_MS = 120_000;
/** A worker that was lost while it looked after the lead costs so much more. */
const LOST_MS = 60_000;
/** Longer stories have lost their middle. */
const WHOLE = 195;

const MOVES = new Set("claimed planned advanced settled deferred resumed taken_over re_auctioned reopened".split(" "));
const RESTS = new Set("closed stuck contested returned".split(" "));

/** An open lead never stands still for long: whoever dies with it is replaced. Only where nothing else that carries the wake-ups fails. */
export class Progress {
  private readonly lost = new Map<number, number[]>();

  constructor(private readonly files: Files) {}

  disturbed(n: number): void {
    this.lost.set(n, [...(this.lost.get(n) ?? []), this.files.now()]);
  }

  check({ n }: LeadFile, { steps }: LeadStory): void {
    if (steps.length > WHOLE) return;
    let last: LeadStory["steps"][number] | null = null;
    for (const step of steps) {
      // What a publisher is told and what a buyer answers moves nothing by itself.
      if (!RESTS.has(step.step) && !MOVES.has(step.step)) continue;
      if (last) this.checkGap(n, last, step);
      last = RESTS.has(step.step) ? null : step;
    }
  }

  private checkGap(n: number, from: LeadStory["steps"][number], to: LeadStory["steps"][number]): void {
    const lost = (this.lost.get(n) ?? []).filter((at) => at > from.at && at < to.at).length;
    const waits = from.step === "deferred" ? Number(from.detail.in_ms) : LEASE_MS;
    const stood = to.at - from.at - waits - lost * LOST_MS;
    if (stood > REPAIR_MS)
      this.files.broken(
        n,
        `stood still for ${Math.round((to.at - from.at) / 1_000)} s between "${from.step}" and "${to.step}"`,
      );
  }
}
