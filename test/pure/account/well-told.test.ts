import { expect, it } from "vitest";
import { sumsOf, withCalls } from "../../../durable-objects/breaker-window-rules.ts";
import { breakerSettingsSchema } from "../../../schema/config/breaker.ts";
import type { HealthReport } from "../../../schema/rpc/account.ts";
import { WELL_MS } from "../../../worker/telemetry/health.ts";

const T = 1_000_000_000;
const settings = breakerSettingsSchema.parse({});
const report = (ok: number): HealthReport => ({
  endpoint_id: "e1",
  phase: "post",
  ok,
  failed: 0,
  streak: 0,
  slow: 0,
  age_ms: 0,
});

it("what goes well is told so often that a breaker's usual window is never without it", () => {
  let window: ReturnType<typeof withCalls> = [];
  // A report comes up to two seconds late: its isolate's next request, and the way.
  const late = [0, 2_000, 500, 1_500, 0, 1_000, 2_000];
  const reports = late.map((ms, i) => T + i * WELL_MS + ms);
  for (let now = T; now < T + late.length * WELL_MS; now += 250) {
    window = withCalls(window, report(reports.includes(now) ? 10 : 0), settings, now);
    expect(sumsOf(window).calls, `after ${now - T} ms`).toBeGreaterThanOrEqual(10);
  }
});
