import { DialectProblem } from "./problem.ts";
import type { Expression } from "./syntax.ts";
import { shown, type Token, tokensOf } from "./tokens.ts";

const CONSTANTS = new Map<string, boolean | null>([
  ["true", true],
  ["false", false],
  ["null", null],
]);

/** Reads tokens one after the other; what does not fit is a problem that names the text. */
export class Reader {
  private at = 0;
  private readonly text: string;
  private readonly tokens: Token[];

  constructor(text: string) {
    this.text = text;
    this.tokens = tokensOf(text);
  }

  peek(): Token | undefined {
    return this.tokens[this.at];
  }

  take(): Token {
    const token = this.tokens[this.at++];
    if (!token) throw this.problem("ends too early");
    return token;
  }

  /** Takes the mark if it is next. */
  mark(value: string): boolean {
    const token = this.peek();
    const is = token?.kind === "mark" && token.value === value;
    if (is) this.at++;
    return is;
  }

  /** Takes the words if they are next, whatever their case. */
  words(...wanted: string[]): boolean {
    const are = wanted.every((word, i) => {
      const token = this.tokens[this.at + i];
      return token?.kind === "word" && token.value.toLowerCase() === word;
    });
    if (are) this.at += wanted.length;
    return are;
  }

  /** Next is a name where a value may be too: `$bid.price`. (`$` and `$5` are values.) */
  names(): boolean {
    const token = this.peek();
    return token?.kind === "word" && /^\$[\p{L}.[]/u.test(token.value);
  }

  end(): void {
    const token = this.peek();
    if (token) throw this.problem(`${shown(String(token.value))} is one too many`);
  }

  problem(what: string): DialectProblem {
    return new DialectProblem(`${shown(this.text)}: ${what}`);
  }

  /** `name ?? "text" | pipe argument argument` (also `| pipe: argument, argument`). */
  expression(): Expression {
    let expression = this.firstOf();
    while (this.mark("|")) {
      const pipe = this.take();
      if (pipe.kind !== "word") throw this.problem("a pipe's name is missing after |");
      this.mark(":");
      expression = { kind: "pipe", input: expression, pipe: pipe.value, args: this.args() };
    }
    return expression;
  }

  private firstOf(): Expression {
    const of = [this.head()];
    while (this.mark("??")) of.push(this.head());
    const [only] = of;
    return of.length === 1 && only ? only : { kind: "first", of };
  }

  private head(): Expression {
    const token = this.take();
    if (token.kind === "text" || token.kind === "number") return { kind: "literal", value: token.value };
    if (token.kind !== "word") throw this.problem(`${shown(String(token.value))} is no name`);
    const constant = CONSTANTS.get(token.value);
    return constant === undefined ? { kind: "name", name: token.value } : { kind: "literal", value: constant };
  }

  /** Quoted texts, numbers, and words: with a dot in it a word is a name (`secret.key`, `lead.zip`), else itself (`hex`). */
  private args(): Expression[] {
    const args: Expression[] = [];
    for (let token = this.peek(); token && token.kind !== "mark" && token.kind !== "regex"; token = this.peek()) {
      if (token.kind === "word" && isConditionWord(token.value)) break;
      const head = this.head();
      args.push(head.kind === "name" && !head.name.includes(".") ? { kind: "literal", value: head.name } : head);
      this.mark(",");
    }
    return args;
  }
}

const CONDITION_WORDS = new Set(["is", "in", "not", "contains", "starts", "ends", "matches", "exists", "and", "or"]);
const isConditionWord = (word: string): boolean => CONDITION_WORDS.has(word.toLowerCase());
