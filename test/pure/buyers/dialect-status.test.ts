import { describe, expect, it } from "vitest";
import type * as z from "zod";
import { dialectSchema } from "../../../schema/config/dialect.ts";
import { compileDialect, dialectProblems } from "../../../worker/buyers/dialects/index.ts";
import { httpChannel } from "../../../worker/buyers/http-channel.ts";
import { SlotPool } from "../../../worker/buyers/slots.ts";
import { checkUrl } from "../../../worker/buyers/url-guard.ts";
import { EmulatedPlatform } from "../../support/emulated-platform.ts";
import type { Reply } from "../../support/emulated-transport.ts";
import { answer, dialect } from "./dialect-fixtures.ts";

type Status = NonNullable<z.input<typeof dialectSchema>["status"]>;

const RULES = [
  { when: { path: "state", equals: "bought" }, outcome: "accepted" },
  { when: { path: "state", equals: "refused" }, outcome: "rejected" },
  { when: { path: "state", equals: "twice" }, outcome: "duplicate" },
  { when: { path: "state", equals: "wrong" }, outcome: "set_up_error" },
  { when: { path: "state", equals: "never" }, outcome: "not_taken" },
  { when: { path: "state", equals: "by hand" }, outcome: "unknown", held_for_review: true },
] as const;
const REQUEST = {
  url: "https://buyer.example/orders/{{gateway.reservation_id}}?k={{secret.key}}",
  body: { lead: "{{gateway.lead_id}}", ref: "{{bid.ref}}" },
};
const withStatus = (changes: Partial<Status> = {}) =>
  dialectSchema.parse({
    ...dialect(),
    status: { request: REQUEST, answer: { rules: RULES, price: "price" }, ...changes },
  });

const facts = {
  reservation_id: "l1_c1_1_1",
  lead_id: "l1",
  bid: { ref: "R-9" },
  secrets: { key: "s3cr3t" },
  now: 0,
  nonce: "00",
};

describe("status call", () => {
  it("is built of ids, the bid and secrets", () => {
    const built = compileDialect(withStatus()).buildStatus(facts);
    expect(built).toMatchObject({
      ok: true,
      request: { url: "https://buyer.example/orders/l1_c1_1_1?k=s3cr3t", body: '{"lead":"l1","ref":"R-9"}' },
    });
    expect(compileDialect(dialect()).buildStatus(facts)).toBeNull();
  });

  it("of a test lead goes where the request's `test` says", () => {
    const request = { ...REQUEST, test: { url: "https://sandbox.example/orders/{{gateway.reservation_id}}" } };
    const compiled = compileDialect(withStatus({ request }));
    const urlOf = (test?: boolean) => {
      const built = compiled.buildStatus({ ...facts, test });
      return built?.ok && built.request.url;
    };
    expect([urlOf(true), urlOf(false), urlOf()]).toEqual([
      "https://sandbox.example/orders/l1_c1_1_1",
      "https://buyer.example/orders/l1_c1_1_1?k=s3cr3t",
      "https://buyer.example/orders/l1_c1_1_1?k=s3cr3t",
    ]);
  });

  it.each<[string, unknown, number, string]>([
    ["a yes", { state: "bought" }, 200, "accepted ok"],
    ["a no", { state: "refused" }, 200, "rejected rejected"],
    ["it never came", { state: "never" }, 200, "not_taken throttled"],
    ["the buyer looks by hand", { state: "by hand" }, 200, "unknown ok"],
    ["a duplicate proves nothing of the first", { state: "twice" }, 200, "unknown server"],
    ["a set-up error is about this call", { state: "wrong" }, 401, "unknown server"],
    ["the usual words are not looked for", { status: "accepted" }, 200, "unknown server"],
    ["nor the usual statuses: empty", "", 200, "unknown server"],
    ["not found", { error: "no such order" }, 404, "unknown server"],
    ["a refusal", {}, 422, "unknown server"],
    ["a redirect", "", 302, "unknown redirect"],
    ["a breakdown", "<h1>Oops</h1>", 500, "unknown server"],
  ])("%s", (_, body, status, expected) => {
    const { outcome, class: cls } = compileDialect(withStatus()).readStatus(answer(body, status));
    expect(`${outcome} ${cls}`).toBe(expected);
  });

  it("reads the price of a yes", () => {
    const reading = compileDialect(withStatus()).readStatus(answer({ state: "bought", price: "21.105" }));
    expect(reading.price).toBe(211_050);
  });

  const name = (placeholder: string) => ({ request: { ...REQUEST, headers: { "X-A": placeholder } } });
  it.each<[string, Partial<Status>, string[]]>([
    ["a lead field", name("{{phone}}"), ["status.request.headers.X-A"]],
    ["consent", name("{{consent.text}}"), ["status.request.headers.X-A"]],
    ["the publisher", name("{{gateway.source}}"), ["status.request.headers.X-A"]],
    ["what exists", name("{{bid.slot}} {{secret.key}} {{gateway.lead_id}}"), []],
    ["what is not carried", name("{{bid.own}}"), ["status.request.headers.X-A"]],
    ["no rules", { answer: { rules: [] } }, ["status.answer.rules"]],
    ["rules for what it cannot prove", {}, ["status.answer.rules.2.outcome", "status.answer.rules.3.outcome"]],
  ])("is checked before it is saved: %s", (_, changes, paths) => {
    const answers = changes.answer ?? { rules: [{ when: { path: "state", equals: "bought" }, outcome: "accepted" }] };
    const config = withStatus(Object.keys(changes).length === 0 ? {} : { ...changes, answer: answers });
    expect(dialectProblems(config).map(({ path }) => path)).toEqual(paths);
  });

  it("goes out through a slot, without the post's key, and is recorded without credentials", async () => {
    const reply: Reply = { after_ms: 30, body: '{"state":"refused","k":"s3cr3t"}' };
    const platform = new EmulatedPlatform(1);
    platform.buyer("buyer.example", () => reply);
    const slots = new SlotPool();
    const channel = httpChannel(platform.deps(), slots, (url) => checkUrl(url, { local: false }));
    const job = { dialect: compileDialect(withStatus()), facts, timeout_ms: 1_000 };
    const result = await platform.time.run(() => channel.ask(job));
    expect(result).toMatchObject({ outcome: "rejected", http_status: 200, ms: 30 });
    expect(JSON.stringify(result)).not.toContain("s3cr3t");
    expect(platform.network.traffic.map(({ headers }) => headers.get("idempotency-key"))).toEqual([null]);
    expect(slots.free).toBe(6);
  });

  it("that never answers proves nothing", async () => {
    const platform = new EmulatedPlatform(1);
    platform.buyer("buyer.example", () => ({ after_ms: 0, fault: "silent" }));
    const channel = httpChannel(platform.deps(), new SlotPool(), (url) => checkUrl(url, { local: false }));
    const job = { dialect: compileDialect(withStatus()), facts, timeout_ms: 500 };
    const result = await platform.time.run(() => channel.ask(job));
    expect(result).toMatchObject({ outcome: "unknown", class: "timeout", ms: 500 });
  });
});
