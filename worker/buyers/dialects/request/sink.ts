import { DialectProblem } from "../expression/problem.ts";

export interface Problem {
  /** Dotted place in the configuration: `post.request.body.x`. */
  path: string;
  message: string;
}

/** Collects what is wrong with a configuration while it is compiled, and which names it uses where. */
export class Sink {
  readonly problems: Problem[] = [];
  readonly names: { path: string; name: string }[] = [];
  private place = "";

  /** Compiles one piece; a problem is noted with its place, and `otherwise` stands in for the piece. */
  at<T>(path: string, compile: () => T, otherwise: T): T {
    const before = this.place;
    this.place = path;
    try {
      return compile();
    } catch (error) {
      if (!(error instanceof DialectProblem)) throw error;
      this.problems.push({ path, message: error.message });
      return otherwise;
    } finally {
      this.place = before;
    }
  }

  wrong(path: string, message: string): void {
    this.problems.push({ path, message });
  }

  used(name: string): void {
    this.names.push({ path: this.place, name });
  }
}
