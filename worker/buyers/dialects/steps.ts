import type { DialectConfig, StepBefore } from "../../../schema/config/dialect.ts";
import type { CompiledAfter, CompiledStep, Dialect, PostFacts } from "../dialect.ts";
import { compileOutcome, compileReading, compileStep } from "./answer/index.ts";
import type { Compiler } from "./compiler.ts";
import { type Build, pingBuild, postBuild } from "./request/build.ts";

type Carried = Map<string, ReadonlySet<string>>;

/** The steps of a dialect, and the names that requests after each of them can use. */
export interface CompiledSteps {
  steps: Dialect["steps"];
  /** Carried from the steps before a ping; before a post (with those of the ping). */
  ofPing: Carried;
  ofPost: Carried;
}

export function compileSteps({ ping, post }: DialectConfig, compiler: Compiler): CompiledSteps {
  const ofPing: Carried = new Map();
  const beforePing = (ping?.before ?? []).map((step, at) =>
    compileBefore(step, { phase: "ping", path: `ping.before.${at}`, buildOf: pingBuild, carried: ofPing }, compiler),
  );
  const ofPost: Carried = new Map(ofPing);
  const beforePost = post.before.map((step, at) =>
    compileBefore(step, { phase: "post", path: `post.before.${at}`, buildOf: postBuild, carried: ofPost }, compiler),
  );
  return { steps: { beforePing, beforePost, afterPost: compileAfter(post, ofPost, compiler) }, ofPing, ofPost };
}

interface BeforePlace<Facts> {
  phase: "ping" | "post";
  path: string;
  buildOf(facts: Facts): Build;
  /** Grows by what the step carries. */
  carried: Carried;
}

function compileBefore<Facts>(step: StepBefore, place: BeforePlace<Facts>, compiler: Compiler): CompiledStep<Facts> {
  const { phase, path, buildOf, carried } = place;
  const { name, delivers, answer } = step;
  const here = { kind: phase, path: `${path}.request`, steps: new Map(carried), reads: answer, step: name };
  if (carried.has(name)) compiler.sink.wrong(`${path}.name`, `there is another step ${name}`);
  const when = step.when === undefined ? () => true : compiler.condition(step.when, { ...here, path: `${path}.when` });
  const build = compiler.request(step.request, here);
  carried.set(name, new Set(Object.keys(answer.carry)));
  return {
    name,
    delivers,
    when: (facts) => when(buildOf(facts)),
    build: (facts) => build(buildOf(facts)),
    read: compileStep(answer, compiler.env(`${path}.answer`), { phase, delivers }),
  };
}

function compileAfter(post: DialectConfig["post"], steps: Carried, compiler: Compiler): CompiledAfter[] {
  const answer = new Set(["buyer_lead_id", "price", ...Object.keys(post.answer.carry)]);
  const names = new Set<string>();
  return post.after.map((step, at) => {
    const path = `post.after.${at}`;
    const { name, wait_ms } = step;
    if (names.has(name) || steps.has(name)) compiler.sink.wrong(`${path}.name`, `there is another step ${name}`);
    names.add(name);
    const place = { kind: "post" as const, path: `${path}.request`, steps, reads: step.answer, step: name };
    const build = compiler.request(step.request, { ...place, answer: new Set(answer) });
    for (const carried of Object.keys(step.answer.carry)) answer.add(carried);
    const reading = compileReading(post.answer, compiler.env(path), { bid: true });
    const when = reading.condition("when", step.when);
    return {
      name,
      wait_ms,
      strict: step.answer.rules.length > 0,
      when: (wire, bid) => when(reading.parse(wire, { bid })) === true,
      build: (facts: PostFacts) => build(postBuild(facts)),
      read: compileOutcome(step.answer, compiler.env(`${path}.answer`)),
    };
  });
}
