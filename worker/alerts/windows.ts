import type { AttemptClass, AttemptOutcome } from "../../schema/lists.ts";

/** One post attempt of live traffic, as the ledger has it. `at` is epoch ms. */
export interface PostSeen {
  at: number;
  contract_id: string;
  buyer_id: string;
  endpoint_id: string;
  outcome: AttemptOutcome;
  class: AttemptClass;
  ms: number;
}

/** Posts of one minute. */
export interface Minute {
  /** Minutes since the epoch. */
  minute: number;
  posts: number;
  /** Posts that got a usable answer. */
  delivered: number;
  accepted: number;
  transport: number;
  http: number;
  slow: number;
}

/** What is remembered of a contract's posts. Bounded: two hours of minutes. */
export interface PostWindow {
  contract_id: string;
  buyer_id: string;
  endpoint_id: string;
  minutes: Minute[];
  /** Failures since the last usable answer, and when the first of them was. */
  row: number;
  row_since: number;
  row_class: AttemptClass | null;
  /** Posts since the last acceptance, and when the first of them was. */
  refused: number;
  refused_since: number;
  accepted_at: number | null;
  /** The newest post. */
  posted_at: number;
}

const KEPT_MINUTES = 120;

/** Connection never made, broken, or no complete answer in time. */
export const TRANSPORT: ReadonlySet<AttemptClass> = new Set(["transport", "timeout"]);
/** Answered with an HTTP status that is an error. Both sets are those of the reports' figures of these names. */
export const HTTP: ReadonlySet<AttemptClass> = new Set(["throttled", "server", "client", "auth", "not_found", "gone"]);
/** Says nothing about the buyer: nothing was sent. */
const NOT_SENT: ReadonlySet<AttemptClass> = new Set(["not_dispatched", "url_refused", "no_token"]);

/** An answer that says what became of the lead: a yes, a no, "I know it" (the reports' `posts_answered`). */
export const isDelivered = (of: AttemptOutcome): boolean =>
  of === "accepted" || of === "rejected" || of === "duplicate";
export const isSent = (of: AttemptClass): boolean => !NOT_SENT.has(of);

const newWindow = ({ contract_id, buyer_id, endpoint_id }: PostSeen): PostWindow => ({
  contract_id,
  buyer_id,
  endpoint_id,
  minutes: [],
  row: 0,
  row_since: 0,
  row_class: null,
  refused: 0,
  refused_since: 0,
  accepted_at: null,
  posted_at: 0,
});

/** The windows with these posts counted in. Those that are untouched are the same objects. */
export function counted(
  known: ReadonlyMap<string, PostWindow>,
  seen: readonly PostSeen[],
  slowMs: (buyer_id: string) => number,
  now: number,
): Map<string, PostWindow> {
  const windows = new Map(known);
  const fresh = new Set<string>();
  const oldest = Math.floor(now / 60_000) - KEPT_MINUTES;
  for (const post of seen.toSorted((a, b) => a.at - b.at)) {
    if (!isSent(post.class) || post.at > now + 60_000) continue;
    const { contract_id } = post;
    const window = fresh.has(contract_id) ? windows.get(contract_id) : structuredClone(windows.get(contract_id));
    const next = window ?? newWindow(post);
    if (!fresh.has(contract_id)) next.minutes = next.minutes.filter(({ minute }) => minute >= oldest);
    fresh.add(contract_id);
    windows.set(contract_id, next);
    count(next, post, post.ms > slowMs(post.buyer_id), oldest);
  }
  return windows;
}

function count(window: PostWindow, post: PostSeen, slow: boolean, oldest: number): void {
  // The contract may go through another endpoint by now.
  Object.assign(window, { endpoint_id: post.endpoint_id, buyer_id: post.buyer_id });
  window.posted_at = Math.max(window.posted_at, post.at);
  const delivered = isDelivered(post.outcome);
  if (delivered) Object.assign(window, { row: 0, row_class: null });
  else {
    if (window.row === 0) window.row_since = post.at;
    window.row++;
    window.row_class = post.class;
  }
  if (post.outcome === "accepted") Object.assign(window, { refused: 0, accepted_at: post.at });
  else {
    if (window.refused === 0) window.refused_since = post.at;
    window.refused++;
  }
  const minute = Math.floor(post.at / 60_000);
  if (minute < oldest) return;
  const cell = cellOf(window.minutes, minute);
  cell.posts++;
  cell.delivered += delivered ? 1 : 0;
  cell.accepted += post.outcome === "accepted" ? 1 : 0;
  cell.transport += TRANSPORT.has(post.class) ? 1 : 0;
  cell.http += HTTP.has(post.class) ? 1 : 0;
  cell.slow += slow ? 1 : 0;
}

function cellOf(minutes: Minute[], minute: number): Minute {
  const known = minutes.find((cell) => cell.minute === minute);
  if (known) return known;
  const cell = { minute, posts: 0, delivered: 0, accepted: 0, transport: 0, http: 0, slow: 0 };
  minutes.push(cell);
  return cell;
}

export type Sums = Omit<Minute, "minute">;

/** Of the minutes that end `ago` minutes before now: so many. The minute of now belongs to the newest window. */
export function sumOf(window: PostWindow, now: number, span: number, ago = 0): Sums {
  const last = Math.floor(now / 60_000) - ago;
  const sums: Sums = { posts: 0, delivered: 0, accepted: 0, transport: 0, http: 0, slow: 0 };
  for (const cell of window.minutes) {
    if (cell.minute > last || cell.minute <= last - span) continue;
    for (const name of Object.keys(sums) as (keyof Sums)[]) sums[name] += cell[name];
  }
  return sums;
}
