import type { LeadOutcome } from "../../schema/rpc/book.ts";

export type Told = LeadOutcome & { wrapped_key: string };
type Timer = (fn: () => void, ms: number) => () => void;

/** Callers that wait for a lead's outcome. In memory: who waits when the object is evicted asks again. */
export class Waiters {
  private readonly waiting = new Map<string, Set<() => void>>();

  /** `read` says what there is to tell of a lead. */
  constructor(
    private readonly read: (lead_id: string) => Told | null,
    private readonly timer: Timer,
  ) {}

  /** Resolves with the outcome as soon as there is one, with null after `within_ms`. */
  wait(lead_id: string, within_ms: number): Promise<Told | null> {
    const now = this.read(lead_id);
    if (now || within_ms <= 0) return Promise.resolve(now);
    return new Promise((resolve) => {
      const finish = () => {
        cancel();
        const others = this.waiting.get(lead_id);
        others?.delete(finish);
        if (others?.size === 0) this.waiting.delete(lead_id);
        resolve(this.read(lead_id));
      };
      const cancel = this.timer(finish, within_ms);
      const others = this.waiting.get(lead_id) ?? new Set();
      this.waiting.set(lead_id, others.add(finish));
    });
  }

  /** Call after the transaction that gave the lead an outcome. */
  wake(lead_id: string): void {
    if (this.read(lead_id) === null) return;
    for (const finish of [...(this.waiting.get(lead_id) ?? [])]) finish();
  }

  /** For tests and gauges. */
  count(): number {
    return [...this.waiting.values()].reduce((sum, set) => sum + set.size, 0);
  }
}
