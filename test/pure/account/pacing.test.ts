import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { paceOf, spanOf, type Taken, waitOf } from "../../../durable-objects/pacing-rules.ts";
import type { Pacing } from "../../../schema/config/buyer.ts";
import { AccountBook, command, terms } from "../../support/account-book.ts";

const NOW = 1_000_000_000;
const taken = (kept: number, newest: number | null, blocking: number | null = null): Taken => ({
  kept,
  newest,
  blocking,
});

describe("waitOf", () => {
  const table: [string, Pacing, Taken, ReturnType<typeof waitOf>][] = [
    ["the first lead", { min_interval_s: 10 }, taken(0, null), null],
    [
      "a moment before the interval is over",
      { min_interval_s: 10 },
      taken(1, NOW - 9_999),
      { rule: "interval", ms: 1 },
    ],
    ["the interval is over", { min_interval_s: 10 }, taken(1, NOW - 10_000), null],
    ["half a second", { min_interval_s: 0.5 }, taken(1, NOW - 100), { rule: "interval", ms: 400 }],
    ["room in the minutes", { count: 3, minutes: 1 }, taken(2, NOW), null],
    ["full", { count: 3, minutes: 1 }, taken(3, NOW, NOW - 59_999), { rule: "count", ms: 1 }],
    ["the oldest has just left", { count: 3, minutes: 1 }, taken(3, NOW, NOW - 60_000), null],
    [
      "both: the longer",
      { min_interval_s: 10, count: 3, minutes: 1 },
      taken(3, NOW - 1_000, NOW - 20_000),
      { rule: "count", ms: 40_000 },
    ],
    [
      "both: the longer is the interval",
      { min_interval_s: 50, count: 3, minutes: 1 },
      taken(3, NOW - 1_000, NOW - 20_000),
      { rule: "interval", ms: 49_000 },
    ],
    [
      "an interval that is stricter than the count",
      { min_interval_s: 60, count: 1, minutes: 1 },
      taken(1, NOW - 60_000, NOW),
      null,
    ],
  ];
  it.each(table)("%s", (_name, pacing, of, expected) => {
    expect(waitOf(paceOf(pacing), of, NOW)).toEqual(expected);
  });

  it.each([
    [{ min_interval_s: 90 }, 90_000],
    [{ count: 5, minutes: 10 }, 600_000],
    [{ min_interval_s: 700, count: 5, minutes: 10 }, 700_000],
  ] as [Pacing, number][])("%o looks %i ms back", (pacing, ms) => {
    expect(spanOf(paceOf(pacing))).toBe(ms);
  });
});

const paced = (pacing: Pacing | undefined, version = 1) => terms({ contract: { pacing, version } });
const slots = (book: AccountBook) => book.sql.all<{ n: number }>("SELECT count(*) AS n FROM slots")[0]?.n;

describe("pacing of an account", () => {
  it("takes the next lead exactly when the refusal of the one before says", async () => {
    const book = new AccountBook();
    const own = paced({ count: 2, minutes: 10 });
    const ask = (id: string) => book.core.reserve(command(id, { terms: own }));
    ask("r1");
    await book.pass(200_000);
    ask("r2");
    await book.pass(100_000);
    expect(ask("r3")).toEqual({ kind: "refused", code: "paced", detail: "count", reopens_in_ms: 300_000 });
    await book.pass(299_999);
    expect(ask("r3")).toEqual({ kind: "refused", code: "paced", detail: "count", reopens_in_ms: 1 });
    await book.pass(1);
    expect(ask("r3").kind).toBe("held");
    expect(ask("r4")).toMatchObject({ code: "paced", reopens_in_ms: 200_000 });
  });

  it("counts a known id once, gives the slot of a released one back, and keeps it for a doubt, a refund and an expired hold", async () => {
    const book = new AccountBook();
    const own = paced({ count: 2, minutes: 1_440 });
    const ask = (id: string) => book.core.reserve(command(id, { terms: own })).kind;
    expect([ask("r1"), ask("r1"), ask("r1"), ask("r2"), ask("r3")]).toEqual([
      "held",
      "held",
      "held",
      "held",
      "refused",
    ]);
    book.core.release("r1", "not_taken");
    book.core.release("r1", "not_taken");
    expect([ask("r4"), ask("r5")]).toEqual(["held", "refused"]);
    book.core.doubt("r2", 60_000);
    book.capture("r4", 100_000);
    book.core.refund({ v: 1, id: "f", reservation_id: "r4", reason: "failed", author: "alice", free_place: true });
    await book.pass(61_000);
    expect(book.core.view().reservations).toMatchObject({ expired: 1, captured: 1 });
    expect(ask("r6")).toBe("refused");
    book.core.release("r2", "rejected");
    expect([ask("r7"), ask("r8")]).toEqual(["held", "refused"]);
  });

  it("each contract has its own, and a refusal for another reason takes no slot", () => {
    const book = new AccountBook();
    const of = (contract_id: string) => terms({ contract: { contract_id, pacing: { min_interval_s: 60 } } });
    const paused = terms({ contract: { contract_id: "c3", pacing: { min_interval_s: 60 }, paused: true } });
    const active = terms({ contract: { contract_id: "c3", pacing: { min_interval_s: 60 }, version: 2 } });
    const kinds = [of("c1"), of("c2"), of("c1"), paused, active].map((own, i) => {
      const reply = book.core.reserve(command(`r${i}`, { terms: own }));
      return reply.kind === "refused" ? reply.code : reply.kind;
    });
    expect(kinds).toEqual(["held", "held", "paced", "contract_paused", "held"]);
  });

  it("that is set or changed later knows the leads from before, and none is kept once it is gone", () => {
    const book = new AccountBook();
    const ask = (id: string, own: ReturnType<typeof terms>) => book.core.reserve(command(id, { terms: own })).kind;
    for (const id of ["r1", "r2", "r3"]) ask(id, paced(undefined));
    expect(slots(book)).toBe(0);
    expect(ask("r4", paced({ count: 3, minutes: 5 }, 2))).toBe("refused");
    // Five leads in the window, and a rule of three: three of them must be given back before the next comes.
    expect([ask("r5", paced({ count: 5, minutes: 5 }, 3)), ask("r6", paced({ count: 5, minutes: 5 }, 3))]).toEqual([
      "held",
      "held",
    ]);
    for (const id of ["r1", "r2"]) {
      expect(ask("r7", paced({ count: 3, minutes: 5 }, 4))).toBe("refused");
      book.core.release(id, "rejected");
    }
    expect(ask("r7", paced({ count: 3, minutes: 5 }, 4))).toBe("refused");
    book.core.release("r3", "rejected");
    expect(ask("r7", paced({ count: 3, minutes: 5 }, 4))).toBe("held");
    expect(slots(book)).toBe(3);
    expect(ask("r8", paced(undefined, 5))).toBe("held");
    expect(slots(book)).toBe(0);
  });

  it("that is set later does not count what was rejected before", () => {
    const book = new AccountBook();
    for (const id of ["r1", "r2"]) book.core.reserve(command(id));
    book.core.release("r1", "rejected");
    const own = paced({ count: 2, minutes: 5 }, 2);
    const kinds = ["r3", "r4"].map((id) => book.core.reserve(command(id, { terms: own })).kind);
    expect(kinds).toEqual(["held", "refused"]);
  });

  it("that becomes stricter waits for as many to leave as it has too many", async () => {
    const book = new AccountBook();
    const ask = (id: string, own: ReturnType<typeof terms>) => book.core.reserve(command(id, { terms: own }));
    for (const id of ["r1", "r2", "r3", "r4", "r5"]) {
      ask(id, paced({ count: 5, minutes: 10 }));
      await book.pass(60_000);
    }
    // Taken 300, 240, 180, 120 and 60 s ago: of three in ten minutes, the one before the last three is the last to matter.
    const strict = paced({ count: 3, minutes: 10 }, 2);
    expect(ask("r6", strict)).toMatchObject({ code: "paced", reopens_in_ms: 600_000 - 180_000 });
    await book.pass(420_000);
    expect(ask("r6", strict).kind).toBe("held");
  });

  test("keeps as many times as its count, whatever passes through", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom(1, 9_000, 31_000), fc.boolean()), { minLength: 50, maxLength: 120 }),
        async (leads) => {
          const book = new AccountBook();
          const own = paced({ count: 4, minutes: 1 });
          for (const [i, [ms, rejected]] of leads.entries()) {
            book.core.reserve(command(`r${i}`, { terms: own }));
            if (rejected) book.core.release(`r${i}`, "rejected");
            expect(slots(book)).toBeLessThanOrEqual(4);
            const kept = book.sql.all<{ kept: number }>("SELECT kept FROM paces")[0]?.kept;
            expect(kept).toBe(slots(book));
            book.now += ms;
          }
        },
      ),
      { seed: 20261121, numRuns: 50 },
    );
  });
});
