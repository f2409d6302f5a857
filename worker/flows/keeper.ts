import type { Gateway } from "../gateway/gateway.ts";
import { allGauges } from "./gauges.ts";

/** By cron: a look after the keeper, and the gauges for the log. Each object keeps its own house by its alarm, nothing depends on this. */
export async function keep(g: Gateway): Promise<void> {
  await g
    .keeper()
    .tick()
    .catch(() => g.isolate.gauges.count("keeper_unreached"));
  const gauges = await allGauges(g);
  const { outbox_lag_ms, oldest_unknown_ms, money_on_hold } = gauges as Record<string, number>;
  g.log({ event: "gauges", outbox_lag_ms, oldest_unknown_ms, money_on_hold });
}
