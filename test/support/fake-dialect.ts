import type {
  BidReading,
  BuildResult,
  CompiledAfter,
  CompiledStep,
  Dialect,
  OutcomeReading,
  StepReading,
  WireAnswer,
} from "../../worker/buyers/dialect.ts";

/** What a simulated buyer answers: `{"result": "accepted", …}`, read without a configuration. */
const parsed = ({ body }: WireAnswer): Record<string, string> => {
  try {
    return JSON.parse(body) as Record<string, string>;
  } catch {
    return {};
  }
};

export const request = (path: string, body: object = {}): BuildResult => ({
  ok: true,
  request: { method: "POST", url: `https://buyer.example/${path}`, headers: [], body: JSON.stringify(body) },
});

export function readOutcome(answer: WireAnswer): OutcomeReading {
  if (answer.status === 401) return { outcome: "set_up_error", class: "auth", held_for_review: false };
  if (answer.status === 404) return { outcome: "set_up_error", class: "not_found", held_for_review: false };
  if (answer.status === 429) return { outcome: "not_taken", class: "throttled", held_for_review: false };
  const { result, id } = parsed(answer);
  const carried = id === undefined ? {} : { carried: { id } };
  if (result === "accepted")
    return { outcome: "accepted", class: "ok", held_for_review: false, buyer_lead_id: id, ...carried };
  if (result === "rejected") return { outcome: "rejected", class: "rejected", held_for_review: false, ...carried };
  if (result === "never seen") return { outcome: "not_taken", class: "throttled", held_for_review: false, ruled: true };
  if (result === "duplicate") return { outcome: "duplicate", class: "duplicate", held_for_review: false };
  return { outcome: "unknown", class: "unreadable", held_for_review: result === "review", ...carried };
}

export function readStep(answer: WireAnswer): StepReading {
  const { result, session } = parsed(answer);
  const carried: Record<string, string> = session === undefined ? {} : { session };
  if (result === "go_on" || result === "no_bid" || result === "rejected")
    return { outcome: result, class: result === "rejected" ? "rejected" : "ok", held_for_review: false, carried };
  const cls = answer.status === 401 ? "auth" : answer.status >= 500 ? "server" : "unreadable";
  return { outcome: "error", class: cls, held_for_review: false, carried };
}

function readBid(answer: WireAnswer): BidReading {
  const { result } = parsed(answer);
  if (result === "bid") return { outcome: "bid", price: 125_000 as never, carried: { ref: "r1" } };
  return result === "no" ? { outcome: "no_bid" } : { outcome: "error", error: "unreadable" };
}

export const stepBefore = <Facts extends { steps?: Record<string, Record<string, string>> }>(
  name: string,
  changes: Partial<CompiledStep<Facts>> = {},
): CompiledStep<Facts> => ({
  name,
  delivers: false,
  when: () => true,
  build: (facts) => request(name, { steps: facts.steps ?? {} }),
  read: readStep,
  ...changes,
});

export const stepAfter = (name: string, changes: Partial<CompiledAfter> = {}): CompiledAfter => ({
  name,
  wait_ms: [0],
  strict: false,
  when: () => true,
  build: (facts) => request(name, { answer: facts.answer ?? {} }),
  read: readOutcome,
  ...changes,
});

/** A dialect made by hand: what steps and tokens do is not a matter of configuration. */
export const fakeDialect = (changes: Partial<Dialect> = {}): Dialect => ({
  buildPing: (facts) => request("ping", { steps: facts.steps ?? {}, token: facts.token?.access_token }),
  readBid,
  buildPost: (facts) =>
    request("post", { steps: facts.steps ?? {}, token: facts.token?.access_token, nonce: facts.nonce }),
  readOutcome,
  buildStatus: () => request("status"),
  readStatus: readOutcome,
  requirePing: () => true,
  steps: { beforePing: [], beforePost: [], afterPost: [] },
  buildWin: () => null,
  buildLoss: () => null,
  tokenAuth: null,
  buildExchange: () => null,
  tokenRefused: ({ status }) => status === 401,
  ...changes,
});
