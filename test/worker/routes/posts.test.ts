import { expect, test } from "vitest";
import { leadAnswerSchema, postAnswerSchema } from "../../../schema/api/answers.ts";
import type { FlowProblem } from "../../../worker/flows/answers.ts";
import { FULL_LEAD, KEY, POST_RESULT, problemOf, raw, send, TEST_KEY, world } from "./support.ts";

const POST = { ping_id: "pb0A1zcQk4hT9sWmX2dLr7vYe3Gu", lead: FULL_LEAD };
const LEAD = { campaign: "auto_insurance", lead: FULL_LEAD };

test("a post is answered in wire form and runs to its end without its caller", async () => {
  const w = world();
  const response = await send(w, "/v1/posts", POST);
  expect(response.status).toBe(200);
  const body = await response.json();
  expect(postAnswerSchema.parse(body)).toEqual(body);
  expect(body).toEqual({
    result: "accepted",
    lead_id: POST_RESULT.lead_id,
    price: 21.105,
    currency: "USD",
    redirect_url: "https://buyer.example/next",
  });
  expect(w.background).toHaveLength(1);
});

test("the flow gets the lead as it was sent: only the ping's auction knows its campaign", async () => {
  const w = world();
  await send(
    w,
    "/v1/posts",
    {
      ...POST,
      bid_ids: ["b1"],
      consent: { brand: "Acme", text: "yes", ip: "203.0.113.7" },
      campaign: "auto_insurance",
      sub_id5: "x",
    },
    { headers: { "idempotency-key": "k" } },
  );
  expect(w.posts[0]).toMatchObject({
    ping_id: POST.ping_id,
    bid_ids: ["b1"],
    lead: FULL_LEAD,
    consent: { brand: "Acme", text: "yes", ip: "203.0.113.7" },
    campaign_id: "auto_insurance",
    sub_ids: { sub_id5: "x" },
    idempotency_key: "k",
    test: false,
  });
});

test("an expired ping is an answer without a lead", async () => {
  const w = world({
    post: async () => ({
      ...POST_RESULT,
      result: "rejected",
      lead_id: "",
      price: 0 as never,
      redirect_url: undefined,
      code: "ping_expired",
    }),
  });
  expect(await (await send(w, "/v1/posts", POST)).json()).toMatchObject({
    result: "rejected",
    lead_id: null,
    code: "ping_expired",
  });
});

test.each<[FlowProblem, string | null]>([
  [{ kind: "problem", status: 404, code: "ping_not_found", detail: "" }, null],
  [{ kind: "problem", status: 409, code: "content_changed", detail: "was posted before" }, null],
  [
    {
      kind: "problem",
      status: 422,
      code: "invalid_fields",
      detail: "",
      errors: [{ field: "zip", message: "differs", code: "conflict" }],
    },
    null,
  ],
  [{ kind: "problem", status: 503, code: "ping_lost", detail: "again", retry_after_s: 3 }, "3"],
  [{ kind: "problem", status: 503, code: "unavailable", detail: "again" }, "1"],
])("the flow's problem $status $code is a problem answer", async (found, retryAfter) => {
  const response = await send(world({ post: async () => found }), "/v1/posts", POST);
  const problem = await problemOf(response);
  expect(problem).toMatchObject({ status: found.status, code: found.code });
  expect(problem.detail).not.toBe("");
  expect(problem.errors).toEqual(found.errors);
  expect(response.headers.get("retry-after")).toBe(retryAfter);
  expect(response.headers.get("ratelimit-limit")).toBe("200");
});

test("one step: all fields parsed, consent merged where the lead says nothing", async () => {
  const w = world();
  const { consent_text, consent_at, ...lead } = FULL_LEAD;
  const response = await send(w, "/v1/leads", {
    campaign: "auto_insurance",
    lead: { ...lead, consent_at },
    consent: { text: "I agree", at: "2020-01-01T00:00:00Z" },
    min_price: 5,
    timeout_ms: 3_000,
  });
  expect(response.status).toBe(200);
  expect(consent_text).toBeDefined();
  expect(w.leads[0]).toMatchObject({
    lead: { phone: "+15125550142", consent_text: "I agree" },
    timeout_ms: 3_000,
    min_price: 50_000,
  });
  expect(w.leads[0]?.lead.consent_at).not.toContain("2020");
});

test("form encoding and a test key sell the same lead, as a test", async () => {
  const w = world();
  const form = new URLSearchParams({ campaign: "auto_insurance", "consent[brand]": "Acme" });
  for (const [name, value] of Object.entries(FULL_LEAD)) form.set(name, String(value));
  await raw(w, "/v1/leads", form.toString(), {
    "x-api-key": TEST_KEY,
    "content-type": "application/x-www-form-urlencoded",
  });
  await send(w, "/v1/leads", { ...LEAD, consent: { brand: "Acme" } });
  expect(w.leads.map((input) => input.test)).toEqual([true, false]);
  expect(w.leads[0]?.lead).toEqual(w.leads[1]?.lead);
  expect(w.leads[0]?.consent).toEqual({ brand: "Acme" });
});

test("a lead's state", async () => {
  const response = await raw(world(), `/v1/leads/${POST_RESULT.lead_id}?api_key=${KEY}`, null, {}, "GET");
  const body = await response.json();
  expect(leadAnswerSchema.parse(body)).toEqual(body);
  expect(body).toMatchObject({ state: "sold", campaign: "auto_insurance", created_at: "2026-11-20T15:05:00.000Z" });
});

test.each(["lnosuch", "%2e%2e%2f", "l'or'1'='1", "x".repeat(500)])("no lead %s", async (id) => {
  const response = await raw(world(), `/v1/leads/${encodeURIComponent(id)}`, null, { "x-api-key": KEY }, "GET");
  expect((await problemOf(response)).code).toBe("lead_not_found");
});
