import { expect, it } from "vitest";
import { withSharedTimers } from "../../../worker/buyers/shared-timers.ts";
import { realDeps } from "../../../worker/deps.ts";
import { VirtualTime } from "../../support/virtual-time.ts";

/** The platform's timers, counted. */
function watched() {
  const time = new VirtualTime(0);
  const set: number[] = [];
  let live = 0;
  const deps = withSharedTimers({
    ...realDeps,
    now: time.now,
    timer: (fn, ms) => {
      set.push(ms);
      live++;
      let over = false;
      const end = () => {
        if (!over) live--;
        over = true;
      };
      const cancel = time.timer(() => {
        end();
        fn();
      }, ms);
      return () => {
        end();
        cancel();
      };
    },
  });
  return { time, deps, set, live: () => live };
}

it("rings everybody who is due at one time, in the order in which they were set, with one timer", async () => {
  const { time, deps, set, live } = watched();
  const rang: string[] = [];
  deps.timer(() => rang.push("end"), 100);
  deps.timer(() => rang.push("b"), 100);
  deps.timer(() => rang.push("early"), 40);
  const cancel = deps.timer(() => rang.push("cancelled"), 100);
  cancel();
  cancel();
  await time.pass(100);
  expect(rang).toEqual(["early", "end", "b"]);
  expect(set).toEqual([100, 40]);
  expect(live()).toBe(0);
});

it("gives the platform's timer back once nobody waits for it, and sets a new one afterwards", async () => {
  const { time, deps, set, live } = watched();
  const rang: string[] = [];
  const cancels = [1, 2].map(() => deps.timer(() => rang.push("cancelled"), 50));
  for (const cancel of cancels) cancel();
  expect(live()).toBe(0);
  deps.timer(() => rang.push("later"), 50);
  for (const cancel of cancels) cancel();
  await time.pass(50);
  expect(rang).toEqual(["later"]);
  expect(set).toEqual([50, 50]);
});

it("who is cancelled by another of the same moment does not ring", async () => {
  const { time, deps, live } = watched();
  const rang: string[] = [];
  let cancel = () => {};
  deps.timer(() => cancel(), 10);
  cancel = deps.timer(() => rang.push("too late"), 10);
  await time.pass(10);
  expect(rang).toEqual([]);
  expect(live()).toBe(0);
});
