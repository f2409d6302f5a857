import type { NoticeReason } from "../../schema/lists.ts";
import type { Money } from "../../schema/money.ts";
import type { PlanBidder } from "../../schema/rpc/lead.ts";

type Bidder = Pick<PlanBidder, "status" | "price" | "payout">;

/** They never had the lead, and asked for it. Who refused it, or may have it, knows more than a notice says. */
const LOST: ReadonlySet<PlanBidder["status"]> = new Set(["untried", "refused", "not_taken"]);

/**
 * Why a bidder of a sold lead did not get it; null: it is told nothing. Its own state comes first: a bid that would have won is not
 * called lower. `sold` is what the winner bid.
 */
export function noticeReason({ status, price, payout }: Bidder, sold: Bidder): NoticeReason | null {
  if (!LOST.has(status)) return null;
  if (status === "refused" || status === "not_taken") return status;
  const more = (a: Money, b: Money) => a - b;
  const behind = more(sold.payout, payout) || more(sold.price, price);
  if (behind === 0) return "lost_tie";
  return behind > 0 ? "lower_bid" : "lower_tier";
}
