import type { DeliveryMessage } from "../schema/queue.ts";
import type { Env } from "./env.ts";
import { keep } from "./flows/keeper.ts";
import { realGateway } from "./gateway/real.ts";
import { consume } from "./queue/consumer.ts";
import { gatewayApp } from "./routes/gateway-app.ts";

export { AlertBoard, AuctionBook, BuyerAccount, Dialer, Keeper } from "./objects.ts";

const app = gatewayApp();

export default {
  fetch: (request, env, execution) => app.fetch(request, env, execution),
  queue: (batch, env, execution) => consume(realGateway(env, execution), batch.messages),
  scheduled: (_event, env, execution) => keep(realGateway(env, execution)),
} satisfies ExportedHandler<Env, DeliveryMessage>;
