import { BoundedMap } from "../gateway/memory.ts";
import type { PingAnswer } from "./answers.ts";

/** An answer that a publisher got for a ping, to be given again. */
export interface Remembered {
  answer: PingAnswer;
  at: number;
  /** Of the facts, so that an idempotency key with other content is noticed. */
  content: string;
}

/** Repeat pings of one isolate, answered for nothing. Keys hold hashes, never facts. */
export class AuctionReplyCache {
  private readonly map = new BoundedMap<string, Remembered>(20_000);
  private readonly marks = new BoundedMap<string, number>(20_000);

  /** Was this name seen within `keep_ms`? Notes it. */
  seen(key: string, now: number, keep_ms: number): boolean {
    const at = this.marks.get(key);
    this.marks.set(key, now);
    return at !== undefined && now - at <= keep_ms;
  }

  get(key: string, now: number, keep_ms: number): Remembered | undefined {
    const found = this.map.get(key);
    if (!found) return undefined;
    if (now - found.at <= keep_ms) return found;
    this.map.delete(key);
    return undefined;
  }

  put(key: string, value: Remembered): void {
    this.map.set(key, value);
  }
}
