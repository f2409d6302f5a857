/** One run of the load generator. */
export interface Load {
  /** Part of each ping's mark. */
  name: string;
  url: string;
  headers: Record<string, string>;
  /** `{{mark}}` is replaced by a text that no other ping has. */
  body: string;
  count: number;
  /** Pings under way at a time. */
  at_once: number;
  /** What a good answer contains. */
  good: string;
}

export interface LoadResult {
  /** Of the whole run. */
  ms: number;
  statuses: Record<number, number>;
  accepted: number;
  /** Of each ping, ms. */
  took: number[];
  /** Mark, and the monotonic clock when its answer was complete (ns). */
  ended: [mark: string, at: string][];
}

/** What buyers were asked, and when the last bid of each ping went out (ns, the same clock). */
export interface BuyersSaw {
  asked: number;
  last: [mark: string, at: string][];
}

/** Something that answers pings. */
export interface Contender {
  name: "gateway" | "bare" | "bare_direct" | "node";
  /** For pings to `n` buyers. */
  load(n: number): Pick<Load, "url" | "headers" | "body" | "good">;
  /** User and system time of its process so far, ms. */
  cpuMs(): number;
  stop(): Promise<void>;
}
