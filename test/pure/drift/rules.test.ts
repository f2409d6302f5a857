import { describe, expect, it } from "vitest";
import { accepted, viewOf } from "../../../durable-objects/drift/accept-rules.ts";
import { type DriftState, learning, merged, newDrift } from "../../../durable-objects/drift-rules.ts";
import type { DriftReport, PathCounts } from "../../../schema/rpc/drift.ts";

const HOUR = 3_600_000;
const RULES = { learn_answers: 10, learn_ms: 24 * HOUR, drop_percent: 50 };

/** A contract's drift in hands of a test: reports in, findings out, the clock by hand. */
class Watch {
  now = 1_000_000;
  state: DriftState = newDrift(this.now);
  readonly told: string[] = [];

  report(changes: Partial<DriftReport>): string[] {
    const base: DriftReport = {
      contract_id: "c",
      stage: "post",
      rules: RULES,
      endpoint_version: 1,
      outcomes: {},
      statuses: {},
      reasons: {},
      shapes: [],
    };
    const { state, raised } = merged(this.state, { ...base, ...changes }, this.now);
    this.state = state;
    const texts = raised.map(({ kind, of, what, before, after }) => `${kind} ${of} ${what}: ${before} -> ${after}`);
    this.told.push(...texts);
    return texts;
  }

  answer(paths: PathCounts, of = "accepted"): string[] {
    return this.report({ outcomes: { [of]: 1 }, shapes: [{ of, samples: 1, paths }] });
  }

  /** Ten accepted answers of this shape, two rejected with a reason, and a day. */
  learn(paths: PathCounts): this {
    for (let i = 0; i < 10; i++) this.answer(paths);
    this.report({ outcomes: { rejected: 2 }, statuses: { 200: 12 }, reasons: { "quota reached": 2 } });
    this.now += 25 * HOUR;
    expect(this.told).toEqual([]);
    return this;
  }
}
const KNOWN: PathCounts = { status: { text: 1 }, price: { number: 1 }, lead: { object: 1 }, "lead.id": { text: 1 } };
const without = (...names: string[]) =>
  Object.fromEntries(Object.entries(KNOWN).filter(([path]) => !names.includes(path))) as PathCounts;

describe("the drift watch", () => {
  it("learns first: by answers and by time", () => {
    const watch = new Watch();
    watch.answer(KNOWN);
    watch.answer({ ...KNOWN, more: { text: 1 } });
    expect(watch.told).toEqual([]);
    expect(learning(watch.state, RULES, watch.now)).toBe(true);
    watch.now += 48 * HOUR;
    expect(learning(watch.state, RULES, watch.now)).toBe(true);
    for (let i = 0; i < 8; i++) watch.answer(KNOWN);
    expect(learning(watch.state, RULES, watch.now)).toBe(false);
    expect(learning(watch.state, RULES, watch.now - 47 * HOUR)).toBe(true);
  });

  it.each<[string, PathCounts, string[]]>([
    ["as it was", KNOWN, []],
    ["a new member", { ...KNOWN, extra: { text: 1 } }, ["new_field accepted extra: not there -> text"]],
    [
      "a new object, told once",
      { ...KNOWN, x: { object: 1 }, "x.y": { text: 1 } },
      ["new_field accepted x: not there -> object"],
    ],
    ["another type", { ...KNOWN, price: { text: 1 } }, ["changed_type accepted price: number -> text"]],
    ["a member is gone", without("price"), ["missing_field accepted price: number -> not there"]],
    ["a member is null now", { ...KNOWN, price: { null: 1 } }, ["missing_field accepted price: number -> null"]],
    ["an object is gone, told once", without("lead", "lead.id"), ["missing_field accepted lead: object -> not there"]],
  ])("%s", (_, paths, expected) => {
    const watch = new Watch().learn(KNOWN);
    for (let i = 0; i < 6; i++) watch.answer(paths);
    expect(watch.told).toEqual(expected);
  });

  it("tells nothing of what happened once, and nothing twice", () => {
    const watch = new Watch().learn(KNOWN);
    watch.answer({ ...KNOWN, extra: { text: 1 } });
    for (let i = 0; i < 30; i++) watch.answer(KNOWN);
    expect(watch.told).toEqual([]);
    for (let i = 0; i < 30; i++) watch.answer({ ...KNOWN, price: { text: 1 } });
    expect(watch.told).toHaveLength(1);
  });

  it("a member that is missing now and then is told only once it is more often missing than there", () => {
    const watch = new Watch().learn(KNOWN);
    for (let i = 0; i < 40; i++) watch.answer(i % 4 === 0 ? without("price") : KNOWN);
    expect(watch.told).toEqual([]);
  });

  it("new reasons, statuses and outcomes", () => {
    const watch = new Watch().learn(KNOWN);
    watch.report({ outcomes: { rejected: 1 }, reasons: { "licence expired": 1 } });
    expect(watch.told).toEqual([]);
    watch.report({ outcomes: { rejected: 1 }, reasons: { "licence expired": 1, "quota reached": 1 } });
    watch.report({ outcomes: { unreadable: 2 }, statuses: { 503: 3 } });
    expect(watch.told).toEqual([
      "new_reason answers licence expired: quota reached -> licence expired",
      "new_outcome answers unreadable: accepted; rejected -> unreadable",
      "new_status answers 503: 200 -> 503",
    ]);
  });

  it("our own change of the request is no drift; that a publisher leaves a field out is", () => {
    const watch = new Watch();
    const send = (paths: PathCounts, endpoint_version: number) =>
      watch.report({ endpoint_version, outcomes: { accepted: 1 }, shapes: [{ of: "request", samples: 1, paths }] });
    for (let i = 0; i < 12; i++) send({ zip: { text: 1 }, leadid: { text: 1 } }, 1);
    watch.now += 25 * HOUR;
    for (let i = 0; i < 3; i++) send({ zip: { text: 1 } }, 1);
    expect(watch.told).toEqual(["missing_field request leadid: text -> not there"]);
    for (let i = 0; i < 12; i++) send({ postcode: { text: 1 } }, 2);
    send({ zip: { text: 1 } }, 1);
    expect(watch.told).toHaveLength(1);
    expect(watch.state.open).toEqual([]);
  });

  it("a falling acceptance is told once, ends by itself, and may be accepted", () => {
    const watch = new Watch().learn(KNOWN);
    const window = (yes: number) => {
      for (let i = 0; i < 25; i++) {
        watch.now += HOUR / 2;
        watch.report({ outcomes: { [i < yes ? "accepted" : "rejected"]: 1 } });
      }
    };
    window(20);
    window(18);
    expect(watch.told).toEqual([]);
    window(5);
    window(4);
    expect(watch.told).toHaveLength(1);
    expect(watch.told[0]).toMatch(/^falling_acceptance answers acceptance: 7\d(\.\d)? % of \d+ -> 20 % of 25$/);
    window(19);
    window(19);
    expect(watch.state.open).toEqual([]);
    window(5);
    window(5);
    watch.state = accepted(watch.state, null, "alice", watch.now);
    window(5);
    window(5);
    expect(watch.state.open).toEqual([]);
    expect(watch.told).toHaveLength(2);
  });

  it("what an operator accepts is known from then on", () => {
    const watch = new Watch().learn(KNOWN);
    const changed = { ...without("lead", "lead.id"), price: { text: 1 as const }, extra: { number: 1 } };
    for (let i = 0; i < 6; i++) watch.answer(changed);
    watch.report({ reasons: { "licence expired": 2 } });
    expect(watch.state.open.map(({ kind }) => kind).sort()).toEqual([
      "changed_type",
      "missing_field",
      "new_field",
      "new_reason",
    ]);
    const one = watch.state.open[0]?.id ?? "";
    watch.state = accepted(watch.state, [one], "alice", 5);
    expect(watch.state.open).toHaveLength(3);
    watch.state = accepted(watch.state, null, "bob", 6);
    for (let i = 0; i < 6; i++) watch.answer(changed);
    watch.report({ reasons: { "licence expired": 2 } });
    expect(watch.state.open).toEqual([]);
    expect(viewOf("post", watch.state, RULES, watch.now).accepted.map(({ by }) => by)).toEqual([
      "bob",
      "bob",
      "bob",
      "alice",
    ]);
  });

  it("stays bounded, whatever a buyer sends", () => {
    const watch = new Watch();
    for (let i = 0; i < 600; i++) {
      watch.now += HOUR;
      const paths = Object.fromEntries(Array.from({ length: 20 }, (_, j) => [`p${i}_${j}`, { text: 1 }]));
      watch.report({
        outcomes: { [`o${i}`]: 2 },
        statuses: { [i]: 2 },
        reasons: { [`r${i}`]: 2 },
        shapes: [{ of: `o${i % 12}`, samples: 1, paths }],
      });
    }
    expect(JSON.stringify(watch.state).length).toBeLessThan(120_000);
    expect(watch.told.length).toBeLessThan(100);
  });
});
