import { describe, expect, it } from "vitest";
import { type SseEvent, sseResponse, sseText } from "../../../worker/routes/sse.ts";

/** A clock whose timers fire when the test says so. */
function clock() {
  let now = 0;
  let pending: { fn: () => void; at: number }[] = [];
  return {
    now: () => now,
    timer: (fn: () => void, ms: number) => {
      const entry = { fn, at: now + ms };
      pending.push(entry);
      return () => {
        pending = pending.filter((other) => other !== entry);
      };
    },
    pending: () => pending.length,
    pass: (ms: number) => {
      now += ms;
      const due = pending.filter(({ at }) => at <= now);
      pending = pending.filter(({ at }) => at > now);
      for (const { fn } of due) fn();
    },
  };
}

const EVERY = { every_ms: 1_500, for_ms: 9_000 };
/** Lets promises settle that wait for nothing outside. */
const settled = async () => {
  for (let i = 0; i < 20; i++) await Promise.resolve();
};

function reader(response: Response) {
  const stream = response.body?.getReader();
  if (!stream) throw new Error("no body");
  const text = new TextDecoder();
  return {
    read: async () => {
      const { done, value } = await stream.read();
      return done ? null : text.decode(value);
    },
    cancel: () => stream.cancel(),
  };
}

describe("an event as text", () => {
  it.each<[string, SseEvent, string]>([
    ["plain", { event: "a", data: "b" }, "event: a\ndata: b\n\n"],
    ["with an id", { event: "a", data: "b", id: "7.1" }, "id: 7.1\nevent: a\ndata: b\n\n"],
    ["of several lines", { event: "a", data: "b\nc\r\nd\re" }, "event: a\ndata: b\ndata: c\ndata: d\ndata: e\n\n"],
    ["whose id would break out", { event: "a", data: "", id: "1\nevent: x" }, "id: 1event: x\nevent: a\ndata: \n\n"],
  ])("%s", (_, event, text) => expect(sseText(event)).toBe(text));
});

describe("a stream", () => {
  it("looks at once, then at each interval; nothing new is a heartbeat; after its time it ends", async () => {
    const time = clock();
    const told: SseEvent[][] = [[{ event: "items", data: "1", id: "1.0" }], [], [{ event: "items", data: "2" }]];
    const response = sseResponse(time, { ...EVERY, next: async () => told.shift() ?? [] });
    expect(response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    const { read } = reader(response);
    expect(await read()).toBe("retry: 1500\n\n");
    expect(await read()).toBe("id: 1.0\nevent: items\ndata: 1\n\n");
    const beat = read();
    await settled();
    expect(told.length).toBe(2);
    time.pass(1_500);
    expect(await beat).toBe(": beat\n\n");
    const second = read();
    await settled();
    time.pass(1_500);
    expect(await second).toBe("event: items\ndata: 2\n\n");
    const end = read();
    await settled();
    time.pass(9_000);
    expect(await end).toBeNull();
  });

  it("does not look again before the client has taken the last one", async () => {
    const time = clock();
    let looks = 0;
    const { read } = reader(
      sseResponse(time, { ...EVERY, for_ms: 1e9, next: async () => [{ event: "n", data: String(++looks) }] }),
    );
    for (let i = 0; i < 20; i++) {
      time.pass(1_500);
      await settled();
    }
    expect(looks).toBeLessThanOrEqual(1);
    await read();
    await settled();
    expect(looks).toBe(1);
  });

  it("ends its work when the client is gone", async () => {
    const time = clock();
    let looks = 0;
    const { read, cancel } = reader(
      sseResponse(time, { ...EVERY, next: async () => [{ event: "n", data: String(++looks) }] }),
    );
    await read();
    await read();
    await settled();
    expect([looks, time.pending()]).toEqual([1, 1]);
    await cancel();
    await settled();
    expect(time.pending()).toBe(0);
    time.pass(5_000);
    await settled();
    expect(looks).toBe(1);
  });

  it("outlives a look that fails, and ends after five in a row", async () => {
    const time = clock();
    let looks = 0;
    const next = async (): Promise<SseEvent[]> => {
      if (++looks === 2) return [{ event: "n", data: "fine" }];
      throw new Error("D1 is away");
    };
    const { read } = reader(sseResponse(time, { ...EVERY, for_ms: 1e9, next }));
    const got: (string | null)[] = [await read()];
    for (let i = 0; i < 7; i++) {
      const one = read();
      await settled();
      time.pass(1_500);
      got.push(await one);
    }
    expect(got.slice(1)).toEqual([": beat\n\n", "event: n\ndata: fine\n\n", ...Array(4).fill(": beat\n\n"), null]);
  });
});
