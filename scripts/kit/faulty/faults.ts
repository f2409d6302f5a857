import type { Answer, Asked, Duty } from "./buyer.ts";

/** What a fault does: to the buyer's duties, before it answers, to its answer, or on the wire. `arg` is what stands after the colon. */
export interface Fault {
  say: string;
  /** Only to these requests; absent: to pings and posts. */
  phase?: "ping" | "post";
  /** Duties that the buyer forgets. */
  leaves?: readonly Duty[];
  /** In place of the buyer, which then knows nothing of the request. */
  instead?: (arg: number | null) => Answer;
  /** The buyer has done its work (a lead is stored); this is what it says. */
  says?: (answer: Answer, arg: number | null, asked: Asked) => Answer;
  /** How it goes out. Absent: as HTTP should. */
  wire?: Wire;
}
export type Wire =
  | { kind: "wait"; default_ms: number }
  | { kind: "never" | "reset" | "half" | "half_open" | "trickle" | "close" | "one_by_one" };

const JSON_TYPE = { "content-type": "application/json; charset=utf-8" };
const HTML = { "content-type": "text/html; charset=utf-8" };
const plain = (status: number, body: string, headers: Record<string, string> = {}): Answer => ({
  status,
  headers: { "content-type": "text/plain", ...headers },
  body,
});
const status = (code: number, say: string): Fault => ({ say, instead: () => plain(code, say) });
/** The same answer with other members. */
function changed(answer: Answer, change: (body: Record<string, unknown>) => Record<string, unknown>): Answer {
  try {
    return { ...answer, body: JSON.stringify(change(JSON.parse(answer.body) as Record<string, unknown>)) };
  } catch {
    return answer;
  }
}
const price = (say: string, value: (arg: number | null) => unknown): Fault => ({
  say,
  says: (answer, arg, { phase }) =>
    changed(answer, (body) => {
      const name = phase === "ping" ? "bid" : "price";
      return name in body ? { ...body, [name]: value(arg) } : body;
    }),
});

const ON_THE_WIRE: Record<string, Fault> = {
  slow: { say: "answers after so many ms (2,000)", wire: { kind: "wait", default_ms: 2_000 } },
  hang: { say: "takes the request, keeps a lead, never answers", wire: { kind: "never" } },
  reset: {
    say: "ends the connection before it looks at the request",
    instead: () => plain(500, ""),
    wire: { kind: "reset" },
  },
  reset_after_store: { say: "keeps the lead, then ends the connection", wire: { kind: "reset" } },
  half: { say: "ends the connection in the middle of its answer", wire: { kind: "half" } },
  half_open: { say: "sends half of its answer and then nothing", wire: { kind: "half_open" } },
  trickle: { say: "sends its answer a byte every 50 ms", wire: { kind: "trickle" } },
  close: { say: "ends the connection after each answer", wire: { kind: "close" } },
  one_by_one: { say: "answers one request at a time, 150 ms each", wire: { kind: "one_by_one" } },
};

const BY_STATUS: Record<string, Fault> = {
  400: status(400, "does not like the request"),
  401: status(401, "does not know the key"),
  403: status(403, "forbids it"),
  404: status(404, "is not there"),
  405: status(405, "wants another method"),
  410: status(410, "is gone for good"),
  500: status(500, "breaks before it keeps anything"),
  "500_stored": { say: "keeps the lead, then says 500", says: () => plain(500, "internal error") },
  "502_page": {
    say: "a proxy's page in place of the buyer's answer",
    instead: () => ({ status: 502, headers: HTML, body: "<html><h1>502 Bad Gateway</h1></html>" }),
  },
  503: {
    say: "has no time; Retry-After of so many seconds (2)",
    instead: (arg) => plain(503, "later", { "retry-after": String(arg ?? 2) }),
  },
  429: {
    say: "too many requests; Retry-After of so many seconds (2)",
    instead: (arg) => plain(429, "slow down", { "retry-after": String(arg ?? 2) }),
  },
  "429_silent": { say: "too many requests, and not when to come again", instead: () => plain(429, "slow down") },
  redirect: {
    say: "sends us elsewhere with this status (302)",
    instead: (arg) => plain(arg ?? 302, "", { location: "https://elsewhere.example.com/post" }),
  },
};

const IN_THE_ANSWER: Record<string, Fault> = {
  empty: { say: "an empty body", says: (answer) => ({ ...answer, body: "" }) },
  bad_json: { say: "JSON that ends too early", says: (answer) => ({ ...answer, body: answer.body.slice(0, -1) }) },
  page: {
    say: "a page with status 200",
    says: (answer) => ({ ...answer, headers: HTML, body: "<html>Thank you!</html>" }),
  },
  wrong_type: { say: "JSON that says it is a page", says: (answer) => ({ ...answer, headers: HTML }) },
  bom: { say: "a byte order mark before the JSON", says: (answer) => ({ ...answer, body: `\uFEFF${answer.body}` }) },
  huge: {
    say: "an answer of so many bytes (2,000,000)",
    says: (answer, arg) =>
      changed(answer, (body) => ({ ...body, padding: "x".repeat(Math.min(arg ?? 2_000_000, 5_000_000)) })),
  },
  bad_price: price("a price that is a text", () => "call us"),
  no_price: price("a price of null", () => null),
  negative_price: price("a price below zero", () => -1),
  zero_price: price("a price of zero", () => 0),
  huge_price: price("a price of a million", () => 1_000_000),
  other_price: price("another price than its bid (8)", (arg) => arg ?? 8),
  text_price: price("its price as $12.50", () => "$12.50"),
  new_field: {
    say: "a member that was never there",
    says: (answer) => changed(answer, (body) => ({ ...body, surprise: true })),
  },
  lost_field: {
    say: "its reference and lead id are gone",
    says: (answer) => changed(answer, ({ ref: _r, lead_id: _l, ...body }) => body),
  },
  no_bid: {
    say: "never bids",
    phase: "ping",
    says: (answer) => ({
      ...answer,
      status: 200,
      headers: JSON_TYPE,
      body: '{"status":"no_bid","reason":"not today"}',
    }),
  },
  reject: {
    say: "says no to every lead",
    phase: "post",
    instead: () => ({ status: 200, headers: JSON_TYPE, body: '{"status":"rejected","reason":"quota reached"}' }),
  },
  duplicate: {
    say: "says duplicate to every lead",
    phase: "post",
    instead: () => ({
      status: 200,
      headers: JSON_TYPE,
      body: '{"status":"duplicate","reason":"we have this consumer"}',
    }),
  },
  new_reason: {
    say: "says no with a reason that it never gave",
    phase: "post",
    instead: () => ({ status: 200, headers: JSON_TYPE, body: '{"status":"rejected","reason":"licence expired"}' }),
  },
  echo: {
    say: "repeats what it got in a page, unescaped",
    says: (answer, _arg, { raw }) => ({ ...answer, headers: HTML, body: `<html>Thank you ${raw}</html>` }),
  },
};

const OF_DUTY: Record<string, Fault> = {
  any_key: { say: "takes every key", leaves: ["key"] },
  any_signature: { say: "takes every signature", leaves: ["signature"] },
  unchecked: { say: "accepts whatever comes", leaves: ["checks"] },
  forgets_orders: { say: "does not know a repeated post again: sells it twice", leaves: ["orders", "consumers"] },
  forgets_consumers: { say: "takes the same consumer twice", leaves: ["consumers"] },
  fragile: { say: "breaks with quotes, umlauts and markup in a value", leaves: ["special"] },
};

/** Every fault by its name. */
export const FAULTS: Readonly<Record<string, Fault>> = { ...ON_THE_WIRE, ...BY_STATUS, ...IN_THE_ANSWER, ...OF_DUTY };

export interface Chosen {
  name: string;
  fault: Fault;
  arg: number | null;
}

/** `slow:500` as a fault; null for a name that is none. */
export function chosen(text: string): Chosen | null {
  const [name = "", arg] = text.trim().split(":");
  const fault = Object.hasOwn(FAULTS, name) ? FAULTS[name] : undefined;
  const number = Number(arg);
  return fault ? { name, fault, arg: arg === undefined || !Number.isFinite(number) ? null : number } : null;
}
