import { describe, expect, it } from "vitest";
import { EmulatedPlatform } from "../../support/emulated-platform.ts";
import { VirtualTime } from "../../support/virtual-time.ts";

describe("virtual time", () => {
  it("runs events in order of time, and in order of setting within one time", async () => {
    const time = new VirtualTime(0);
    const seen: string[] = [];
    const note = (name: string) => () => void seen.push(`${name}@${time.now()}`);
    for (const [name, ms] of [
      ["c", 30],
      ["a", 10],
      ["b1", 20],
      ["b2", 20],
    ] as const)
      time.timer(note(name), ms);
    time.timer(note("never"), 15)();
    await time.pass(30);
    expect(seen).toEqual(["a@10", "b1@20", "b2@20", "c@30"]);
  });

  it("lets all consequences of an event happen before the next", async () => {
    const time = new VirtualTime(0);
    const seen: number[] = [];
    time.timer(async () => {
      for (let i = 0; i < 50; i++) await Promise.resolve();
      seen.push(time.now());
    }, 5);
    time.timer(() => void seen.push(time.now()), 6);
    await time.pass(10);
    expect(seen).toEqual([5, 6]);
  });

  it("stands still while Web Crypto works", async () => {
    const time = new VirtualTime(0);
    time.timer(() => {}, 1);
    const at = await time.run(async () => {
      for (let i = 0; i < 5; i++) await crypto.subtle.digest("SHA-256", new Uint8Array(200_000));
      return time.now();
    });
    expect(at).toBe(0);
  });

  it("says so when a run waits for nothing", async () => {
    const time = new VirtualTime(0);
    await expect(time.run(() => new Promise(() => {}))).rejects.toThrow("nothing is due");
  });
});

describe("emulated platform", () => {
  it("queues the seventh call of an invocation, first in first out, while its timer ticks", async () => {
    const platform = new EmulatedPlatform(1);
    platform.buyer("a.example", () => ({ after_ms: 50 }));
    const { deps } = platform.invocation();
    const start = platform.time.now();
    await platform.time.run(() =>
      Promise.all(Array.from({ length: 8 }, (_, i) => deps.fetch({ url: `https://a.example/${i}`, init: {} }))),
    );
    expect(platform.network.traffic.map((entry) => entry.sent_at - start)).toEqual([0, 0, 0, 0, 0, 0, 50, 50]);
    expect(platform.network.traffic.map((entry) => entry.url.at(-1))).toEqual([..."01234567"]);

    const abort = new AbortController();
    platform.time.timer(() => abort.abort(), 40);
    const calls = () =>
      Array.from({ length: 7 }, () =>
        deps.fetch({ url: "https://a.example/x", init: { signal: abort.signal } }).catch(() => "gone"),
      );
    await platform.time.run(() => Promise.all(calls()));
    expect(platform.network.traffic.filter((entry) => entry.url.endsWith("/x"))).toHaveLength(6);
  });

  it("gives other invocations their own six", async () => {
    const platform = new EmulatedPlatform(1);
    platform.buyer("a.example", () => ({ after_ms: 50 }));
    const start = platform.time.now();
    const twelve = () =>
      [platform.deps(), platform.deps()].flatMap((deps) =>
        Array.from({ length: 6 }, () => deps.fetch({ url: "https://a.example/", init: {} })),
      );
    await platform.time.run(() => Promise.all(twelve()));
    expect(platform.time.now() - start).toBe(50);
  });

  it("adds the hop to an object call, the flush to one that writes, and copies what crosses", async () => {
    const platform = new EmulatedPlatform(1);
    const kept: object[] = [];
    const box = platform.object(
      "box",
      { read: async () => kept.length, put: (item: object) => void kept.push(item) },
      { writes: ["put"] },
    );
    const item = { a: 1 };
    const at = () => platform.time.now();
    const start = at();
    await platform.time.run(() => box.read());
    expect(at() - start).toBe(8);
    await platform.time.run(() => box.put(item));
    expect(at() - start).toBe(28);
    expect(kept[0]).toEqual(item);
    expect(kept[0]).not.toBe(item);
    expect(platform.counts.get("box.read")).toBe(1);
  });

  it("holds one of six for a queue send of 60 ms and delivers later", async () => {
    const platform = new EmulatedPlatform(1);
    const got: [number, string][] = [];
    const start = platform.time.now();
    const send = platform.queue<string>(async (message) => void got.push([platform.time.now() - start, message]));
    const from = platform.invocation();
    await platform.time.run(() =>
      Promise.all(Array.from({ length: 7 }, (_, i) => send(from, `m${i}`, i === 6 ? 2 : 0))),
    );
    expect(platform.time.now() - start).toBe(120);
    await platform.time.pass(2_000);
    expect(got.filter(([at]) => at === 60)).toHaveLength(6);
    expect(got.at(-1)).toEqual([2_120, "m6"]);
  });
});
