import { describe, expect, it } from "vitest";
import { DialerCore } from "../../../durable-objects/dialer-core.ts";
import type { DialRequest } from "../../../schema/rpc/dialer.ts";
import { EmulatedPlatform } from "../../support/emulated-platform.ts";

function setUp() {
  const platform = new EmulatedPlatform(1);
  for (const ms of [10, 50, 130, 400]) platform.buyer(`b${ms}.example`, () => ({ after_ms: ms }));
  const deps = platform.deps();
  const core = new DialerCore(() => deps);
  const call = (ms: number, timeout_ms = 100): DialRequest => ({
    request: { method: "POST", url: `https://b${ms}.example/`, headers: [], body: null },
    timeout_ms,
    max_bytes: 1_000,
  });
  const dial = async (calls: DialRequest[], within_ms = 1_000) => {
    const start = platform.time.now();
    const reply = await core.dial({ v: 1, calls, within_ms });
    const words =
      reply.kind === "busy"
        ? "busy"
        : reply.results.map((result) => (result.kind === "answer" && result.late ? "late" : result.kind)).join();
    return [words, platform.time.now() - start];
  };
  return { platform, call, dial };
}

describe("dialer", () => {
  it("is back when all have answered or timed out", async () => {
    const { platform, call, dial } = setUp();
    await platform.time.run(async () => {
      expect(await dial([call(10), call(50)])).toEqual(["answer,answer", 50]);
      expect(await dial([call(10), call(400)])).toEqual(["answer,timeout", 100]);
      expect(await dial([])).toEqual(["", 0]);
    });
  });

  it("is back within its time, and ends the rest", async () => {
    const { platform, call, dial } = setUp();
    await platform.time.run(async () =>
      expect(await dial([call(10), call(400, 5_000)], 60)).toEqual(["answer,timeout", 60]),
    );
    expect(platform.network.traffic.map(({ aborted_at }) => aborted_at === null)).toEqual([true, false]);
  });

  it("tells an answer that was late but there before the batch ended", async () => {
    const { platform, call, dial } = setUp();
    await platform.time.run(async () => expect(await dial([call(130), call(400, 500)])).toEqual(["late,answer", 400]));
  });

  it("says busy at once when the batch does not fit as a whole, and is free again as its calls end", async () => {
    const { platform, call, dial } = setUp();
    await platform.time.run(async () => {
      const first = dial([call(10), call(10), call(400, 500), call(400, 500)]);
      expect(await dial([call(10), call(10), call(10)])).toEqual(["busy", 0]);
      expect(await dial([call(10), call(10)])).toEqual(["answer,answer", 10]);
      expect(await dial([call(10), call(10), call(10), call(10)])).toEqual(["answer,answer,answer,answer", 10]);
      expect(await first).toEqual(["answer,answer,answer,answer", 400]);
      expect(await dial(Array.from({ length: 6 }, () => call(50)))).toEqual([Array(6).fill("answer").join(), 50]);
    });
  });

  it("refuses what it cannot understand", async () => {
    const { platform, call } = setUp();
    const core = new DialerCore(() => platform.deps());
    await expect(core.dial({ v: 2 as 1, calls: [], within_ms: 10 })).rejects.toThrow("version");
    await expect(core.dial({ v: 1, calls: Array.from({ length: 7 }, () => call(10)), within_ms: 10 })).rejects.toThrow(
      "more calls",
    );
  });
});
