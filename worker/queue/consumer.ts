import { deliveryMessageSchema } from "../../schema/queue.ts";
import { afterAnswer } from "../flows/background.ts";
import { sendPostback } from "../flows/postback.ts";
import { wakeLead } from "../flows/wakeup.ts";
import type { Gateway } from "../gateway/gateway.ts";

/** The little of a queue message that is used; `Message` of the platform fits. */
export interface Wake {
  body: unknown;
  ack(): void;
  retry(options?: { delaySeconds?: number }): void;
}

/** Each message is acked or retried by itself. A message is a wake-up: whatever it cannot do now is found again by the book's alarm. */
export async function consume(g: Gateway, messages: readonly Wake[]): Promise<void> {
  await Promise.all(messages.map((message) => one(g, message)));
  afterAnswer(g);
}

async function one(g: Gateway, message: Wake): Promise<void> {
  const parsed = deliveryMessageSchema.safeParse(message.body);
  if (!parsed.success) {
    g.log({ event: "queue_message_refused" });
    message.ack();
    return;
  }
  const { kind, lead_id } = parsed.data;
  try {
    if (kind === "postback") await sendPostback(g, lead_id);
    else {
      const woken = await wakeLead(g, lead_id);
      if (woken.kind === "again") return message.retry({ delaySeconds: woken.in_s });
    }
    message.ack();
  } catch (error) {
    g.log({ event: "queue_message_failed", kind, lead_id, error: error instanceof Error ? error.name : "error" });
    message.retry({ delaySeconds: 10 });
  }
}
