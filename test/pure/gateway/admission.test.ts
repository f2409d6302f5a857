import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Admission, type Leave, type Load } from "../../../worker/gateway/admission.ts";

const LIMIT = 40;
const PINGS = 30;

/** Lets so many in, or fewer when they are refused. */
function fill(admission: Admission, load: Load, publisher: string, count: number, now = 0): Leave[] {
  const inside: Leave[] = [];
  for (let n = 0; n < count; n++) {
    const leave = admission.enter(load, publisher, now);
    if (leave) inside.push(leave);
  }
  return inside;
}

describe("one isolate's room", () => {
  it("keeps a quarter for posts, however many pings come", () => {
    const admission = new Admission({ in_flight: LIMIT });
    expect(fill(admission, "ping", "loud", 100)).toHaveLength(PINGS);
    expect(admission.refuses("ping", "loud", 0)).toBe(1);
    expect(fill(admission, "post", "any", 100)).toHaveLength(LIMIT - PINGS);
    expect(admission.refuses("post", "any", 0)).toBe(1);
  });

  it("posts may use all of it, and pings then wait", () => {
    const admission = new Admission({ in_flight: LIMIT });
    const posts = fill(admission, "post", "any", 100);
    expect(posts).toHaveLength(LIMIT);
    expect(admission.refuses("ping", "any", 0)).toBe(1);
    for (const leave of posts) leave();
    expect(admission.refuses("ping", "any", 0)).toBeNull();
  });

  it("a loud publisher leaves room for quiet ones once it is half full", () => {
    const admission = new Admission({ in_flight: LIMIT });
    const quiet = fill(admission, "ping", "quiet", 1);
    const loud = fill(admission, "ping", "loud", 100);
    expect(loud.length).toBe(PINGS / 2);
    expect(fill(admission, "ping", "third", 100)).toHaveLength(PINGS / 3);
    expect(fill(admission, "ping", "quiet", 2)).toHaveLength(2);
    expect(quiet).toHaveLength(1);
  });

  it("leaving twice frees one place", () => {
    const admission = new Admission({ in_flight: LIMIT });
    const [first] = fill(admission, "post", "any", LIMIT);
    first?.();
    first?.();
    expect(fill(admission, "post", "any", 5)).toHaveLength(1);
  });

  it("forgets requests that the platform cut off", () => {
    const admission = new Admission({ in_flight: LIMIT });
    fill(admission, "post", "any", LIMIT);
    expect(admission.refuses("post", "any", 60_000)).toBe(1);
    expect(admission.refuses("post", "any", 66_000)).toBeNull();
  });

  it("forgets pings that were cut off too, though their room is not all there is", () => {
    const admission = new Admission({ in_flight: LIMIT });
    expect(fill(admission, "ping", "loud", 100)).toHaveLength(PINGS);
    expect(admission.refuses("ping", "quiet", 60_000)).toBe(1);
    expect(admission.refuses("ping", "quiet", 66_000)).toBeNull();
    expect(admission.gauges().pings_in_flight).toBe(0);
  });
});

describe("saturation", () => {
  it("shrinks the room for pings while the isolate is late, and grows it back", () => {
    const admission = new Admission({ in_flight: LIMIT });
    let now = 1_000;
    const room = () => admission.gauges().ping_room ?? 0;
    fill(admission, "ping", "any", 10, now);
    for (let n = 0; n < 10; n++) {
      admission.noticed(200, 10, 0);
      now += 600;
      admission.refuses("ping", "any", now);
    }
    expect(room()).toBe(8);
    for (let n = 0; n < 40; n++) {
      now += 600;
      admission.refuses("ping", "any", now);
    }
    expect(room()).toBe(PINGS);
  });

  it.each([
    ["every fourth buyer found no connection", 30, 10, true],
    ["one of ten did", 90, 10, false],
  ])("%s", (_, dialled, undialled, shrinks) => {
    const admission = new Admission({ in_flight: LIMIT });
    admission.refuses("ping", "any", 1_000);
    admission.noticed(0, dialled, undialled);
    admission.refuses("ping", "any", 2_000);
    expect((admission.gauges().ping_room ?? 0) < PINGS).toBe(shrinks);
  });

  it("a small room grows in small steps, a large one in large ones, and all of it is back within ten seconds", () => {
    const admission = new Admission({ in_flight: 256 });
    const { ping_room: all = 0 } = admission.gauges();
    let now = 0;
    const period = (late_ms: number) => {
      now += 250;
      admission.rang(late_ms);
      admission.refuses("ping", "any", now);
      return admission.gauges().ping_room ?? 0;
    };
    for (let n = 0; n < 12; n++) period(400);
    const rooms = Array.from({ length: 40 }, () => period(0));
    expect(rooms.slice(0, 4)).toEqual([9, 10, 11, 12]);
    expect(rooms.indexOf(all) - rooms.indexOf(12)).toBeLessThan(30);
    expect(rooms.at(-1)).toBe(all);
  });

  it("never touches posts", () => {
    const admission = new Admission({ in_flight: LIMIT });
    for (let now = 1_000; now < 20_000; now += 600) {
      admission.noticed(500, 0, 10);
      admission.refuses("ping", "any", now);
    }
    expect(fill(admission, "post", "any", 100, 20_000)).toHaveLength(LIMIT);
  });
});

it("whatever comes and goes, counts stay exact and never pass the limit", () => {
  const step = fc.record({
    load: fc.constantFrom<Load>("ping", "post"),
    publisher: fc.constantFrom("a", "b", "c"),
    leave: fc.nat(60),
    late: fc.integer({ min: 0, max: 100 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const admission = new Admission({ in_flight: LIMIT });
      const inside: { load: Load; leave: Leave }[] = [];
      for (const [at, { load, publisher, leave, late }] of steps.entries()) {
        admission.noticed(late, 1, 0);
        const entered = admission.enter(load, publisher, at * 50);
        if (entered) inside.push({ load, leave: entered });
        for (const gone of inside.splice(leave, 1)) gone.leave();
        const { pings_in_flight, posts_in_flight } = admission.gauges();
        expect([pings_in_flight, posts_in_flight]).toEqual([
          inside.filter((i) => i.load === "ping").length,
          inside.filter((i) => i.load === "post").length,
        ]);
        expect(inside.length).toBeLessThanOrEqual(LIMIT);
      }
    }),
    { seed: 71, numRuns: 300 },
  );
});

describe("the gatherer's timer", () => {
  /** The room after periods in which it rang that late. */
  const roomAfter = (...periods: number[][]): number => {
    const admission = new Admission({ in_flight: LIMIT });
    fill(admission, "ping", "any", 20, 0);
    for (const [n, late] of periods.entries()) {
      for (const late_ms of late) admission.rang(late_ms);
      admission.refuses("ping", "any", (n + 1) * 1_000);
    }
    return admission.gauges().ping_room ?? 0;
  };

  it("shrinks the room when it is late on average for two periods, by how late it is", () => {
    expect(roomAfter([50], [45, 50, 55])).toBe(16);
    expect(roomAfter([50], [80, 80])).toBe(10);
    expect(roomAfter([50], [2_000])).toBe(8);
    expect(roomAfter([2_000], [], [2_000])).toBe(8);
  });

  it("one pause among punctual ones is nothing, nor is one long period", () => {
    expect(roomAfter([0, 1, 0, 0, 100, 2], [0, 100, 0])).toBe(PINGS);
    expect(roomAfter([2_000])).toBe(PINGS);
    expect(roomAfter([2_000], [3], [2_000])).toBe(PINGS);
    expect(roomAfter([])).toBe(PINGS);
  });

  it("while it is late nobody is sure who else was", () => {
    const admission = new Admission({ in_flight: LIMIT });
    expect(admission.isLate).toBe(false);
    admission.rang(90);
    expect(admission.isLate).toBe(true);
    admission.refuses("ping", "any", 1_000);
    expect(admission.isLate).toBe(true);
    admission.rang(2);
    admission.refuses("ping", "any", 2_000);
    expect(admission.isLate).toBe(false);
  });

  it("posts alone tell as well when it is punctual again", () => {
    const admission = new Admission({ in_flight: LIMIT });
    admission.rang(90);
    admission.refuses("ping", "any", 1_000);
    for (const now of [2_000, 3_000]) {
      admission.rang(2);
      admission.refuses("post", "any", now);
    }
    expect(admission.isLate).toBe(false);
    admission.rang(90);
    expect(admission.isLate).toBe(true);
  });
});
