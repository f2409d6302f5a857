import { afterEach, beforeEach, expect, it } from "vitest";
import { AGES, SnapshotStore, SnapshotUnavailable } from "../../../worker/snapshot/store.ts";
import { HandClock, NONE, rowsAt, Sources, settle } from "./hand-clock.ts";
import { settingsRow } from "./rows.ts";

let clock: HandClock;
let sources: Sources;
let store: SnapshotStore;
beforeEach(async () => {
  clock = new HandClock();
  sources = new Sources();
  store = new SnapshotStore();
});
afterEach(() => expect(sources.reads.length).toBeLessThan(50));
const get = () => store.get(clock.deps, sources);
const refresh = () => store.refresh(clock.deps, sources);

/** A snapshot that was read just now. */
async function warm(): Promise<void> {
  sources.auto = rowsAt(1);
  await get();
  sources.auto = "by hand";
  sources.reads = [];
}

it("a fresh snapshot asks nobody; after a second it is read in the background, after the answer", async () => {
  await warm();
  await clock.pass(AGES.fresh);
  await get();
  await refresh();
  expect(sources.reads).toHaveLength(0);
  await clock.pass(1);
  await get();
  expect(sources.reads).toHaveLength(0);
  const reading = refresh();
  sources.reads[0]?.answer(rowsAt(2, "paused"));
  await reading;
  expect(sources.reads[0]?.since.config).toBe(1);
  expect((await get()).paused).toBe(true);
  expect(store.age(clock.at)).toBe(0);
});

it("whatever the traffic, D1 is asked at most once a second", async () => {
  await warm();
  await clock.pass(AGES.stale + 1);
  sources.auto = "away";
  for (let n = 0; n < 40; n++) {
    const turn = Promise.all([get(), refresh(), get()]);
    await clock.pass(100);
    await turn;
  }
  expect(sources.reads).toHaveLength(4);
});

it("older than five seconds, a request waits for it a hundred milliseconds and then goes on with what it has", async () => {
  await warm();
  await clock.pass(AGES.stale + 1);
  const waiting = get();
  let done = false;
  void waiting.then(() => {
    done = true;
  });
  await clock.pass(AGES.wait - 1);
  expect(done).toBe(false);
  await clock.pass(1);
  expect((await waiting).paused).toBe(false);
  // The answer that comes later is not lost.
  sources.reads[0]?.answer(rowsAt(2, "paused"));
  await settle();
  expect((await get()).paused).toBe(true);
  expect(store.age(clock.at)).toBe(AGES.wait);
});

it("requests that come together to an isolate that was quiet all wait for the one read", async () => {
  await warm();
  await clock.pass(AGES.dead - 1_000);
  // A snapshot learns in place: what counts is what it says when it is handed out.
  const paused = async () => (await get()).paused;
  const burst = Promise.all([paused(), paused(), paused(), paused()]);
  await clock.pass(20);
  expect(sources.reads).toHaveLength(1);
  sources.reads[0]?.answer(rowsAt(2, "paused"));
  await clock.pass(20);
  expect(await burst).toEqual([true, true, true, true]);
});

it("nobody waits longer for another's read than that one does", async () => {
  await warm();
  await clock.pass(AGES.stale + 1);
  const first = get();
  await clock.pass(AGES.wait - 10);
  const second = get();
  await clock.pass(10);
  expect((await Promise.all([first, second])).map(({ paused }) => paused)).toEqual([false, false]);
  // While D1 hangs, those who come later go on at once.
  expect((await get()).paused).toBe(false);
});

it("ten minutes and no longer", async () => {
  await warm();
  sources.auto = "away";
  await clock.pass(AGES.dead);
  expect((await get()).paused).toBe(false);
  await clock.pass(1);
  await expect(get()).rejects.toThrow(SnapshotUnavailable);
  sources.auto = rowsAt(2, "paused");
  await clock.pass(AGES.fresh);
  expect((await get()).paused).toBe(true);
});

it("an isolate that slept too long takes a younger copy from the book, as a new one does", async () => {
  await warm();
  sources.auto = "away";
  await clock.pass(AGES.dead + 60_000);
  sources.kept = { at: clock.at - 3_000, rows: rowsAt(7, "paused") };
  expect((await get()).paused).toBe(true);
  expect(store.age(clock.at)).toBe(3_000);
});

it.each([
  ["throws", false],
  ["hangs", true],
])("a cold isolate sells from the copy while D1 %s, and the copy's age counts", async (_, hangs) => {
  if (!hangs) sources.auto = "away";
  sources.kept = { at: clock.at - 30_000, rows: rowsAt(5, "paused") };
  const waiting = get();
  await clock.pass(AGES.cold);
  expect((await waiting).paused).toBe(true);
  expect(store.age(clock.at)).toBe(30_000 + AGES.cold);
  expect(sources.copies).toBe(1);
});

it("a copy of more than ten minutes is none", async () => {
  sources.auto = "away";
  sources.kept = { at: clock.at - AGES.dead - 1, rows: rowsAt(5) };
  await expect(get()).rejects.toThrow(SnapshotUnavailable);
});

it("a read that comes after the copy was taken counts for what the isolate then has", async () => {
  sources.kept = { at: clock.at - 30_000, rows: rowsAt(5) };
  const waiting = get();
  await clock.pass(AGES.cold);
  expect((await waiting).paused).toBe(false);
  sources.reads[0]?.answer({ ...NONE, config: [settingsRow(9, "paused")] });
  await settle();
  expect((await get()).paused).toBe(true);
  expect(store.age(clock.at)).toBe(AGES.cold);
});

it("requests that come to a cold isolate together each read for themselves and end with one snapshot", async () => {
  const all = Promise.all([get(), get(), get()]);
  await settle();
  expect(sources.reads).toHaveLength(3);
  sources.reads[1]?.answer(rowsAt(3, "paused"));
  await settle();
  sources.reads[0]?.answer(rowsAt(2));
  sources.reads[2]?.fail();
  const [a, b, c] = await all;
  expect(a === b && b === c).toBe(true);
  expect(a.paused).toBe(true);
});

it("after a change by this isolate the next request reads it, whatever the age", async () => {
  await warm();
  await clock.pass(10);
  sources.auto = rowsAt(2, "paused");
  store.expire();
  expect((await get()).paused).toBe(true);
  await get();
  expect(sources.reads).toHaveLength(1);
});

it("a read that hangs is given up, and does not keep others from trying", async () => {
  await warm();
  await clock.pass(AGES.fresh + 1);
  const hung = refresh();
  await clock.pass(AGES.hung);
  await hung;
  sources.auto = rowsAt(2, "paused");
  await refresh();
  expect((await get()).paused).toBe(true);
});
