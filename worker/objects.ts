import type { TokenOrder } from "../durable-objects/account/tokens.ts";
import { BuyerAccount as Account } from "../durable-objects/buyer-account.ts";
import { Keeper as KeeperObject } from "../durable-objects/keeper.ts";
import type { Job } from "../schema/rpc/keeper.ts";
import { watcherOf } from "./flows/alerts/watcher.ts";
import { runStep } from "./flows/jobs/index.ts";
import { probePing, probePost } from "./flows/probe.ts";
import { fetchToken } from "./flows/token-fetch.ts";
import { alertContext } from "./gateway/alert-context.ts";
import { realGateway } from "./gateway/real.ts";

export { AlertBoard } from "../durable-objects/alert-board.ts";
export { AuctionBook } from "../durable-objects/auction-book.ts";
export { Dialer } from "../durable-objects/dialer.ts";

/** The keeper, able to do its jobs' steps: those are the Worker's flows. */
export class Keeper extends KeeperObject {
  protected override steps() {
    const g = realGateway(this.env, this.ctx);
    return (job: Job, cursor: string | null) => runStep({ g, db: this.env.DB }, job, cursor);
  }

  protected override watcher() {
    return watcherOf(alertContext(this.env, realGateway(this.env, this.ctx)));
  }
}

/** The buyer's object, able to make its endpoints' probes and to fetch their tokens: dialects and snapshots are the Worker's. */
export class BuyerAccount extends Account {
  protected override fetchToken(order: TokenOrder) {
    return fetchToken(realGateway(this.env, this.ctx), order);
  }

  protected override probes() {
    const gateway = () => realGateway(this.env, this.ctx);
    return {
      ping: (endpoint_id: string) => probePing(gateway(), endpoint_id),
      post: (endpoint_id: string) => probePost(gateway(), endpoint_id),
    };
  }
}
