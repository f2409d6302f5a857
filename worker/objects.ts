import { BuyerAccount as Account } from "../durable-objects/buyer-account.ts";
import { probePing } from "./flows/probe.ts";
import { realGateway } from "./gateway/real.ts";

export { AlertBoard } from "../durable-objects/alert-board.ts";
export { AuctionBook } from "../durable-objects/auction-book.ts";
export { Dialer } from "../durable-objects/dialer.ts";

/** The buyer's object, able to make its endpoints' ping probes: dialects and snapshots are the Worker's. */
export class BuyerAccount extends Account {
  protected override probes() {
    return { ping: (endpoint_id: string) => probePing(realGateway(this.env, this.ctx), endpoint_id) };
  }
}
