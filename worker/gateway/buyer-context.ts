import { monthOf } from "../../schema/events.ts";
import { readCallbackToken } from "../crypto/callback.ts";
import { sha256Hex } from "../crypto/hash.ts";
import type { Env } from "../env.ts";
import { reportDelivery } from "../flows/buyer-report.ts";
import { deliveryOf } from "../flows/delivery-state.ts";
import { writeAlert } from "../ledger/alerts.ts";
import type { BuyerContext } from "../routes/buyer/context.ts";
import { belowFlood } from "./flood.ts";
import { realGateway } from "./real.ts";

/** What the buyers' calls may use, wired to the flows. */
export function buyerContext(env: Env, execution: ExecutionContext): BuyerContext {
  const g = realGateway(env, execution);
  return {
    keyByHash: async (hash) => (await g.snapshot()).buyerKeyByHash(hash),
    reservationOf: (token) => readCallbackToken(g.settings.HASH_SECRET, token),
    report: (order) =>
      reportDelivery(g, order, (alert) => {
        const at = g.deps.now();
        return writeAlert(env.DB, { ...alert, at, month: monthOf(at) });
      }),
    delivery: (reservation_id, buyer_id) => deliveryOf(g, reservation_id, buyer_id),
    sha256Hex,
    now: () => g.deps.now(),
    rateLimit: (key, kind) => belowFlood(env, g.deps, key, kind),
    log: g.log,
  };
}
