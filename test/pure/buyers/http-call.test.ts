import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DialResult } from "../../../schema/rpc/dialer.ts";
import { dialOne, startCall } from "../../../worker/buyers/http-call.ts";
import { type Deps, realDeps } from "../../../worker/deps.ts";
import { type HostileBuyer, hostileBuyer } from "../../support/hostile-buyer.ts";

// Over real sockets, with the real fetch.
let buyer: HostileBuyer;
beforeAll(async () => {
  buyer = await hostileBuyer();
});
afterAll(() => buyer.close());

/** The real dependencies, counting the timers that are set. */
function watched(): Deps & { timers: Set<symbol> } {
  const timers = new Set<symbol>();
  const timer: Deps["timer"] = (fn, ms) => {
    const key = Symbol();
    timers.add(key);
    const cancel = realDeps.timer(() => {
      timers.delete(key);
      fn();
    }, ms);
    return () => {
      timers.delete(key);
      cancel();
    };
  };
  return { ...realDeps, timer, timers };
}

const request = (
  path: string,
  changes: Partial<{ method: string; body: string | null; headers: [string, string][] }> = {},
) => ({
  method: "POST",
  url: buyer.url(path),
  headers: [] as [string, string][],
  body: "{}" as string | null,
  ...changes,
});
const call = (path: string, timeout_ms = 3_000) => ({ request: request(path), timeout_ms, max_bytes: 65_536 });

describe("one bounded call", () => {
  const ROWS: [string, number, Partial<DialResult> & { kind: string }][] = [
    [
      "/bid",
      3_000,
      {
        kind: "answer",
        status: 200,
        content_type: "application/json",
        body: '{"bid":12.5,"city":"Zürich"}',
        retry_after: "7",
        late: false,
      },
    ],
    ["/html", 3_000, { kind: "answer", status: 200, content_type: "text/html" }],
    ["/empty", 3_000, { kind: "answer", status: 204, body: "" }],
    ["/500", 3_000, { kind: "answer", status: 500 }],
    ["/latin", 3_000, { kind: "answer", body: '{"a":"\ufffd"}' }],
    ["/latin-1", 3_000, { kind: "answer", body: '"é"' }],
    ["/latin-xml", 3_000, { kind: "answer", body: '<?xml version="1.0" encoding="iso-8859-1"?><a>é</a>' }],
    ["/utf-16", 3_000, { kind: "answer", body: '"é"' }],
    ["/utf-16-not", 3_000, { kind: "answer", body: '<?xml version="1.0" encoding="utf-16"?><a>é</a>' }],
    ["/5mb", 3_000, { kind: "failed", error: "too_large", status: 200 }],
    ["/5mb-chunked", 3_000, { kind: "failed", error: "too_large", status: 200 }],
    ["/forever", 3_000, { kind: "failed", error: "too_large", status: 200 }],
    ["/stuck", 150, { kind: "failed", error: "body_timeout", status: 200 }],
    ["/silent", 100, { kind: "timeout" }],
    ["/redirect", 3_000, { kind: "answer", status: 302, body: "moved", location: "http://169.254.169.254/latest" }],
    ["/see-other", 3_000, { kind: "answer", status: 303, body: '{"outcome":"success"}' }],
    ["/redirect-5mb", 3_000, { kind: "answer", status: 302, body: "", location: "https://thanks.example/x" }],
    ["/redirect-stuck", 150, { kind: "answer", status: 302, body: "", location: "https://thanks.example/x" }],
    ["/redirect-cut", 3_000, { kind: "answer", status: 302, body: "", location: "https://thanks.example/x" }],
    ["/reset", 3_000, { kind: "failed", error: "transport" }],
    ["/cut", 3_000, { kind: "failed", error: "transport", status: 200 }],
  ];

  it.each(ROWS)("%s within %d ms", async (path, timeout, expected) => {
    const deps = watched();
    expect(await dialOne(deps, call(path, timeout))).toMatchObject(expected);
    expect(deps.timers.size).toBe(0);
  });

  it("sends method, headers and body as they are, once", async () => {
    const headers: [string, string][] = [
      ["X-Key", "k1"],
      ["content-type", "text/plain"],
    ];
    const result = await dialOne(realDeps, {
      ...call("/echo"),
      request: request("/echo?1", { method: "PUT", headers, body: "héllo" }),
    });
    const echoed = JSON.parse(result.kind === "answer" ? result.body : "{}");
    expect(echoed).toMatchObject({
      method: "PUT",
      headers: { "x-key": "k1", "content-type": "text/plain" },
      body: "héllo",
    });
    expect(buyer.count("/echo?1")).toBe(1);
  });

  it("passes on the headers that are wanted, and no others", async () => {
    const wanted = { ...request("/see-other"), want_headers: ["X-Original-Status", "x-absent"] };
    const result = await dialOne(realDeps, { ...call("/see-other"), request: wanted });
    expect(result).toMatchObject({ headers: { "x-original-status": "404" } });
    expect(await dialOne(realDeps, call("/see-other"))).not.toHaveProperty("headers");
  });

  it("does not follow a redirect", async () => {
    await dialOne(realDeps, call("/redirect"));
    expect(buyer.count("/latest")).toBe(0);
  });

  it("a refused connection is a transport failure", async () => {
    const closed = await hostileBuyer();
    const url = closed.url("/bid");
    await closed.close();
    expect(await dialOne(realDeps, { ...call("/bid"), request: { ...request("/bid"), url } })).toMatchObject({
      kind: "failed",
      error: "transport",
    });
  });

  it("ends when told to, before its own timeout", async () => {
    const deps = watched();
    const end = new AbortController();
    const result = dialOne(deps, call("/silent", 60_000), end.signal);
    end.abort();
    expect((await result).kind).toBe("timeout");
    expect(deps.timers.size).toBe(0);
    expect((await dialOne(deps, call("/bid", 60_000), AbortSignal.abort())).kind).toBe("timeout");
  });

  it("leaves nobody answering a call that it gave up", async () => {
    const own = await hostileBuyer();
    for (const path of ["/silent", "/stuck", "/forever", "/redirect-stuck"]) {
      const timeout_ms = path === "/forever" ? 3_000 : 60;
      await dialOne(realDeps, { ...call(path, timeout_ms), request: { ...request(path), url: own.url(path) } });
    }
    await expect.poll(() => own.open(), { interval: 5 }).toBe(0);
    await own.close();
  });
});

describe("a call that may be late", () => {
  /** A fetch that answers when the test says so; its signal is ignored, as a transport may. */
  function byHand() {
    const answer = Promise.withResolvers<Response>();
    const timers: (() => void)[] = [];
    let now = 1_000;
    const at = (ms: number): void => {
      now = 1_000 + ms;
    };
    const deps: Deps = {
      ...realDeps,
      now: () => now,
      fetch: () => answer.promise,
      timer: (fn) => {
        timers.push(fn);
        return () => {};
      },
    };
    return { deps, answer, timers, at };
  }

  it("is a timeout in time and a late answer in the end", async () => {
    const { deps, answer, timers, at } = byHand();
    const running = startCall(deps, call("/x", 100), 990);
    at(100);
    timers[0]?.();
    expect(await running.inTime).toEqual({ kind: "timeout", ms: 100, sent_at_ms: 10 });
    at(130);
    answer.resolve(new Response("{}"));
    expect(await running.final).toMatchObject({ kind: "answer", late: true, ms: 130, sent_at_ms: 10 });
  });

  it("keeps its timeout when what comes late is a failure", async () => {
    const { deps, answer, timers, at } = byHand();
    const running = startCall(deps, call("/x", 100), 1_000);
    at(100);
    timers[0]?.();
    answer.reject(new Error("Network connection lost."));
    expect(await running.final).toEqual({ kind: "timeout", ms: 100, sent_at_ms: 0 });
  });

  it("cancels the body of a redirect that never ends, once it is stopped", async () => {
    const { deps, answer } = byHand();
    const cancelled = Promise.withResolvers<boolean>();
    const endless = new ReadableStream({ cancel: () => cancelled.resolve(true) });
    answer.resolve(new Response(endless, { status: 302, headers: { location: "https://thanks.example/x" } }));
    const running = startCall(deps, call("/x", 100), 1_000);
    await new Promise((resolve) => setTimeout(resolve, 0));
    running.stop();
    expect(await running.final).toMatchObject({ kind: "answer", status: 302, location: "https://thanks.example/x" });
    expect(await Promise.race([cancelled.promise, new Promise((resolve) => setTimeout(resolve, 50, false))])).toBe(
      true,
    );
  });

  it("does not believe a length beside pieces: workerd gives both, and the pieces count", async () => {
    const { deps, answer } = byHand();
    const headers = { "content-type": "application/json", "content-length": "5", "transfer-encoding": "chunked" };
    answer.resolve(new Response("x".repeat(100_000), { headers }));
    const running = startCall(deps, call("/x", 100), 1_000);
    expect(await running.final).toMatchObject({ kind: "failed", error: "too_large", status: 200 });
  });

  it("cancels the body of an answer that comes after the end", async () => {
    const { deps, answer } = byHand();
    const running = startCall(deps, call("/x", 100), 1_000);
    running.stop();
    const cancelled = Promise.withResolvers<boolean>();
    answer.resolve(new Response(new ReadableStream({ cancel: () => cancelled.resolve(true) })));
    expect(await cancelled.promise).toBe(true);
    expect((await running.final).kind).toBe("timeout");
  });
});
