import { expect, it } from "vitest";
import type { AuctionRecord } from "../../../schema/rpc/auction.ts";
import type { RecordCommand, RecordReply } from "../../../schema/rpc/book.ts";
import { realDeps } from "../../../worker/deps.ts";
import { Gatherer } from "../../../worker/gateway/gatherer.ts";
import { VirtualTime } from "../../support/virtual-time.ts";

const record = (ping_id: string) => ({ ping_id }) as AuctionRecord;
const reply = { snapshot_seq: 1 } as RecordReply;

function gathering() {
  const time = new VirtualTime(0);
  let timers = 0;
  const timer: typeof time.timer = (fn, ms) => {
    timers++;
    return time.timer(fn, ms);
  };
  const written: string[][] = [];
  const write = async (command: RecordCommand) => {
    written.push(command.auctions.map(({ ping_id }) => ping_id));
    return reply;
  };
  const deps = { ...realDeps, now: time.now, timer };
  return { time, deps, write, written, gatherer: new Gatherer(() => {}), timers: () => timers };
}

it("writes what came within 20 ms in one call, and sets two timers for a batch of any size", async () => {
  const { time, deps, write, written, gatherer, timers } = gathering();
  const ids = ["a", "b", "c", "d", "e"];
  const replies = ids.map((id) => gatherer.add(deps, record(id), false, write));
  await time.pass(300);
  expect(written).toEqual([ids]);
  expect(await Promise.all(replies)).toEqual([reply, null, null, null, null]);
  expect(timers()).toBe(2);
});

it("the second request writes the whole batch when the first one has died", async () => {
  const { time, deps, write, written, gatherer } = gathering();
  const died = { ...deps, timer: () => () => {} };
  void gatherer.add(died, record("a"), true, write);
  const replies = ["b", "c"].map((id) => gatherer.add(deps, record(id), false, write));
  await time.pass(251);
  expect(written).toEqual([["a", "b", "c"]]);
  expect(await Promise.all(replies)).toEqual([reply, null]);
});

it("the second request waits for a write that is slow, and repeats one that never ends or fails", async () => {
  const slow = gathering();
  const pass = () => new Promise<void>((resolve) => slow.time.timer(resolve, 900));
  const late = async (command: RecordCommand) => pass().then(() => slow.write(command));
  const replies = ["a", "b"].map((id) => slow.gatherer.add(slow.deps, record(id), false, late));
  await slow.time.pass(1_100);
  expect([slow.written, await Promise.all(replies)]).toEqual([[["a", "b"]], [reply, null]]);

  const hung = gathering();
  void hung.gatherer.add(hung.deps, record("a"), false, () => new Promise(() => {}));
  const second = hung.gatherer.add(hung.deps, record("b"), false, hung.write);
  await hung.time.pass(2_249);
  expect(hung.written).toEqual([]);
  await hung.time.pass(1);
  expect([hung.written, await second]).toEqual([[["a", "b"]], reply]);

  const failing = gathering();
  const first = failing.gatherer.add(failing.deps, record("a"), false, () => Promise.reject(new Error("away")));
  const failed = expect(first).rejects.toThrow("away");
  void failing.gatherer.add(failing.deps, record("b"), false, failing.write);
  await failing.time.pass(250);
  expect(failing.written).toEqual([["a", "b"]]);
  await failed;
});

it("a batch whose owner died gathers no longer than a quarter of a second", async () => {
  const { time, deps, write, written, gatherer } = gathering();
  void gatherer.add({ ...deps, timer: () => () => {} }, record("lost"), false, write);
  await time.pass(251);
  void gatherer.add(deps, record("next"), false, write);
  await time.pass(21);
  expect(written).toEqual([["next"]]);
});
