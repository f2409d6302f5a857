/** What does not fit. `path` is dotted, from the document's root; messages name rules and never repeat a value. */
export interface Violation {
  path: string;
  message: string;
}
export interface SchemaVerdict {
  violations: Violation[];
  /** What the schema says and nobody looked at: words outside of the subset that is checked. */
  unchecked: string[];
}

/** More are not listed; nor are more steps taken than a document of some thousand members needs. */
const MOST = 100;
const MOST_STEPS = 50_000;
const MOST_DEPTH = 60;

/** Collects while a document is walked. Bounded, so that no schema can make the walk long. */
export class Findings {
  readonly violations: Violation[] = [];
  readonly unchecked = new Set<string>();
  private steps = 0;

  add(path: string, message: string): void {
    if (this.violations.length < MOST) this.violations.push({ path, message });
  }

  skip(what: string): void {
    if (this.unchecked.size < MOST) this.unchecked.add(what);
  }

  /** False: too much or too deep already; the rest is not checked. */
  goOn(depth: number): boolean {
    if (this.steps++ < MOST_STEPS && depth < MOST_DEPTH) return true;
    this.skip("the rest: the schema is too deep or the document too large");
    return false;
  }

  /** The same limits, but violations apart: to see whether one of several branches fits. */
  branch(): Findings {
    const branch = new Findings();
    branch.steps = this.steps;
    return branch;
  }

  join(branch: Findings): void {
    this.steps = Math.max(this.steps, branch.steps);
    for (const what of branch.unchecked) this.skip(what);
  }

  verdict(): SchemaVerdict {
    return { violations: this.violations, unchecked: [...this.unchecked].sort() };
  }
}

export const below = (path: string, name: string | number): string => (path === "" ? String(name) : `${path}.${name}`);
