import type { BidAnswer, OutcomeAnswer, StepAnswer } from "../../schema/config/dialect.ts";
import type { WireAnswer } from "../../worker/buyers/dialect.ts";
import { compileDialect } from "../../worker/buyers/dialects/index.ts";
import { type Kind, readyDialects } from "../support/dialects/files.ts";
import { mutated } from "./mutate.ts";
import { allowed } from "./oracle/allowed.ts";
import { type Chance, chance } from "./random.ts";

/** One way in which one dialect reads answers. */
export interface Target {
  name: string;
  config: BidAnswer | OutcomeAnswer | StepAnswer;
  bodies: string[];
  read(wire: WireAnswer): { outcome: string };
}

export interface Finding {
  kind: "throws" | "slow" | "not allowed" | "odd";
  target: string;
  what: string;
  wire: WireAnswer;
}

export interface BodiesResult {
  bodies: number;
  outcomes: Record<string, number>;
  findings: Finding[];
  /** Bodies that took longer than the limit once, and not again when they were read alone. */
  hiccups: number;
  /** The slowest body, read alone: ms, best of several. */
  worst: { ms: number; target: string; length: number };
}

export const LIMIT_MS = 10;
/** The channel reads no answer longer than this. */
const LONGEST = { ping: 65_536, post: 1_048_576 };
const YES = new Set(["accepted", "bid", "go_on"]);
const KNOWN = new Set([
  "bid",
  "no_bid",
  "error",
  "go_on",
  "accepted",
  "rejected",
  "duplicate",
  "not_taken",
  "unknown",
  "set_up_error",
]);
const KINDS: Kind[] = ["reference", "connectors"];

/** Every phase and step of every ready dialect, with the bodies of its fixture. */
export function targets(): Target[] {
  return KINDS.flatMap((kind) => readyDialects(kind)).flatMap(({ id, kind, config, fixture }) => {
    const dialect = compileDialect(config);
    const context = { after_unknown: false, idempotent: false };
    const at = (stage: string): string[] => [
      "",
      ...fixture.answers.filter((row) => row.stage === stage).map(({ body }) => body),
    ];
    const all = ["", ...fixture.answers.map(({ body }) => body)];
    const made: Target[] = [
      {
        name: "post",
        config: config.post.answer,
        bodies: at("post"),
        read: (wire) => dialect.readOutcome(wire, context),
      },
    ];
    if (config.ping)
      made.push({
        name: "ping",
        config: config.ping.answer,
        bodies: at("ping"),
        read: (wire) => dialect.readBid(wire),
      });
    dialect.steps.beforePing.forEach(({ name, read }, i) => {
      const step = config.ping?.before[i];
      if (step) made.push({ name, config: step.answer, bodies: at(name), read });
    });
    dialect.steps.afterPost.forEach(({ name, read }, i) => {
      const step = config.post.after[i];
      if (step)
        made.push({ name: `after ${name}`, config: step.answer, bodies: all, read: (wire) => read(wire, context) });
    });
    return made.map((target) => ({ ...target, name: `${kind}/${id} ${target.name}` }));
  });
}

export function fuzzBodies(
  count: number,
  seed: number,
  progress: (done: number) => void = () => {},
  of: Target[] = targets(),
): BodiesResult {
  const result: BodiesResult = {
    bodies: 0,
    outcomes: {},
    findings: [],
    hiccups: 0,
    worst: { ms: 0, target: "", length: 0 },
  };
  const luck = chance(seed);
  const others = of.flatMap(({ bodies }) => bodies);
  for (; result.bodies < count && result.findings.length < 50; result.bodies++) {
    const target = of[result.bodies % of.length];
    if (!target) break;
    judge(target, wireFor(target, others, luck), result);
    if (result.bodies % 50_000 === 49_999) progress(result.bodies + 1);
  }
  return result;
}

const STATUSES: [number, ...number[]] = [
  200, 200, 200, 200, 200, 201, 202, 204, 302, 303, 400, 401, 404, 409, 422, 429, 500, 502, 503, 508,
];

function wireFor(target: Target, others: string[], luck: Chance): WireAnswer {
  const body = mutated(luck.of(target.bodies) ?? "", others, luck).slice(
    0,
    target.name.endsWith(" post") ? LONGEST.post : LONGEST.ping,
  );
  const status = luck.one(STATUSES);
  const location = luck.once(10)
    ? luck.one(["https://example.com/?F9errCode=0", "javascript:alert(1)", "http://[", "/thanks"])
    : null;
  const headers: Record<string, string> = luck.once(10)
    ? { "is-processed": luck.one(["true", "true Exception:x"]) }
    : {};
  return {
    status,
    content_type: luck.one(["application/json", "text/html", ""]),
    body,
    retry_after: luck.once(20) ? "5" : null,
    location,
    headers,
  };
}

function judge(target: Target, wire: WireAnswer, result: BodiesResult): void {
  const find = (kind: Finding["kind"], what: string): void =>
    void result.findings.push({ kind, target: target.name, what, wire });
  let outcome = "";
  const from = performance.now();
  try {
    outcome = target.read(wire).outcome;
  } catch (error) {
    find("throws", error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
  const ms = performance.now() - from;
  result.outcomes[outcome] = (result.outcomes[outcome] ?? 0) + 1;
  if (outcome !== "" && !KNOWN.has(outcome)) find("odd", `outcome ${outcome}`);
  if (YES.has(outcome) && !allowed(target.config, wire, outcome as "accepted" | "bid" | "go_on"))
    find("not allowed", outcome);
  if (ms > Math.min(LIMIT_MS, Math.max(result.worst.ms, 1))) measure(target, wire, ms, result, find);
}

/**
 * Once more, alone, several times, in processor time: the collector and the other work of the machine are not the body's. What is slow
 * still is measured on until it is sure.
 */
function measure(
  target: Target,
  wire: WireAnswer,
  first: number,
  result: BodiesResult,
  find: (kind: "slow", what: string) => void,
): void {
  let best = first;
  for (let i = 0; i < 5 || (i < 30 && best > LIMIT_MS); i++) {
    const before = process.cpuUsage();
    const from = performance.now();
    try {
      target.read(wire);
    } catch {
      return;
    }
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, performance.now() - from, (user + system) / 1_000);
  }
  if (best > result.worst.ms) result.worst = { ms: best, target: target.name, length: wire.body.length };
  if (best > LIMIT_MS) find("slow", `${best.toFixed(1)} ms`);
  else if (first > LIMIT_MS) result.hiccups++;
}
