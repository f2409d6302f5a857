import type { BuyerKey } from "../../../schema/config/buyer.ts";
import type { Reported, ReportOf } from "../../flows/buyer-report.ts";
import type { Delivery } from "../../flows/delivery-state.ts";
import type { PublicContext } from "../context.ts";

/** What the buyers' calls may use, one per request. The Worker builds it from its flows. */
export interface BuyerContext extends Pick<PublicContext, "sha256Hex" | "now" | "rateLimit" | "log"> {
  /** @throws when no configuration younger than ten minutes can be had. */
  keyByHash(hash: string): Promise<BuyerKey | undefined>;
  /** The reservation that a callback's token speaks for; null = none of ours. */
  reservationOf(token: string): string | null;
  report(order: ReportOf): Promise<Reported>;
  /** null: not a delivery of this buyer, whether it exists or not. */
  delivery(reservation_id: string, buyer_id: string): Promise<Delivery | null>;
}

export type BuyerSource<E> = BuyerContext | ((env: E, execution: ExecutionContext) => BuyerContext);
