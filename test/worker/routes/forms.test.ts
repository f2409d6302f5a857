import { expect, test } from "vitest";
import { FORM, FULL_LEAD, NOW, POST_RESULT, problemOf, raw, world } from "./support.ts";

const ORIGIN = "https://quotes.example.com";
const BROWSER = {
  accept: "text/html,application/xhtml+xml",
  "sec-fetch-mode": "navigate",
  origin: ORIGIN,
  "user-agent": "UA/1",
  "cf-connecting-ip": "203.0.113.9",
  referer: `${ORIGIN}/start`,
};
const URLENCODED = { "content-type": "application/x-www-form-urlencoded" };
const rest = {
  ip_address: undefined,
  user_agent: undefined,
  landing_page_url: undefined,
  source_url: undefined,
  consent_ip: undefined,
  consent_user_agent: undefined,
  consent_at: undefined,
};
const FIELDS: Record<string, string> = Object.fromEntries(
  Object.entries({ ...FULL_LEAD, ...rest })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, String(value)]),
);
const encoded = (more: Record<string, string> = {}): string => new URLSearchParams({ ...FIELDS, ...more }).toString();
const browserPost = (w: ReturnType<typeof world>, body = encoded()): Promise<Response> =>
  raw(w, `/f/${FORM}`, body, { ...BROWSER, ...URLENCODED });

test("a page's form goes on to the winner's page", async () => {
  const response = await browserPost(world());
  expect(response.status).toBe(303);
  expect(response.headers.get("location")).toBe("https://buyer.example/next");
});

test.each<[string, object, object, string | null]>([
  [
    "no redirect",
    { redirect_url: undefined },
    { thank_you_url: "https://quotes.example.com/thanks" },
    "https://quotes.example.com/thanks",
  ],
  [
    "rejected",
    { result: "rejected" },
    { thank_you_url: "https://quotes.example.com/thanks" },
    "https://quotes.example.com/thanks",
  ],
  [
    "a redirect that is no page",
    { redirect_url: "javascript:alert(1)" },
    { thank_you_url: "https://quotes.example.com/thanks" },
    "https://quotes.example.com/thanks",
  ],
  ["nothing to go to", { result: "rejected" }, {}, null],
])("%s: thanked by page", async (_, result, form, location) => {
  const response = await browserPost(world({ lead: async () => ({ ...POST_RESULT, ...result }) }, { form }));
  expect(response.status).toBe(location === null ? 200 : 303);
  expect(response.headers.get("location")).toBe(location);
  if (location === null) expect(await response.text()).toContain("Thank you");
});

test("what the request says is filled in where the form says nothing", async () => {
  const w = world();
  await browserPost(w, encoded({ consent_user_agent: "mine", client_ip: "198.51.100.1", sub_id1: "s", test: "1" }));
  expect(w.leads[0]).toMatchObject({
    lead: {
      ip_address: "198.51.100.1",
      consent_ip: "203.0.113.9",
      user_agent: "UA/1",
      consent_user_agent: "mine",
      landing_page_url: `${ORIGIN}/start`,
      source_url: `${ORIGIN}/start`,
      consent_at: new Date(NOW).toISOString(),
    },
    form: { id: FORM },
    sub_ids: { sub_id1: "s" },
    test: true,
    min_price: 0,
  });
});

test("the flow is told what was filled in: it is no part of the content", async () => {
  const w = world();
  await browserPost(w);
  w.clock.now += 5;
  await browserPost(w);
  const [first, second] = w.leads;
  expect(first?.filled).toContain("consent_at");
  const content = (input: typeof first) =>
    Object.entries(input?.lead ?? {}).filter(([field]) => !input?.filled?.includes(field));
  expect(first?.lead).not.toEqual(second?.lead);
  expect(content(first)).toEqual(content(second));
});

test("a time of consent is not invented for a form that showed no text", async () => {
  const w = world();
  const { consent_text, ...others } = FIELDS;
  const response = await raw(w, `/f/${FORM}`, new URLSearchParams(others).toString(), URLENCODED);
  expect((await problemOf(response)).errors?.map((error) => error.field).sort()).toEqual([
    "consent_at",
    "consent_text",
  ]);
  expect(consent_text).toBeDefined();
});

test("what was filled in never makes a lead invalid", async () => {
  const w = world();
  const response = await raw(w, `/f/${FORM}`, encoded(), {
    ...URLENCODED,
    "cf-connecting-ip": "not an address",
    "user-agent": "x".repeat(20_000),
  });
  expect(response.status).toBe(200);
  expect(w.leads[0]?.lead).not.toHaveProperty("consent_ip");
});

test("a script gets JSON, flat or nested, and unknown fields are ignored by default", async () => {
  const w = world();
  const headers = { "content-type": "application/json", accept: "*/*", "sec-fetch-mode": "cors", origin: ORIGIN };
  const flat = await raw(
    w,
    `/f/${FORM}`,
    JSON.stringify({ ...FIELDS, utm_source: "x", "cf-turnstile-response": "t" }),
    headers,
  );
  expect(await flat.json()).toMatchObject({ result: "accepted", price: 21.105 });
  expect(flat.headers.get("access-control-allow-origin")).toBe(ORIGIN);
  await raw(w, `/f/${FORM}`, JSON.stringify({ lead: FIELDS }), headers);
  expect(w.leads[0]?.lead).toEqual(w.leads[1]?.lead);
});

test("multipart is read, files are not", async () => {
  const w = world();
  const form = new FormData();
  for (const [name, value] of Object.entries(FIELDS)) form.set(name, value);
  expect((await raw(w, `/f/${FORM}`, form, {})).status).toBe(200);
  form.set("photo", new File(["x"], "x.png"));
  expect((await problemOf(await raw(w, `/f/${FORM}`, form, {}))).errors?.[0]?.field).toBe("photo");
  const broken = await raw(w, `/f/${FORM}`, "--x\r\nnonsense", { "content-type": "multipart/form-data; boundary=x" });
  expect((await problemOf(broken)).code).toBe("invalid_form");
});

test("a person sees a page that names what to correct", async () => {
  const response = await browserPost(world(), encoded({ email: "nobody" }));
  expect(response.status).toBe(422);
  expect(response.headers.get("content-type")).toContain("text/html");
  const text = await response.text();
  expect(text).toContain("<strong>email</strong>");
  expect(text).not.toContain("nobody");
});

test("a form's limit is its publisher's", async () => {
  const w = world({}, { publisher: { pings_per_second: 1 } });
  expect((await raw(w, `/f/${FORM}`, encoded(), URLENCODED)).status).toBe(200);
  const second = await raw(w, `/f/${FORM}`, encoded(), URLENCODED);
  expect(second.status).toBe(429);
  expect(second.headers.get("retry-after")).toBe("1");
});
