/** What is sent: `{{mark}}` in the body is replaced by a text that no other request has. */
export interface Sent {
  url: string;
  headers: Record<string, string>;
  body: string;
  /** What a good answer contains. */
  good: string;
}

/** One run of the load generator. */
export interface Load extends Sent {
  /** Part of each mark. */
  name: string;
  count: number;
  /** Closed loop: requests under way at a time, each answer begins the next. Open loop: most connections. */
  at_once: number;
  /** Open loop: arrivals a second, at random intervals (Poisson) that `seed` repeats, whatever the answers do. */
  rate?: number;
  seed?: number;
  /** For each request: a consumer by number (`{{phone}}`), and a text of its own (`{{value}}`). */
  people?: { number: number; value?: string }[];
  /** What of an answer is kept: the first group of this expression. */
  keep?: string;
}

export interface LoadResult {
  /** From the first request to the last answer. */
  ms: number;
  accepted: number;
  /** Answers that were not good, by status and code. */
  odd: Record<string, number>;
  answers: Answer[];
}

/** Times are of the machine's monotonic clock, in ms (a fraction to the microsecond). */
export interface Answer {
  mark: string;
  /** When it was to be sent: a generator that is late itself counts as waiting. */
  due: number;
  at: number;
  /** HTTP status; 0 = no answer. */
  status: number;
  good: boolean;
  /** Of a refusal: seconds of its Retry-After. */
  retry_after?: number;
  kept?: string;
}

/** What buyers were asked, and when the last bid of each ping went out (the same clock). */
export interface BuyersSaw {
  asked: number;
  last: [mark: string, at: number][];
}

/** Something that answers pings. */
export interface Contender {
  name: string;
  /** For pings to `n` buyers. */
  load(n: number): Sent;
  /** Its process. */
  pid: number;
  /** User and system time of its process so far, ms. */
  cpuMs(): number;
  stop(): Promise<void>;
}
