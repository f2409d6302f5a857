import type { Dice } from "../core/dice.ts";

/** One request as a buyer gets it. */
export interface Arrived {
  method: string;
  path: string;
  url: string;
  headers: [string, string][];
  body: string;
}

/** What comes back, and when: ms after the arrival. `half`: headers and a piece of the body, then the connection breaks. */
export type Reply =
  | { kind: "answer"; after_ms: number; status: number; headers?: Record<string, string>; body: string; half?: boolean }
  | { kind: "breaks"; after_ms: number }
  | { kind: "silence" };

/** What the buyer did, as its own books say: for the auditor. */
export interface Deed {
  n: number;
  key: string;
  conduct: string;
  reply: Reply;
}

export const answer = (
  after_ms: number,
  body: object,
  status = 200,
  headers?: Record<string, string>,
): Extract<Reply, { kind: "answer" }> => ({
  kind: "answer",
  after_ms,
  status,
  headers,
  body: JSON.stringify(body),
});

/** Something before the buyer's system answers in its place, or nobody does: that says nothing of a lead which it has. */
export function shaken(dice: Dice, after: number): Reply {
  const what = dice.pick(["breaks", "breaks", "throttled", "bad_key", "gone", "error_500"] as const);
  switch (what) {
    case "breaks":
      return { kind: "breaks", after_ms: after };
    case "throttled":
      return answer(after, {}, 429, { "retry-after": String(dice.whole(1, 20)) });
    case "bad_key":
      return answer(after, {}, 401);
    case "gone":
      return answer(after, {}, 404);
    case "error_500":
      return answer(after, {}, 500);
  }
}
