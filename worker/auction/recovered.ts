import type { PlanBidder } from "../../schema/rpc/book.ts";
import { isAtCap } from "./at-cap.ts";
import { ERROR_CLASSES } from "./error-classes.ts";

/**
 * Did something go wrong with this bidder, so that a sale after it is recovered revenue? A transport, timeout or server failure, a wrong
 * set-up, or a refusal for breaker, cap, pace or an object out of reach. A plain "no" followed by the next bidder is the ordinary
 * waterfall.
 */
export function failedBefore(bidder: PlanBidder): boolean {
  const { doubt, last_class, refusal } = bidder;
  if (doubt || bidder.status === "set_up_error" || bidder.status === "returned") return true;
  if (last_class !== undefined && ERROR_CLASSES[last_class].failure) return true;
  return isAtCap(refusal) || refusal === "breaker_open" || refusal === "unreachable";
}
