/** Ms that every contender waits for a buyer where processor time is measured: more than any of them ever needs. */
export const PATIENCE_MS = 10_000;
