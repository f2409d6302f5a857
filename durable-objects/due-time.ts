import type { Look } from "./due-table.ts";

/**
 * When the one thing of a kind is due: kept in memory, and found again in what is stored anyway by an object that starts anew. No row has to
 * say so.
 */
export class DueTime {
  /** null: nothing is due; undefined: not known yet. */
  private at: number | null | undefined;

  /** `find`: when it is due by what is stored; null: there is nothing to do. */
  constructor(
    private readonly kind: string,
    private readonly find: () => number | null,
  ) {}

  private get(): number | null {
    if (this.at === undefined) this.at = this.find();
    return this.at;
  }

  set(at: number | null): void {
    this.at = at;
  }

  /** Then at the latest; returns when it is. */
  by(at: number): number {
    const earlier = Math.min(at, this.get() ?? at);
    this.at = earlier;
    return earlier;
  }

  look(): Look {
    return {
      kind: this.kind,
      next: () => this.get(),
      ready: (now) => {
        const at = this.get();
        return at !== null && at <= now ? [{ key: "", at }] : [];
      },
      put: (_key, at, earlier) => {
        if (earlier) this.by(at);
        else this.set(at);
        return true;
      },
      drop: () => this.set(null),
    };
  }
}
