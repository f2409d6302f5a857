import type { NumberedEvent } from "../../../schema/events.ts";
import type { PingAnswer, PostAnswer } from "../../../worker/flows/answers.ts";
import type { Reported } from "../../../worker/flows/buyer-report.ts";
import type { Deed, Reply } from "../world/replies.ts";

/** One request that left the gateway for a buyer. */
export interface Asked {
  buyer: string;
  kind: "ping" | "post" | "status" | "probe" | "report";
  /** The publisher's number of the lead, as the request names it; -1 = of none. */
  n: number;
  /** Epoch ms when it was sent, and when it arrived. */
  sent_at: number;
  /** URL, headers and body; nothing for a report, which is the buyer's own call. */
  text: string;
  /** What comes back, and when. */
  reply: Reply;
  /** What the buyer did; null for pings. */
  deed: Deed | null;
  /** Its answer reached a worker that was alive and still waiting. null = it has not come to that. */
  heard: boolean | null;
  /** ... and what it said was stored: a worker that dies with an answer in its hand has heard nothing. */
  kept: boolean;
  /** When that was. */
  kept_at?: number;
}

/** What a buyer says by its own call of what was posted to it under this key. */
export interface Word {
  buyer: string;
  key: string;
  result: "accepted" | "rejected" | "failed";
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
  /** What was sent to the queue, or logged. */
  wrote(where: string, text: string): void;
  /** A worker died or stood still while it had this lead. */
  disturbed(n: number): void;
  /** A buyer reports, and what it is told. */
  said(n: number, word: Word): void;
  toldBuyer(n: number, key: string, reply: Reported): void;
  /** An operator is told to look at the lead. */
  alerted(n: number, kind: string): void;
  /** An operator is about to take this sale back; ends the lead (null: unsold, else sold to this contract). */
  returning(n: number, key: string): void;
  verdict(n: number, contract_id: string | null): void;
  /** A wrongly set-up buyer was repaired. */
  repaired(buyer: string): void;
  /** The publisher's number of a lead; null = not known yet. */
  numberOf(lead_id: string): number | null;
  postback(lead_id: string, result: string, price: string): void;
}
