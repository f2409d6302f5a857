import fc from "fast-check";

/** What bodies are made from: valid parts of one deployment. */
export interface Parts {
  campaign: string;
  form: string;
  ping_ids: string[];
  ping: Record<string, unknown>;
  /** Of another consumer for each number. */
  whole(n: number): Record<string, unknown>;
}
export interface FuzzedRequest {
  path: string;
  type: string;
  body: string;
  known: boolean;
}

type Body = Record<string, unknown>;
const JUNK = [
  "",
  " ",
  "-1",
  "1e999",
  "12,50",
  "NaN",
  "null",
  "\u0000",
  "ÿ".repeat(40),
  "'; DROP TABLE leads;--",
  "{{zip}}",
];
const junk = fc.oneof(
  fc.constantFrom<unknown>(...JUNK, null, true, 0, -0.5, 1e308, [], {}, [[[[[[]]]]]], { zip: { zip: 1 } }),
  fc.string({ unit: "binary", maxLength: 20 }),
  fc.double(),
);
const ENVELOPE = [
  "campaign",
  "ping_id",
  "bid_ids",
  "consent",
  "timeout_ms",
  "min_price",
  "test",
  "click_id",
  "sub_id1",
];
const EXTRA = [...ENVELOPE, "lead", "api_key", "shoe_size", "__proto__", "constructor", "toString", "lead[zip]", ""];

/** A change of one member: left out, replaced, or added under a name that may or may not belong there. */
type Change = { at: "envelope" | "lead"; pick: number; how: "drop" | "junk" | "add"; value: unknown; name: string };
const change: fc.Arbitrary<Change> = fc.record({
  at: fc.constantFrom("envelope", "lead"),
  pick: fc.nat(1_000),
  how: fc.constantFrom("drop", "junk", "junk", "add"),
  value: junk,
  name: fc.oneof(fc.constantFrom(...EXTRA), fc.string({ unit: "binary", maxLength: 8 })),
});

function changed(body: Body, { at, pick, how, value, name }: Change): Body {
  const target = at === "lead" && typeof body.lead === "object" && body.lead !== null ? (body.lead as Body) : body;
  const names = Object.keys(target);
  const member = how === "add" ? name : (names[pick % Math.max(1, names.length)] ?? name);
  const rest = Object.entries(target).filter(([other]) => other !== member);
  const next: Body = Object.fromEntries(how === "drop" ? rest : [...rest, [member, value]]);
  return target === body ? next : { ...body, lead: next };
}

/** As a browser or an old system would send it; `nested`: `lead[zip]` instead of `zip`. */
function formOf(body: Body, nested: boolean): string {
  const text = (value: unknown) => (typeof value === "string" ? value : (JSON.stringify(value) ?? ""));
  const pairs = Object.entries(body).flatMap(([name, value]): [string, string][] =>
    name === "lead" && typeof value === "object" && value !== null
      ? Object.entries(value).map(([field, inner]) => [nested ? `lead[${field}]` : field, text(inner)])
      : [[name, text(value)]],
  );
  return pairs
    .map(([n, v]) => `${encodeURIComponent(n.toWellFormed())}=${encodeURIComponent(v.toWellFormed())}`)
    .join("&");
}

/** Requests of which each was valid before it was changed, cut, encoded otherwise or mislabelled. */
export function fuzzedRequests(parts: Parts): fc.Arbitrary<FuzzedRequest> {
  const base = (kind: string, n: number): { path: string; body: Body } => {
    switch (kind) {
      case "ping":
        return { path: "/v1/pings", body: { campaign: parts.campaign, lead: { ...parts.ping, age: 20 + (n % 80) } } };
      case "post":
        return {
          path: "/v1/posts",
          body: { ping_id: parts.ping_ids[n % parts.ping_ids.length], lead: parts.whole(n % parts.ping_ids.length) },
        };
      case "lead":
        return { path: "/v1/leads", body: { campaign: parts.campaign, lead: parts.whole(n) } };
      default:
        return { path: parts.form, body: { lead: parts.whole(n) } };
    }
  };
  return fc
    .record({
      kind: fc.constantFrom("ping", "post", "lead", "form"),
      // Few enough that consumers come again: duplicates and repetitions are part of it.
      n: fc.nat(400),
      changes: fc.array(change, { maxLength: 7, size: "max" }),
      encoding: fc.constantFrom("json", "json", "form", "nested"),
      mislabelled: fc.nat(19),
      cut: fc.oneof({ weight: 11, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.nat(2_000) }),
      known: fc.nat(19),
    })
    .map(({ kind, n, changes, encoding, mislabelled, cut, known }) => {
      const { path, body } = base(kind, n);
      const value = changes.reduce(changed, body);
      const text = encoding === "json" ? JSON.stringify(value) : formOf(value, encoding === "nested");
      const type =
        (encoding === "json") === (mislabelled !== 0) ? "application/json" : "application/x-www-form-urlencoded";
      return { path, type, body: cut === null ? text : text.slice(0, cut), known: known !== 0 };
    });
}
