import { CLOSED, type Merged, merged } from "../../../durable-objects/breaker-rules.ts";
import { type BreakerSettings, breakerSettingsSchema } from "../../../schema/config/buyer.ts";
import type { HealthReport } from "../../../schema/rpc/account.ts";

/** Three failures within a minute; pauses 10, 20, 35 s; rates over a minute, of at least 20 calls. */
export const SETTINGS: BreakerSettings = {
  ...breakerSettingsSchema.parse({}),
  failures: 3,
  within_s: 60,
  pause_s: 10,
  max_pause_s: 35,
};
/** A whole minute, so that the window's parts begin here. */
export const T = 1_020_000;

export const report = (ok: number, failed: number, changes: Partial<HealthReport> = {}): HealthReport => ({
  endpoint_id: "e1",
  phase: "ping",
  ok,
  failed,
  slow: 0,
  ...changes,
  streak: changes.streak ?? (ok > 0 ? 0 : failed),
});

/** Reports at seconds after {@link T}, applied in order. */
export const reported = (reports: [s: number, HealthReport][], settings = SETTINGS): Merged =>
  reports.reduce<Merged>(({ breaker }, [s, one]) => merged(breaker, one, settings, T + s * 1_000), {
    breaker: CLOSED,
    why: "",
  });
