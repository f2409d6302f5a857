import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it } from "vitest";
import type { DialRequest } from "../../schema/rpc/dialer.ts";
import { replaceDeps } from "../../worker/deps.ts";

let restore = (): void => {};
afterEach(() => restore());

const call = (url: string, timeout_ms = 1_000): DialRequest => ({
  request: { method: "POST", url, headers: [["x-key", "k"]], body: "{}" },
  timeout_ms,
  max_bytes: 65_536,
});
const dialer = (name: string) => env.DIALER.get(env.DIALER.idFromName(name));

describe("dialer object", () => {
  it("sends a batch and brings the raw answers back", async () => {
    const seen: string[] = [];
    restore = replaceDeps({
      fetch: async ({ url, init }) => {
        seen.push(`${init.method} ${url} ${new Headers(init.headers).get("x-key")} ${init.redirect}`);
        return new Response(`{"at":"${url}"}`, {
          status: 201,
          headers: { "content-type": "text/plain", "retry-after": "3" },
        });
      },
    });
    const reply = await dialer("a").dial({
      v: 1,
      calls: [call("https://a.example/1"), call("https://b.example/2")],
      within_ms: 2_000,
    });
    expect(reply).toMatchObject({
      kind: "done",
      results: [
        {
          kind: "answer",
          status: 201,
          body: '{"at":"https://a.example/1"}',
          content_type: "text/plain",
          retry_after: "3",
          late: false,
        },
        { kind: "answer", body: '{"at":"https://b.example/2"}' },
      ],
    });
    expect(seen).toEqual(["POST https://a.example/1 k manual", "POST https://b.example/2 k manual"]);
  });

  it("says busy at once when the batch does not fit, and takes the next when it is free", async () => {
    const ignoring = ({ init }: { init: RequestInit }) =>
      new Promise<Response>((_, reject) => {
        init.signal?.addEventListener("abort", () => reject(new Error("aborted")));
      });
    restore = replaceDeps({ fetch: ignoring });
    const stub = dialer("b");
    const five = Array.from({ length: 5 }, () => call("https://a.example/", 100));
    const first = stub.dial({ v: 1, calls: five, within_ms: 5_000 });
    expect(await stub.dial({ v: 1, calls: five.slice(0, 2), within_ms: 5_000 })).toEqual({ kind: "busy" });
    const results = await first;
    expect(results.kind === "done" && results.results.map(({ kind }) => kind)).toEqual(Array(5).fill("timeout"));
    expect((await stub.dial({ v: 1, calls: five, within_ms: 20 })).kind).toBe("done");
  });

  it("refuses a command of another version", async () => {
    const command = { v: 2 as 1, calls: [], within_ms: 10 };
    await runInDurableObject(dialer("c"), async (instance) => {
      await expect(instance.dial(command)).rejects.toThrow("another version");
    });
  });
});
