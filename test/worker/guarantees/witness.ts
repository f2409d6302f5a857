import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { vi } from "vitest";
import { BuyerAccount } from "../../../durable-objects/buyer-account.ts";
import type { DeliveryMessage } from "../../../schema/queue.ts";
import { deliveryMessageSchema } from "../../../schema/queue.ts";
import { realGateway } from "../../../worker/gateway/real.ts";
import { consume } from "../../../worker/queue/consumer.ts";
import { engineAnalytics } from "../../../worker/telemetry/analytics.ts";
import type { LogLine } from "../../../worker/telemetry/log.ts";
import type { Received } from "../../support/world.ts";

/** Sees everything that leaves a request, in order: what was reserved, dispatched, logged, measured and queued. */
export class Witness {
  readonly requests: (Received & { held: boolean; buyer: string })[] = [];
  readonly lines: string[] = [];
  readonly messages: string[] = [];
  readonly points: string[] = [];
  private readonly held = new Map<string, string>();
  private readonly waiting: DeliveryMessage[] = [];

  constructor() {
    for (const level of ["log", "info", "warn", "error", "debug"] as const)
      vi.spyOn(console, level).mockImplementation((...args: unknown[]) => {
        this.lines.push(
          args.map((arg) => (arg instanceof Error ? `${arg.message} ${arg.stack}` : String(arg))).join(" "),
        );
      });
    this.watchReservations();
    this.watchQueue();
  }

  /** Called as each request is dispatched. The key of a post is its reservation's id. */
  dispatched(request: Received): void {
    const [, buyer = ""] = new URL(request.url).pathname.split("/");
    const id = request.headers["idempotency-key"] ?? "";
    this.requests.push({ ...request, buyer, held: this.held.get(id) === buyer });
  }

  private watchReservations(): void {
    const { reserve, release } = BuyerAccount.prototype;
    const { held } = this;
    vi.spyOn(BuyerAccount.prototype, "reserve").mockImplementation(async function (this: BuyerAccount, command) {
      const reply = await reserve.call(this, command);
      // A contract is named after its buyer.
      if (reply.kind === "held")
        held.set(command.reservation_id, command.terms.contract.contract_id.replace(/_c$/, ""));
      return reply;
    });
    vi.spyOn(BuyerAccount.prototype, "release").mockImplementation(async function (this: BuyerAccount, id, why) {
      held.delete(id);
      return release.call(this, id, why);
    });
  }

  private watchQueue(): void {
    const keep = (body: unknown, options?: unknown) => {
      this.messages.push(JSON.stringify({ body, options }));
      this.waiting.push(deliveryMessageSchema.parse(body));
    };
    const queue = Object.getPrototypeOf(env.DELIVERIES) as Queue<DeliveryMessage>;
    const sent = { metadata: { metrics: { backlogCount: 0, backlogBytes: 0 } } };
    vi.spyOn(queue, "send").mockImplementation(async (body, options) => {
      keep(body, options);
      return sent;
    });
    vi.spyOn(queue, "sendBatch").mockImplementation(async (messages) => {
      for (const message of messages) keep(message.body, message.delaySeconds);
      return sent;
    });
  }

  /** Delivers what waits in the queue, once. */
  async deliver(): Promise<number> {
    const messages = this.waiting.splice(0);
    const execution = createExecutionContext();
    const gateway = realGateway(env, execution);
    const wakes = messages.map((body) => ({ body, ack: () => {}, retry: () => void this.waiting.push(body) }));
    await consume(gateway, wakes);
    await waitOnExecutionContext(execution);
    return messages.length;
  }

  /** The data points that the log's lines become on the platform. */
  measured(): string[] {
    const engine = engineAnalytics({ writeDataPoint: (point) => void this.points.push(JSON.stringify(point)) });
    for (const text of this.lines.filter((line) => line.startsWith("{"))) {
      const line = JSON.parse(text) as LogLine;
      if (line.event === "auction") engine.auction(line);
      if (line.event === "delivery") engine.delivery(line);
    }
    const local = realGateway(env, createExecutionContext()).analytics;
    if ("points" in local) this.points.push(JSON.stringify(local.points));
    return this.points;
  }
}
