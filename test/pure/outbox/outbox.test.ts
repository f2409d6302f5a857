import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Outbox, type Project } from "../../../durable-objects/outbox.ts";
import type { Kept } from "../../../durable-objects/outbox-batch.ts";
import { OUTBOX_BUSY, OUTBOX_EVERY } from "../../../durable-objects/send-time.ts";
import type { LedgerEvent, NumberedEvent } from "../../../schema/events.ts";
import { nodeSql } from "../../support/node-sql.ts";

const SEED = 20261129;
const T = 1_000_000;

const event = (id: string, chars = 0): LedgerEvent => ({
  table: "alerts",
  row: { id, at: T, kind: "contested", subject: "lead:x", message: "m".repeat(chars) },
});
const idOf = ({ row }: NumberedEvent): string => String("id" in row ? row.id : "");

/** An outbox whose object may start anew, what reached the ledger, and pages with numbers among its own. */
function testOutbox() {
  const sql = nodeSql();
  const pages: { n: number; id: string }[] = [];
  const kept: Kept = {
    after: (n, limit) =>
      pages
        .filter((page) => page.n > n)
        // Two at once: a batch reads on, with others in between.
        .slice(0, Math.min(limit, 2))
        .map((page) => ({ last_n: page.n, events: [{ ...event(page.id), n: page.n }], chars: 100 })),
    last: () => pages.at(-1)?.n ?? 0,
    pendingAfter: (n) => {
      const waits = pages.filter((page) => page.n > n);
      return { events: waits.length, oldest_at: waits.length === 0 ? null : T };
    },
  };
  const open = () => new Outbox(sql, () => "book:x", kept);
  const arrived: NumberedEvent[] = [];
  const project: Project = async (_object, events) => {
    arrived.push(...events);
    return { refused: [] };
  };
  return {
    sql,
    open,
    arrived,
    project,
    page: (outbox: Outbox, id: string) => void pages.push({ n: outbox.last() + 1, id }),
    rows: () => sql.all<{ first_n: number; last_n: number; events: string }>("SELECT * FROM outbox ORDER BY first_n"),
  };
}

describe("an outbox's row", () => {
  it("grows until it is sent, and is one row again afterwards", async () => {
    const { open, rows, project, arrived } = testOutbox();
    const outbox = open();
    for (const id of ["a", "b", "c"]) outbox.append([event(id), event(`${id}2`)], T);
    expect(rows().map(({ first_n, last_n }) => [first_n, last_n])).toEqual([[1, 6]]);
    expect(outbox.pending()).toEqual({ events: 6, oldest_at: T });
    expect(await outbox.drain(project, T)).toBe(false);
    expect([rows(), arrived.map(({ n }) => n)]).toEqual([[], [1, 2, 3, 4, 5, 6]]);
    outbox.append([event("d")], T);
    expect(rows().map(({ first_n, last_n }) => [first_n, last_n])).toEqual([[7, 7]]);
  });

  it("that is on its way grows no more: what comes meanwhile is kept, under numbers of its own", async () => {
    const { open, rows, project, arrived } = testOutbox();
    const outbox = open();
    outbox.append([event("a")], T);
    const slow: Project = async (object, events) => {
      outbox.append([event("b")], T);
      await Promise.resolve();
      outbox.append([event("c")], T);
      return project(object, events);
    };
    expect(await outbox.drain(slow, T)).toBe(false);
    expect(arrived.map(idOf)).toEqual(["a"]);
    expect([outbox.pending().events, rows().length]).toEqual([2, 1]);
    await outbox.drain(project, T);
    expect(arrived.map((e) => [e.n, idOf(e)])).toEqual([
      [1, "a"],
      [2, "b"],
      [3, "c"],
    ]);
  });

  it("that may have arrived is sent again as it was, also by an object that started anew", async () => {
    for (const restarts of [false, true]) {
      const { open, project, arrived } = testOutbox();
      const before = open();
      before.append([event("a")], T);
      const lost: Project = async (...of) => {
        await project(...of);
        throw new Error("lost");
      };
      await expect(before.drain(lost, T)).rejects.toThrow("lost");
      const outbox = restarts ? open() : before;
      outbox.append([event("b")], T);
      expect(outbox.pending().events).toBe(2);
      await outbox.drain(project, T);
      expect(arrived.map((e) => [e.n, idOf(e)])).toEqual([
        [1, "a"],
        [1, "a"],
        [2, "b"],
      ]);
      expect([outbox.untold(2), outbox.waits(2), outbox.last()]).toEqual([false, false, 2]);
    }
  });

  it("has its size, and so has what is written to it at once", () => {
    const { open, rows } = testOutbox();
    const outbox = open();
    for (let n = 0; n < 40; n++) outbox.append([event(`e${n}`, 10_000)], T);
    outbox.append([event("large", 600_000)], T);
    outbox.append([event("small")], T);
    outbox.append(
      Array.from({ length: 12 }, (_, n) => event(`m${n}`, 90_000)),
      T,
    );
    const found = rows();
    const lengths = found.map(({ events }) => events.length);
    // Ten and more events share a row; one that is too large by itself stays alone.
    expect(lengths.slice(0, 4).map((length) => Math.round(length / 10_000))).toEqual([10, 10, 10, 10]);
    expect(lengths.filter((length) => length > 500_000)).toHaveLength(1);
    expect(Math.max(...lengths)).toBeLessThan(610_000);
    const all = found.flatMap(({ events }) => JSON.parse(events) as NumberedEvent[]);
    expect(all.map(({ n }) => n)).toEqual(Array.from({ length: 54 }, (_, n) => n + 1));
    expect(outbox.pending().events).toBe(54);
  });

  it("takes so many events, however small: all of it is written again with each", () => {
    const { open, rows } = testOutbox();
    const outbox = open();
    for (let n = 0; n < 150; n++) outbox.append([event(`e${n}`)], T);
    expect(rows().map(({ first_n, last_n }) => [first_n, last_n])).toEqual([
      [1, 60],
      [61, 120],
      [121, 150],
    ]);
  });

  it("of before the count is counted by its numbers", () => {
    const { open, sql } = testOutbox();
    sql.run(
      "CREATE TABLE outbox (first_n INTEGER PRIMARY KEY, last_n INTEGER NOT NULL, at INTEGER NOT NULL, events TEXT NOT NULL)",
    );
    const old = JSON.stringify([1, 2, 3].map((n) => ({ ...event(`o${n}`), n })));
    sql.run("INSERT INTO outbox (first_n, last_n, at, events) VALUES (1, 3, 5, ?)", old);
    const outbox = open();
    outbox.append([event("new")], T);
    expect(outbox.pending()).toEqual({ events: 4, oldest_at: 5 });
    expect(outbox.waiting().map((e) => [e.n, idOf(e)])).toEqual([
      [1, "o1"],
      [2, "o2"],
      [3, "o3"],
      [4, "new"],
    ]);
  });

  it("that a transaction took back is as it was", () => {
    const { open, sql } = testOutbox();
    const outbox = open();
    outbox.append([event("a")], T);
    const broken = () =>
      sql.transaction(() => {
        outbox.append([event("gone")], T);
        throw new Error("broken");
      });
    expect(broken).toThrow("broken");
    outbox.append([event("b")], T);
    expect(outbox.waiting().map((e) => [e.n, idOf(e)])).toEqual([
      [1, "a"],
      [2, "b"],
    ]);
  });

  it("grows across the numbers of pages, which are sent before it", async () => {
    const { open, page, rows, project, arrived } = testOutbox();
    const outbox = open();
    outbox.append([event("a")], T);
    page(outbox, "p2");
    outbox.append([event("b")], T);
    page(outbox, "p4");
    expect(rows().map(({ first_n, last_n }) => [first_n, last_n])).toEqual([[1, 3]]);
    expect(outbox.pending().events).toBe(4);
    await outbox.drain(project, T);
    expect(arrived.map((e) => [e.n, idOf(e)])).toEqual([
      [2, "p2"],
      [1, "a"],
      [3, "b"],
      [4, "p4"],
    ]);
    expect([outbox.last(), outbox.pending().events]).toEqual([4, 0]);
  });
});

it("what has been read for a batch counts as told, also before the batch goes", async () => {
  const { open, page, project } = testOutbox();
  const outbox = open();
  for (const id of ["p1", "p2", "p3", "p4"]) page(outbox, id);
  const untold: boolean[][] = [];
  await outbox.drain(project, T, async () => void untold.push([1, 2, 3, 4].map((n) => outbox.untold(n))));
  expect(untold).toEqual([
    [false, false, true, true],
    [false, false, false, false],
  ]);
});

const step = fc.oneof(
  { weight: 4, arbitrary: fc.constant("append" as const) },
  fc.constantFrom("page" as const, "large" as const, "sent" as const, "away" as const, "lost" as const),
  fc.constantFrom("meanwhile" as const, "restart" as const, "died" as const),
);

it("whatever happens, each event arrives under one number, and none under two", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const { open, page, project, arrived } = testOutbox();
      let outbox = open();
      const told: string[] = [];
      const append = (chars = 0) => outbox.append([event(String(told.push("")), chars)], T);
      /** While a batch is read, others write. */
      const between = async () => {
        page(outbox, String(told.push("")));
        append();
        // More than is read at once: something is left for the next batch.
        for (let n = 0; n < 3; n++) page(outbox, String(told.push("")));
      };
      for (const what of steps) {
        if (what === "append" || what === "large") append(what === "large" ? 40_000 : 0);
        else if (what === "page") page(outbox, String(told.push("")));
        else if (what === "restart") outbox = open();
        else
          await outbox
            .drain(
              async (object, events) => {
                if (what === "away") throw new Error("away");
                if (what === "meanwhile") append();
                const reply = await project(object, events);
                if (what === "lost" || what === "died") throw new Error("lost");
                return reply;
              },
              T,
              between,
            )
            .catch(() => null);
        if (what === "died") outbox = open();
      }
      while (await outbox.drain(project, T));
      while (outbox.pending().events > 0) await outbox.drain(project, T);
      const numbers = new Map<number, Set<string>>();
      for (const e of arrived) numbers.set(e.n, (numbers.get(e.n) ?? new Set()).add(idOf(e)));
      expect([...numbers.values()].every((ids) => ids.size === 1)).toBe(true);
      const ids = [...numbers].sort(([a], [b]) => a - b).map(([, of]) => [...of][0]);
      // In the order in which they were told, without a gap.
      expect(ids).toEqual(told.map((_, i) => String(i + 1)));
      expect([...numbers.keys()].sort((a, b) => a - b)).toEqual(told.map((_, i) => i + 1));
    }),
    { numRuns: 300, seed: SEED },
  );
});

describe("the time to send", () => {
  it("is a second after what waits, five seconds after the last batch, or at once", async () => {
    const { open, project } = testOutbox();
    const { sending } = open();
    expect(sending.want(T)).toBe(T + OUTBOX_EVERY);
    expect(sending.want(T + 500)).toBe(T + OUTBOX_EVERY);
    expect(sending.want(T + 600, true)).toBe(T + 600);
    const next = open();
    next.append([event("a")], T);
    await next.drain(project, T);
    next.sending.look().drop("");
    expect(next.sending.want(T + 100)).toBe(T + OUTBOX_BUSY);
  });

  it("is found again by an object that starts anew with something that waits", () => {
    const { open } = testOutbox();
    expect(open().sending.look().next()).toBeNull();
    open().append([event("a")], T);
    expect(open().sending.look().next()).toBe(T + OUTBOX_EVERY);
    expect(
      open()
        .sending.look()
        .ready(T + OUTBOX_EVERY, 9),
    ).toHaveLength(1);
  });
});
