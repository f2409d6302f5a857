import { describe, expect, it } from "vitest";
import {
  bidAnswerSchema,
  dialectSchema,
  outcomeAnswerSchema,
  stepAnswerSchema,
} from "../../../schema/config/dialect.ts";
import { answerProblems, compileStep, explainAnswer } from "../../../worker/buyers/dialects/answer/index.ts";
import { answer, bidOf, env, outcomeOf, statusOf } from "./answers.ts";

describe("buyers' ways of answering", () => {
  it("errors as names of fields, an integer for the status, a lower price", () => {
    const read = outcomeOf({
      rules: [
        { accepted: "status is 1" },
        { rejected: "status is 2" },
        { unknown: "status is 3" },
        { set_up_error: "status in (4, 5)" },
      ],
      reason: ["{{errors.0 | entries ': ' | join '; '}}", "status_text"],
      counter_price: "price_reject",
      buyer_lead_id: "lead_id",
      price: "price",
    });
    expect(read(answer({ status: 4, errors: [{ loanAmount: "required", firstName: "required" }] }))).toMatchObject({
      outcome: "set_up_error",
      reason: "loanAmount: required; firstName: required",
      reason_class: "invalid",
    });
    expect(read(answer({ lead_id: "23", status: 2, status_text: "reject", price_reject: 3.5 }))).toMatchObject({
      outcome: "rejected",
      counter_price: 35_000,
      buyer_lead_id: "23",
    });
    expect(read(answer({ lead_id: "W", status: 1, price: "1.0000", price_reject: 9 }))).toMatchObject({
      price: 10_000,
      counter_price: undefined,
    });
    expect(read(answer({ status: 3, status_text: "In Progress" }))).toMatchObject({
      outcome: "unknown",
      held_for_review: false,
    });
  });

  it("a sentence that asks for patience, with the id in it", () => {
    const read = outcomeOf({
      format: ["json", "xml"],
      capture: ["Lead ID (?P<id>\\d+) has"],
      rules: [
        { review: '$text contains "manually approved"' },
        { accepted: "response.status is Matched" },
        { rejected: "response.status is Unmatched" },
      ],
      buyer_lead_id: ["id", "response.lead_id"],
    });
    const held = answer({ response: { status: "Lead ID 326229333 has to be manually approved." } });
    expect(read(held)).toMatchObject({ outcome: "unknown", held_for_review: true, buyer_lead_id: "326229333" });
    const no = answer("<response><status>Unmatched</status><lead_id>39735</lead_id></response>");
    expect(read(no)).toMatchObject({ outcome: "rejected", buyer_lead_id: "39735" });
  });

  it("an HTML form's values", () => {
    const read = outcomeOf({
      format: "html",
      rules: [{ accepted: "F9errCode is 0" }, { rejected: "F9errCode exists" }],
      reason: "F9errDesc",
    });
    const page = (code: string, why: string) =>
      answer(
        `<HTML><INPUT readonly id="F9errCode" name="F9errCode" value="${code}"><INPUT id="F9errDesc" value="${why}"></HTML>`,
      );
    expect(read(page("0", "fine"))).toMatchObject({ outcome: "accepted" });
    expect(read(page("708", "More than one record"))).toMatchObject({
      outcome: "rejected",
      reason: "More than one record",
    });
  });

  it("sentences", () => {
    const read = outcomeOf({
      format: "text",
      capture: ["^Lead Accepted (?P<id>\\d+)$", "^Lead Rejected (?P<why>[^;]*)(?:; guid=(?P<guid>\\S+))?"],
      rules: [{ accepted: "id exists" }, { duplicate: "why contains duplicates" }, { rejected: "why exists" }],
      buyer_lead_id: "id",
      reason: "why",
      carry: { guid: "guid" },
    });
    expect(read(answer("Lead Accepted 45678"))).toMatchObject({ outcome: "accepted", buyer_lead_id: "45678" });
    expect(read(answer("Lead Rejected because of duplicates; guid=1a48"))).toMatchObject({
      outcome: "duplicate",
      reason: "because of duplicates",
      carried: { guid: "1a48" },
    });
  });

  it("broken JSON, by captures", () => {
    const read = bidOf({
      format: ["json", "text"],
      capture: ["\\bid: *(?P<ref>\\w+)", "price: *(?P<amount>[\\d.]+)"],
      rules: [{ bid: "amount > 0" }],
      price: "amount",
      ref: "ref",
    });
    const wire = answer('{ id: a8c75, price: 4.30, message: "success", code = "OK" }');
    expect(read(wire)).toMatchObject({ outcome: "bid", price: 43_000, carried: { ref: "a8c75" } });
  });

  it("a redirect with the outcome in its body, its address for the consumer", () => {
    const read = outcomeOf({
      format: ["json", "xml"],
      rules: [{ rejected: "outcome is failure" }, { accepted: "outcome is success" }],
      buyer_lead_id: "lead.id",
      price: ["price", "$bid.price"],
    });
    const wire = answer({ outcome: "success", lead: { id: "123" }, price: 1.5 }, 303, {
      location: "https://example.com/ty",
    });
    expect(read(wire)).toMatchObject({
      outcome: "accepted",
      buyer_lead_id: "123",
      price: 15_000,
      redirect_url: "https://example.com/ty",
    });
    expect(read(answer("", 303, { location: "https://example.com/ty" }))).toMatchObject({
      outcome: "unknown",
      class: "redirect",
    });
  });

  it("HTTP statuses as outcomes", () => {
    const read = bidOf({
      rules: [{ no_bid: "$status is 404" }, { error: "$status is 4xx" }, { bid: "bid > 0" }],
      price: "bid",
    });
    expect(read(answer("<h1>none</h1>", 404))).toMatchObject({ outcome: "no_bid" });
    expect(read(answer("", 400))).toMatchObject({ outcome: "error", error: "http_status" });
    const post = outcomeOf({
      rules: [{ not_taken: "$status is 508" }, { accepted: "vendorResponseId exists" }],
      retry_after_s: "{{86400}}",
    });
    expect(post(answer("", 508))).toMatchObject({ outcome: "not_taken", retry_after_ms: 86_400_000 });
    expect(post(answer("", 508, { retry_after: "5" }))).toMatchObject({ retry_after_ms: 5_000 });
  });

  it("an accept that proves nothing, an address that is encoded as a whole", () => {
    const read = outcomeOf({
      format: ["json", "html"],
      rules: [{ when: "$status is 200", outcome: "accepted", unverified: true }],
      redirect_url: "{{link | url_decode}}",
      destination: "number",
    });
    expect(read(answer("<html></html>"))).toMatchObject({ outcome: "accepted", unverified: true });
    const wire = answer({ link: "https%3A%2F%2Fx.example%2Fty%3Fk%3DA%252B", number: "+18885550100" });
    expect(read(wire)).toMatchObject({ redirect_url: "https://x.example/ty?k=A%2B", destination: "+18885550100" });
    expect(read(answer({ link: "javascript%3Aalert(1)" })).redirect_url).toBeUndefined();
  });

  it("a call's number and how long it must last", () => {
    const read = bidOf({
      rules: [{ error: "..status starts with FAILED" }, { bid: "..status is reserved" }],
      price: "..retreaver_payout",
      destination: "..inbound_number",
      min_duration_s: "..retreaver_seconds",
    });
    const call = { status: "reserved", retreaver_payout: 12.5, retreaver_seconds: 60, inbound_number: "+18005551234" };
    const expected = { price: 125_000, destination: "+18005551234", min_duration_s: 60 };
    expect(read(answer(call))).toMatchObject(expected);
    expect(read(answer({ rtb: call }))).toMatchObject(expected);
  });

  it("a status call's words, and only those", () => {
    const read = statusOf({
      format: "lines",
      rules: [{ accepted: "state is sold" }, { duplicate: "state is twice" }, { review: "state is held" }],
    });
    expect(read(answer("state: sold"))).toMatchObject({ outcome: "accepted" });
    expect(read(answer("state: twice"))).toMatchObject({ outcome: "unknown", held_for_review: false });
    expect(read(answer("state: held"))).toMatchObject({ outcome: "unknown", held_for_review: true });
    expect(read(answer("status: accepted"))).toMatchObject({ outcome: "unknown" });
  });
});

describe("defaults in other formats than JSON", () => {
  it.each<[string, "xml" | "form" | "lines" | "text" | "html" | "csv", string, string]>([
    ["XML below its root", "xml", "<r><Status>Accepted</Status></r>", "accepted"],
    ["XML below its envelope", "xml", "<E><B><R><Result>Rejected</Result></R></B></E>", "rejected"],
    ["an XML text", "xml", "<string>Lead Rejected</string>", "rejected"],
    ["XML that says no word", "xml", "<r><id>5</id></r>", "unknown"],
    ["a form", "form", "Status=Success&id=4", "accepted"],
    ["lines", "lines", "status: duplicate", "duplicate"],
    ["a word", "text", "Success", "accepted"],
    ["a sentence that nobody knows", "text", "We will see", "unknown"],
    ["a page", "html", "<p>Accepted</p>", "unknown"],
    ["CSV by its first word", "csv", "OK,5", "accepted"],
    ["CSV that says no word", "csv", "4,5", "unknown"],
  ])("%s", (_, format, body, expected) => {
    expect(outcomeOf({ format })(answer(body)).outcome).toBe(expected);
  });

  it("tells the usual reason of XML", () => {
    const read = outcomeOf({ format: "xml" });
    expect(read(answer("<r><Status>Error</Status><Error>Bad SSN</Error></r>"))).toMatchObject({
      outcome: "rejected",
      reason: "Bad SSN",
      reason_class: "invalid",
    });
  });
});

describe("a step's answer", () => {
  const config = stepAnswerSchema.parse({
    rules: [
      { go_on: "response is qualified" },
      { no_bid: "response is disqualified" },
      { review: "response is queued" },
      { error: "response is error" },
    ],
    reason: ["reason", "message"],
    carry: { id: "LeadAmpID" },
  });
  const read = (phase: "ping" | "post", delivers: boolean, body: unknown, status = 200) =>
    compileStep(config, env, { phase, delivers })(answer(body, status));
  it.each<["ping" | "post", boolean, unknown, number, object]>([
    [
      "ping",
      false,
      { response: "qualified", LeadAmpID: 81 },
      200,
      { outcome: "go_on", class: "ok", carried: { id: "81" } },
    ],
    [
      "ping",
      false,
      { response: "disqualified", reason: "customer" },
      200,
      { outcome: "no_bid", reason: "customer", carried: {} },
    ],
    ["ping", false, { response: "error", message: "x" }, 200, { outcome: "error", class: "server" }],
    ["ping", false, { hello: 1 }, 200, { outcome: "error", class: "unreadable" }],
    ["ping", false, "<h1>x</h1>", 502, { outcome: "error", class: "server" }],
    ["post", false, { response: "queued" }, 200, { outcome: "unknown", held_for_review: true }],
    ["post", false, { hello: 1 }, 200, { outcome: "not_taken", class: "unreadable" }],
    ["post", true, { hello: 1 }, 200, { outcome: "unknown", class: "unreadable" }],
    ["post", true, "", 401, { outcome: "set_up_error", class: "auth" }],
    ["post", true, "", 429, { outcome: "not_taken", class: "throttled" }],
    ["post", false, { status: "accepted" }, 200, { outcome: "not_taken", class: "unreadable" }],
    ["post", false, { response: "qualified", LeadAmpID: "x".repeat(600) }, 200, { outcome: "not_taken", carried: {} }],
  ])("of a %s, delivers %s: %j", (phase, delivers, body, status, expected) => {
    expect(read(phase, delivers, body, status)).toMatchObject(expected);
  });
});

describe("what is wrong with an answer's configuration", () => {
  it("each thing at its place", () => {
    const config = bidAnswerSchema.parse({
      rules: [{ bid: "price >" }, { no_bid: "x | nope is 1" }, { error: "$bid.x exists" }],
      capture: ["(?P<a>x", "no group"],
      inner: [{ at: "a.*", format: "xml" }],
      price: "a..",
      bids: { each: "b", price: "{{c" },
      reason_classes: [{ cap: "$nope exists" }],
      carry: { slot: "$header.x" },
    });
    expect(answerProblems({ kind: "bid", config }, env, "ping.answer").map(({ path }) => path)).toEqual([
      "ping.answer.capture.0",
      "ping.answer.capture.1",
      "ping.answer.inner.0",
      "ping.answer.rules.0",
      "ping.answer.rules.1",
      "ping.answer.rules.2",
      "ping.answer.reason_classes.0",
      "ping.answer.price",
      "ping.answer.bids.price",
      "ping.answer.carry.slot",
    ]);
  });

  it("nothing, where all is well; the first is thrown without a list of them", () => {
    const fine = outcomeAnswerSchema.parse({ rules: [{ accepted: "$bid.x exists" }], reason: "why" });
    expect(answerProblems({ kind: "outcome", config: fine }, env, "post.answer")).toEqual([]);
    expect(() => outcomeOf({ rules: [{ accepted: "a is" }] })).toThrow('rules.0: "a is": ends too early');
  });
});

describe("explaining an answer", () => {
  const config = dialectSchema.parse({
    version: 1,
    ping: {
      before: [
        { name: "pre", request: { url: "https://b.example/pre" }, answer: { rules: [{ go_on: "ok is true" }] } },
      ],
      request: { url: "https://b.example/ping" },
      answer: {
        rules: [
          { no_bid: "status is no" },
          { bid: "price > 0 and $status is 200" },
          { when: { path: "price" }, outcome: "bid" },
        ],
        price: ["price", "$contract"],
        ref: ["id", "data.id"],
        carry: { slot: "slot" },
      },
    },
    post: {
      request: { url: "https://b.example/post" },
      after: [
        {
          name: "poll",
          when: "otherwise",
          request: { url: "https://b.example/poll" },
          answer: { rules: [{ accepted: "ok is true" }] },
        },
      ],
    },
  });
  const explain = (place: Parameters<typeof explainAnswer>[1], body: unknown, status?: number) =>
    explainAnswer(config, place, answer(body, status), env);

  it("says how each rule and value read it", () => {
    expect(explain("ping", { price: 5, data: { id: "x" }, note: "n".repeat(900) })).toMatchObject({
      format: "json",
      weak: false,
      tree: { price: 5, note: `${"n".repeat(500)}…` },
      rules: [
        {
          index: 0,
          outcome: "no_bid",
          condition: "status is no",
          truth: false,
          matched: false,
          uses: [{ name: "status" }],
        },
        { truth: true, matched: true, uses: [{ name: "price", value: 5 }] },
        { condition: '{"path":"price"}', truth: true, matched: false },
      ],
      values: {
        price: { source: "price", value: 5 },
        ref: { source: ["id", "data.id"], value: "x" },
        "carry.slot": { source: "slot", value: undefined },
      },
      reading: { outcome: "bid", price: 50_000 },
    });
  });

  it("says what cannot be said", () => {
    const told = explain("ping", "<h1>502</h1>", 502);
    expect(told).toMatchObject({ format: null, weak: true, reading: { outcome: "error", error: "http_status" } });
    expect(told?.rules.map(({ truth }) => truth)).toEqual([null, false, null]);
  });

  it("knows steps, and what is not there", () => {
    expect(explain("ping.before.pre", { ok: true })).toMatchObject({ reading: { outcome: "go_on" } });
    expect(explain("post.after.poll", { ok: true })).toMatchObject({ reading: { outcome: "accepted" } });
    expect(explain("post", { status: "rejected" })).toMatchObject({ rules: [], reading: { outcome: "rejected" } });
    for (const place of ["status", "ping.before.x", "post.before.pre", "post.after.x"] as const)
      expect(explain(place, {})).toBeNull();
  });

  it("shows but a part of a large document", () => {
    const told = explain("ping", {
      list: Array.from({ length: 5_000 }, (_, i) => ({ i })),
      deep: JSON.parse(`${"[".repeat(100)}${"]".repeat(100)}`),
    });
    expect(JSON.stringify(told?.tree).length).toBeLessThan(50_000);
  });
});
