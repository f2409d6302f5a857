import type { Behaviour, Reply } from "./server.ts";
import type { Speech } from "./speech.ts";

/** What each kind of buyer does. All take the words that it speaks; none keeps more than counts. */
const after = (ms: number, reply: Reply): Reply => ({ ...reply, after_ms: ms });
const reference = (n: number): string => `r${n}x${(n * 2_654_435_761) % 100_000}`;

/** @param ms between the request and the answer. */
export const bids =
  (speech: Speech, price: number, ms = 12): Behaviour =>
  ({ n }) =>
    after(ms, speech.bid(price, reference(n)));

export const declines =
  (speech: Speech, ms = 10): Behaviour =>
  () =>
    after(ms, speech.noBid());

/** Takes the request and never answers. */
export const silent: Behaviour = () => null;

export const accepts =
  (speech: Speech, ms = 40, redirect?: string): Behaviour =>
  ({ n }) =>
    after(ms, speech.accepted(`L${1_000 + n}`, redirect));

export const rejects =
  (speech: Speech, reason: string, ms = 30): Behaviour =>
  () =>
    after(ms, speech.rejected(reason));

/** The first answer is lost although the lead was taken: asked again with the same id, it says that it has the lead already. */
export const forgetsToAnswer =
  (speech: Speech): Behaviour =>
  ({ n }) =>
    n === 1 ? null : after(20, speech.duplicate());

/** What real systems send on a bad day. The last is a proper bid. */
const oddAnswers = (speech: Speech, price: number): Reply[] => [
  { status: 500, body: "<h1>Internal Server Error</h1>" },
  { status: 200, body: "<html><body>Scheduled maintenance</body></html>" },
  { status: 200, body: { bid: "12,50", id: "x" } },
  { status: 200, body: { bid: -1, id: "x" } },
  { status: 200, body: { bid: 1e9, id: "x" } },
  { status: 200, body: '{"bid": 19.2', type: "application/json" },
  { status: 302, headers: { location: "/login" }, body: "" },
  { status: 200, body: { offer: "please call us" } },
  speech.bid(price, "odd"),
];

/** @param random uniform in [0, 1); seeded, so that a run can be repeated. */
export function erratic(speech: Speech, price: number, random: () => number = seeded(7)): Behaviour {
  const answers = oddAnswers(speech, price);
  return () => after(5 + Math.floor(random() * 30), answers[Math.floor(random() * answers.length)] ?? { status: 500 });
}

/** mulberry32: the same seed, the same run. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
