import fc from "fast-check";
import { expect, test } from "vitest";
import { FORM, FULL_LEAD, KEY, PING, raw, type World, world } from "./support.ts";

const SEED = 20261120;
const RUNS = 10_000;
const CANARY = "CANARYpersonal";

const TYPES = [
  "application/json",
  "application/x-www-form-urlencoded",
  "multipart/form-data; boundary=b",
  "text/plain",
  "",
];
const PATHS = ["/v1/pings", "/v1/posts", "/v1/leads", `/f/${FORM}`, "/f/nosuch", "/v1/leads/x", "/nowhere"];
const KEYS = [
  "campaign",
  "lead",
  "ping_id",
  "bid_ids",
  "consent",
  "timeout_ms",
  "min_price",
  "test",
  "api_key",
  "sub_id1",
  "click_id",
  "phone_hash",
  "zip",
  "phone",
  "email",
  "__proto__",
  "constructor",
  "lead[zip]",
  "lead.phone",
  "consent[text]",
  "toString",
  "",
];

const key = fc.oneof(fc.constantFrom(...KEYS), fc.string({ unit: "binary", maxLength: 12 }));
const leaf = fc.oneof(
  fc.string({ unit: "binary", maxLength: 30 }),
  fc.double(),
  fc.maxSafeInteger(),
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom(CANARY, "auto_insurance", "1e999", "12,50", "NaN", "\u0000", "-1"),
);
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    fc.array(tie("tree"), { maxLength: 4 }),
    fc.dictionary(key, tie("tree"), { maxKeys: 5 }),
  ),
}));

/** A proper body with some of its parts replaced by anything. */
const damaged = fc
  .tuple(
    fc.constantFrom(
      PING,
      { ping_id: "p1", lead: FULL_LEAD },
      { campaign: "auto_insurance", lead: FULL_LEAD },
      FULL_LEAD,
    ),
    fc.dictionary(key, tree, { maxKeys: 3 }),
    fc.dictionary(fc.constantFrom(...Object.keys(FULL_LEAD)), tree, { maxKeys: 4 }),
  )
  .map(([body, outer, inner]) => ({
    ...body,
    ...("lead" in body ? { lead: { ...(body.lead as object), ...inner } } : inner),
    ...outer,
  }));
const pairs = fc
  .array(
    fc.tuple(
      key,
      fc.oneof(fc.string({ unit: "binary", maxLength: 20 }), fc.constantFrom(CANARY, "auto_insurance", "true")),
    ),
    { maxLength: 8 },
  )
  .map((list) =>
    list
      .map(([name, value]) => `${encodeURIComponent(name.toWellFormed())}=${encodeURIComponent(value.toWellFormed())}`)
      .join("&"),
  );
const truncated = fc.tuple(damaged, fc.nat(400)).map(([body, end]) => JSON.stringify(body).slice(0, end));
const body = fc.oneof(
  damaged.map((value) => JSON.stringify(value)),
  tree.map((value) => JSON.stringify(value) ?? ""),
  pairs,
  truncated,
  fc.string({ unit: "binary", maxLength: 200 }),
  fc.uint8Array({ maxLength: 200 }),
);
const request = fc.record({
  path: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...PATHS.slice(0, 4)) },
    { weight: 1, arbitrary: fc.constantFrom(...PATHS) },
  ),
  type: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...TYPES.slice(0, 2)) },
    { weight: 1, arbitrary: fc.constantFrom(...TYPES) },
  ),
  known: fc.boolean().map((unlucky) => !unlucky),
  page: fc.boolean(),
  body,
});

/** Either a business answer, a page, or a problem that says which field or why. */
async function checkAnswer(response: Response): Promise<string> {
  expect(response.status).toBeLessThan(500);
  const type = response.headers.get("content-type") ?? "";
  const text = await response.text();
  if (response.status === 303) return "redirect";
  if (type.startsWith("text/html")) return "page";
  const found = JSON.parse(text) as {
    result?: string;
    code?: string;
    status?: number;
    detail?: string;
    errors?: { field: string; message: string }[];
  };
  if (response.status === 200) {
    expect(found.result).toMatch(/^(accepted|rejected|pending)$/);
    return "answer";
  }
  expect(type).toBe("application/problem+json");
  expect(found).toMatchObject({ status: response.status, code: expect.any(String) });
  expect(found.detail?.length).toBeGreaterThan(10);
  if (
    ["invalid_fields", "forbidden_key", "duplicate_key", "too_deep", "campaign_not_allowed"].includes(found.code ?? "")
  ) {
    expect(found.errors?.length).toBeGreaterThan(0);
    for (const error of found.errors ?? []) expect(error.field.length * error.message.length).toBeGreaterThan(0);
  }
  expect(text).not.toContain(CANARY);
  return found.code ?? "";
}

test("10,000 bodies: never a 5xx, always an answer or a problem that names the field or the reason", {
  timeout: 120_000,
}, async () => {
  const seen = new Map<string, number>();
  const w: World = world();
  await fc.assert(
    fc.asyncProperty(request, async ({ path, type, known, page, body: content }) => {
      w.clock.now += 1_000;
      const headers = {
        ...(type === "" ? {} : { "content-type": type }),
        ...(known ? { "x-api-key": KEY } : {}),
        ...(page ? { accept: "text/html" } : {}),
      };
      const bytes = typeof content === "string" ? new TextEncoder().encode(content) : new Uint8Array(content);
      const outcome = await checkAnswer(await raw(w, path, bytes, headers));
      seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
    }),
    { numRuns: RUNS, seed: SEED, interruptAfterTimeLimit: 100_000, markInterruptAsFailure: true },
  );
  expect(w.logs).toEqual([]);
  expect(JSON.stringify(Object.prototype)).toBe("{}");
  for (const outcome of [
    "answer",
    "page",
    "redirect",
    "unauthorized",
    "invalid_json",
    "invalid_body",
    "invalid_fields",
    "forbidden_key",
    "duplicate_key",
    "too_deep",
    "unsupported_media_type",
    "not_found",
    "form_not_found",
  ])
    expect([outcome, (seen.get(outcome) ?? 0) > 0]).toEqual([outcome, true]);
});
