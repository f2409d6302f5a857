import type { AnswerFormat, ConditionConfig, DialectConfig, RequestTemplate } from "../../../schema/config/dialect.ts";
import type { AnswerEnv } from "./answer/index.ts";
import { pipesOf } from "./pipes/index.ts";
import type { Build } from "./request/build.ts";
import { RequestLanguage } from "./request/language.ts";
import type { Phase } from "./request/phase.ts";
import { type BuildRequest, compileRequest } from "./request/request.ts";
import { Sink } from "./request/sink.ts";

type Steps = Phase["steps"];

export interface RequestPlace {
  kind: Phase["kind"];
  /** Dotted, of the request: `post.request`. */
  path: string;
  steps?: Steps;
  /** Names carried from the post's answer. */
  answer?: ReadonlySet<string>;
  /** Its answer's configuration. */
  reads?: { format: AnswerFormat | AnswerFormat[]; headers: string[] };
  /** The name of a step. */
  step?: string;
}

/** Compiles the parts of one dialect and gathers what is wrong with them. */
export class Compiler {
  readonly sink = new Sink();
  readonly pipes: ReturnType<typeof pipesOf>;
  private readonly config: DialectConfig;
  /** Names carried from the ping; null where the dialect has none, so that nobody knows them. */
  private readonly bid: ReadonlySet<string> | null;

  constructor(config: DialectConfig) {
    this.config = config;
    this.pipes = pipesOf({ maps: config.maps });
    this.bid = carriedNames(config);
  }

  request(template: RequestTemplate, place: RequestPlace): BuildRequest {
    return compileRequest(template, {
      path: place.path,
      language: (method) => this.language(place, method),
      auth: place.kind === "token" ? undefined : this.config.auth,
      answer: place.reads,
      step: place.step,
    });
  }

  /** A condition over the names of a request; one whose values cannot be worked out does not hold. */
  condition(when: ConditionConfig, place: RequestPlace): (build: Build) => boolean {
    const language = this.language(place, "");
    const never = () => false;
    const holds = this.sink.at(place.path, () => language.condition(when), never);
    return (build) => {
      try {
        return holds(build);
      } catch {
        return false;
      }
    };
  }

  language(place: RequestPlace, method: string): RequestLanguage {
    const { pipes, sink } = this;
    return new RequestLanguage({ pipes, values: this.config.values, phase: this.phase(place), method, sink });
  }

  /** For reading an answer whose configuration is at `path`. */
  env(path: string): AnswerEnv {
    return { pipe: this.pipes, problem: (place, message) => this.sink.wrong(`${path}.${place}`, message) };
  }

  private phase({ kind, steps = new Map(), answer }: RequestPlace): Phase {
    const { auth } = this.config;
    const fetched = kind !== "token" && (auth?.type === "oauth2" || auth?.type === "exchange");
    const token = fetched ? new Set(["access_token", ...Object.keys(auth.carry)]) : null;
    return { kind, bid: this.bid, steps, answer: answer ?? null, token };
  }
}

function carriedNames({ ping }: DialectConfig): ReadonlySet<string> | null {
  if (!ping) return null;
  return new Set(["ref", ...(ping.answer.bids ? ["refs", "best_ref"] : []), ...Object.keys(ping.answer.carry)]);
}
