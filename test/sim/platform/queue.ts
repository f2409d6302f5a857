import type { DeliveryMessage } from "../../../schema/queue.ts";
import type { Caller } from "./invocation.ts";
import { LOST, never, type Stage, strikes } from "./stage.ts";

/** Deliveries of one message before the queue gives it up (wrangler.toml). */
const MOST_TRIES = 20;
/** Ms after which a message whose consumer said nothing comes again. */
const SILENCE_MS = 30_000;

/** What the consumer said of a message; null = it died. */
export type Verdict = { kind: "ack" } | { kind: "retry"; in_s: number } | null;

/** Wake-ups: they come twice, late, in any order or never, and sometimes the queue takes none at all. */
export class SimQueue {
  private awayUntil = 0;

  constructor(
    private readonly stage: Stage,
    private readonly consume: (message: DeliveryMessage) => Promise<Verdict>,
  ) {}

  send(from: Caller, message: DeliveryMessage, delay_s: number): Promise<void> {
    from.boundary("queue.send:call");
    if (from.dead) return never();
    const { stage } = this;
    if (strikes(stage, "queue_away")) this.awayUntil = stage.time.now() + stage.dice.between(5_000, 180_000);
    return new Promise((resolve, reject) => {
      stage.time.after(stage.dice.between(10, 60), () => {
        if (stage.time.now() < this.awayUntil) return from.resume(() => reject(new Error(LOST)));
        if (!strikes(stage, "queue_lost")) this.deliver(message, delay_s * 1_000, 1);
        if (strikes(stage, "queue_twice")) this.deliver(message, delay_s * 1_000 + stage.dice.between(0, 5_000), 1);
        from.resume(resolve);
      });
    });
  }

  private deliver(message: DeliveryMessage, ms: number, tries: number): void {
    const { stage } = this;
    const late = strikes(stage, "queue_late") ? stage.dice.between(500, 90_000) : stage.dice.between(0, 900);
    stage.time.after(ms + late, () => void this.handOut({ ...message }, tries));
  }

  private async handOut(message: DeliveryMessage, tries: number): Promise<void> {
    const verdict = await this.consume(message);
    if (verdict?.kind === "ack" || tries >= MOST_TRIES) return;
    this.deliver(message, verdict ? verdict.in_s * 1_000 : SILENCE_MS, tries + 1);
  }
}
