/** What operators have said about alerts: seen, or not to be shown for a while. The alerts themselves are in the ledger. */
export interface Board {
  /** By alert id. */
  acknowledged: Record<string, { by: string; at: number }>;
  /** By subject (`endpoint:acme`), until an epoch ms. */
  muted: Record<string, { by: string; until: number }>;
}

/** The board is one stored blob: it keeps the newest, the ledger's audit keeps all. */
const KEPT = 500;

export function acknowledge(board: Board, id: string, by: string, at: number): Board {
  return { ...board, acknowledged: newest({ ...board.acknowledged, [id]: { by, at } }, (entry) => entry.at) };
}

/** `until` in the past takes the mute back. Mutes that have ended are dropped on the way. */
export function mute(board: Board, subject: string, by: string, until: number, now: number): Board {
  const live = Object.entries({ ...board.muted, [subject]: { by, until } }).filter(([, entry]) => entry.until > now);
  return { ...board, muted: newest(Object.fromEntries(live), (entry) => entry.until) };
}

function newest<T>(entries: Record<string, T>, when: (entry: T) => number): Record<string, T> {
  const sorted = Object.entries(entries).sort(([, a], [, b]) => when(b) - when(a));
  return Object.fromEntries(sorted.slice(0, KEPT));
}
