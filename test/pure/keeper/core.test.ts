import { beforeEach, describe, expect, it } from "vitest";
import { KeeperCore, type RunStep } from "../../../durable-objects/keeper/core.ts";
import { CHORE_EVERY_MS, CHORE_FIRST_MS, KEEP_JOBS_MS, MOST_TRIES } from "../../../durable-objects/keeper-rules.ts";
import type { JobStep } from "../../../schema/rpc/keeper.ts";
import { nodeSql } from "../../support/node-sql.ts";

const START = 1_800_000_000_000;
let now: number;
let sql: ReturnType<typeof nodeSql>;
let keeper: KeeperCore;

beforeEach(() => {
  now = START;
  sql = nodeSql();
  keeper = new KeeperCore(sql, () => now);
});

const nothing: JobStep = { done: 0, failed: 0, counts: {}, failures: [], cursor: null };
const order = (id: string) => ({ id, kind: "rebuild" as const, author: "ann", params: { a: 1 } });
/** Counts to `last`, one item a step. */
const counting =
  (last: number, seen: (string | null)[] = []): RunStep =>
  async (_job, cursor) => {
    seen.push(cursor);
    const at = Number(cursor ?? 0) + 1;
    return { ...nothing, done: 1, counts: { items: 1 }, cursor: at < last ? String(at) : null };
  };

async function ring(run: RunStep, times = 1): Promise<void> {
  for (let n = 0; n < times; n++) {
    now = Math.max(now, keeper.next());
    await keeper.work(run);
  }
}

describe("a job", () => {
  it("goes on step by step from its cursor, through evictions, and ends with all counts", async () => {
    keeper.start(order("one"));
    const seen: (string | null)[] = [];
    await ring(counting(7, seen));
    expect(keeper.job("one")).toMatchObject({ state: "running", done: 3 });
    keeper = new KeeperCore(sql, () => now);
    await ring(counting(7, seen), 2);
    expect(seen).toEqual([null, "1", "2", "3", "4", "5", "6"]);
    expect(keeper.job("one")).toMatchObject({ state: "done", done: 7, counts: { items: 7 }, ended_at: now });
  });

  it("is the same job under the same id, whatever is asked", () => {
    const first = keeper.start(order("one"));
    now += 5_000;
    expect(keeper.start({ ...order("one"), kind: "rewrap", params: {} })).toEqual(first);
    expect(keeper.jobs(10).length).toBe(1);
  });

  it("takes turns with others", async () => {
    for (const id of ["one", "two"]) {
      keeper.start(order(id));
      now++;
    }
    const turns: string[] = [];
    await ring(async (job, cursor) => {
      turns.push(job.id);
      now++;
      return counting(5)(job, cursor);
    }, 2);
    expect(turns.slice(0, 4)).toEqual(["one", "two", "one", "two"]);
  });

  it("waits as long as its step says", async () => {
    keeper.start(order("one"));
    await ring(async () => ({ ...nothing, cursor: "x", in_ms: 20_000 }));
    expect(keeper.next()).toBe(now + 20_000);
  });

  it("is repeated from the same cursor after a step that throws, with growing pauses, and fails in the end", async () => {
    keeper.start(order("one"));
    const pauses: number[] = [];
    const broken: RunStep = () => Promise.reject(new TypeError("no answer"));
    let last = now;
    while (keeper.job("one")?.state === "running") {
      now = Math.max(now, keeper.next());
      await keeper.work(async (job, cursor) => {
        // Chores come and go meanwhile.
        if (job.id !== "one") return nothing;
        expect(cursor).toBeNull();
        pauses.push(now - last);
        last = now;
        return broken(job, cursor);
      });
    }
    expect(pauses.length).toBe(MOST_TRIES);
    expect(pauses.slice(0, 4)).toEqual([0, 5_000, 10_000, 20_000]);
    expect(Math.max(...pauses)).toBe(300_000);
    const failed = keeper.job("one");
    expect(failed).toMatchObject({ state: "failed", ended_at: now });
    expect(failed?.failures.at(-1)).toEqual({ item: "step", reason: "TypeError: no answer" });
  });

  it("counts a step that took the object down with it", async () => {
    keeper.start(order("one"));
    void keeper.work(() => new Promise(() => {}));
    keeper = new KeeperCore(sql, () => now);
    expect(keeper.next()).toBe(now + 5_000);
    await ring(counting(1));
    expect(keeper.job("one")).toMatchObject({ state: "done", done: 1 });
  });

  it("that is cancelled during its step stays cancelled, and what the step did counts", async () => {
    keeper.start(order("one"));
    await keeper.work(async (job, cursor) => {
      keeper.cancel("one", "bob");
      return counting(5)(job, cursor);
    });
    expect(keeper.job("one")).toMatchObject({
      state: "cancelled",
      done: 1,
      failures: [{ item: "cancelled", reason: "by bob" }],
    });
    await ring(() => Promise.reject(new Error("a cancelled job is not worked on")));
    expect(keeper.job("one")?.state).toBe("cancelled");
    expect(keeper.cancel("nobody", "bob")).toBeNull();
  });

  it("keeps the last twenty failures", async () => {
    keeper.start(order("one"));
    const failures = Array.from({ length: 30 }, (_, n) => ({ item: `lead ${n}`, reason: "gone" }));
    await ring(async () => ({ ...nothing, failed: 30, failures }));
    const job = keeper.job("one");
    expect(job?.failed).toBe(30);
    expect(job?.failures.map((failure) => failure.item)).toEqual(failures.slice(10).map((failure) => failure.item));
  });
});

describe("chores", () => {
  it("begin an hour after the keeper is first seen, once a day, each from where the last one began", async () => {
    expect(keeper.next()).toBe(START + CHORE_FIRST_MS);
    now = START + CHORE_FIRST_MS - 1;
    await keeper.work(counting(1));
    expect(keeper.jobs(10)).toEqual([]);
    await ring(counting(1));
    const first = START + CHORE_FIRST_MS;
    expect(keeper.jobs(10).map(({ kind, state, params, author }) => ({ kind, state, params, author }))).toEqual(
      expect.arrayContaining([
        { kind: "retention", state: "done", params: { since: null }, author: "keeper" },
        { kind: "reconcile", state: "done", params: { since: null }, author: "keeper" },
      ]),
    );
    await ring(counting(1));
    expect(now).toBe(first + CHORE_EVERY_MS);
    const second = keeper.jobs(10).filter((job) => job.started_at > first);
    expect(second.map((job) => job.params)).toEqual([{ since: first }, { since: first }]);
  });

  it("do not pile up on one that still runs, and ended jobs are forgotten after 30 days", async () => {
    const endless: RunStep = async () => ({ ...nothing, cursor: "on", in_ms: CHORE_EVERY_MS / 2 });
    await ring(endless, 8);
    expect(
      keeper
        .jobs(10)
        .map((job) => job.kind)
        .sort(),
    ).toEqual(["reconcile", "retention"]);
    for (const job of keeper.jobs(10)) keeper.cancel(job.id, "ann");
    const ended = keeper.jobs(10).map((job) => job.id);
    now += KEEP_JOBS_MS + 1;
    await keeper.work(counting(1));
    expect(keeper.jobs(10).filter((job) => ended.includes(job.id))).toEqual([]);
  });
});
