import type { NumberedEvent } from "../../../schema/events.ts";
import type { PingAnswer, PostAnswer } from "../../../worker/flows/answers.ts";
import type { Deed } from "../world/buyer.ts";

/** One request that left the gateway for a buyer. */
export interface Asked {
  buyer: string;
  kind: "ping" | "post" | "status" | "probe";
  /** The publisher's number of the lead, as the request names it; -1 = of none. */
  n: number;
  /** Epoch ms when it was sent, and when it arrived. */
  sent_at: number;
  /** URL, headers and body. */
  text: string;
  /** What the buyer did; null for pings. */
  deed: Deed | null;
  /** Its answer reached a worker that was alive and still waiting. null = it has not come to that. */
  heard: boolean | null;
  /** ... and what it said was stored: a worker that dies with an answer in its hand has heard nothing. */
  kept: boolean;
}

/** What the world shows an auditor. Times are the world's own, epoch ms; nothing of the gateway's insides. */
export interface Witness {
  pingTold(n: number, answer: PingAnswer): void;
  /** `call`: which of the publisher's calls for this lead. */
  told(n: number, call: number, answer: PostAnswer): void;
  asked(request: Asked): void;
  heard(request: Asked): void;
  /** An object did something, in the instant of its effect. */
  effect(object: string, method: string, args: unknown[], result: unknown): void;
  stored(object: string, events: NumberedEvent[]): void;
  /** A worker died or stood still while it had this lead. */
  disturbed(n: number): void;
  /** The publisher's number of a lead; null = not known yet. */
  numberOf(lead_id: string): number | null;
  postback(lead_id: string, result: string, price: string): void;
}
