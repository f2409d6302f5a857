import { DialerCore } from "../../durable-objects/dialer-core.ts";
import type { DialerPort, DialResult } from "../../schema/rpc/dialer.ts";
import { type FanOutInput, fanOut } from "../../worker/buyers/fan-out.ts";
import { SlotPool } from "../../worker/buyers/slots.ts";
import type { WarmDialers } from "../../worker/buyers/warm-dialers.ts";
import { EmulatedPlatform } from "./emulated-platform.ts";
import type { Reply } from "./emulated-transport.ts";

export interface Buyer extends Reply {
  timeout_ms?: number;
  url?: string;
  worth?: number;
}

/** A fan-out to these buyers, on a platform of its own. */
export function setUp(
  buyers: Buyer[],
  changes: Partial<FanOutInput> & {
    dialerCount?: number;
    dialer?: DialerPort;
    warm?: WarmDialers;
    dialled?: (n: number) => void;
  } = {},
) {
  const platform = new EmulatedPlatform(3);
  for (const [i, buyer] of buyers.entries()) platform.buyer(`b${i}.example`, () => buyer);
  const { deps } = platform.invocation();
  const count = changes.dialerCount ?? 20;
  const dialers = Array.from({ length: count }, () => {
    const own = platform.deps();
    return platform.object("dialer", changes.dialer ?? new DialerCore(() => own));
  });
  const get = (n: number) => {
    changes.dialled?.(n);
    return dialers[n]!;
  };
  const slots = new SlotPool();
  const late: [number, number][] = [];
  const input: FanOutInput = {
    deps,
    calls: buyers.map(({ timeout_ms = 100, url, worth }, i) => ({
      key: `b${i}`,
      timeout_ms,
      worth,
      request: { ok: true, request: { method: "POST", url: url ?? `https://b${i}.example/`, headers: [], body: null } },
    })),
    within_ms: 500,
    slots,
    dialers: { count, get, warm: changes.warm },
    guard: (url) => (url.includes("10.0.0.1") ? { ok: false, message: "private" } : { ok: true }),
    onLate: (index, ms) => late.push([index, ms]),
    ...changes,
  };
  const start = platform.time.now();
  return {
    platform,
    slots,
    late,
    run: () =>
      platform.time.run(async () => {
        const running = fanOut(input);
        const results = await running.results;
        const took = platform.time.now() - start;
        await running.done;
        return {
          results,
          took,
          ended: platform.time.now() - start,
          stats: running.stats,
          calls: platform.counts.get("dialer.dial") ?? 0,
        };
      }),
  };
}

export const word = (result: DialResult): string => {
  if (result.kind === "answer") return result.late ? "late" : "answer";
  return "error" in result ? `${result.kind}:${result.error}` : result.kind;
};
export const alike = (count: number, reply: Buyer): Buyer[] => Array.from({ length: count }, () => reply);
