import { describe, expect, it } from "vitest";
import { dialectSchema, type JsonValue } from "../../../schema/config/dialect.ts";
import { compileDialect, dialectNames, dialectProblems } from "../../../worker/buyers/dialects/index.ts";
import { pingFacts } from "../buyers/dialect-fixtures.ts";
import { build, facts, made, postDialect, problems, type Template } from "./requests.ts";

describe("hosts", () => {
  const to = (url: string, v: string, hosts?: string[]) => build({ url, hosts }, facts({ link: v }));

  it.each<[string, string, string, string[], string]>([
    [
      "lead data pinned",
      "{{link}}",
      "https://cert.example.com/abc?x=1#f",
      ["cert.example.com"],
      "https://cert.example.com/abc?x=1",
    ],
    [
      "any host below one",
      "{{link}}/claim",
      "https://a.b.example.com/",
      ["*.example.com"],
      "https://a.b.example.com/claim",
    ],
    ["a part of the name", "https://{{link}}.example.com/x", "eu1", ["*.example.com"], "https://eu1.example.com/x"],
    ["a port of the address", "{{link}}", "https://example.com:8443/x", ["example.com"], "https://example.com:8443/x"],
  ])("%s", (_, url, v, hosts, expected) => {
    expect(to(url, v, hosts)).toMatchObject({ ok: true, request: { url: expected } });
  });

  it.each<[string, string, string, string[]]>([
    ["another host", "{{link}}", "https://evil.example/", ["example.com"]],
    ["a host that only ends alike", "{{link}}", "https://evilexample.com/", ["*.example.com"]],
    ["the host itself is not below itself", "{{link}}", "https://example.com/", ["*.example.com"]],
    ["a user before the host", "{{link}}", "https://example.com@evil.example/", ["example.com"]],
    ["credentials for the host", "{{link}}", "https://me:you@example.com/", ["example.com"]],
    ["a backslash", "{{link}}", "https://evil.example\\@example.com/", ["example.com"]],
    ["no address", "{{link}}", "example.com/x", ["example.com"]],
    ["another scheme", "{{link}}", "javascript:alert(1)", ["example.com"]],
    ["line breaks", "{{link}}", "https://example.com/\r\nX: 1", ["example.com"]],
    ["a label that ends the host", "https://{{link}}.example.com/x", "evil.example/", ["*.example.com"]],
    ["a label with a port", "https://{{link}}.example.com/x", "evil.example:1#", ["*.example.com"]],
    ["nothing", "{{link}}", "", ["example.com"]],
  ])("refuses %s", (_, url, v, hosts) => {
    expect(to(url, v, hosts)).toMatchObject({ ok: false });
  });

  it("credentials may be the address, and fixed hosts are held to the list too", () => {
    expect(made({ url: "{{secret.base}}/x" }, facts({}, { secrets: { base: "https://a.example/b/" } })).url).toBe(
      "https://a.example/b/x",
    );
    expect(build({ url: "https://other.example/", hosts: ["example.com"] })).toMatchObject({ ok: false });
    expect(problems({ url: "{{link}}" })).toEqual([
      "post.request.url: link must not be part of the host; name the allowed ones in hosts",
    ]);
    expect(problems({ url: "https://{{value.h}}/" }, { values: { h: "{{secret.key}}" } })[0]).toContain("hosts");
  });
});

describe("test leads", () => {
  const test: Template["test"] = {
    url: "https://sandbox.example/{{zip}}",
    headers: { "x-mode": "test", "X-Extra": "1" },
    query: { test: 1, live: { $omit: true } },
    body: { mode: "test", person: { phone: "5550100", none: { $omit: true } }, secret: { $omit: true }, list: ["t"] },
  };
  const request: Partial<Template> = {
    headers: { "X-Mode": "live", "X-Key": "k" },
    query: { live: 1, a: "b" },
    body: { mode: "live", person: { phone: "{{phone}}", zip: "{{zip}}", none: 1 }, secret: 1, list: ["a", "b"] },
    test,
  };
  const lead = (is: boolean) => facts({}, { gateway: { ...facts().gateway, test: is } });

  it("get the request merged, live ones as it is", () => {
    const tried = made(request, lead(true));
    expect(tried.url).toBe("https://sandbox.example/01234?a=b&test=1");
    expect(JSON.parse(tried.text)).toEqual({ mode: "test", person: { phone: "5550100", zip: "01234" }, list: ["t"] });
    expect(tried.headers.slice(0, 3)).toEqual([
      ["X-Key", "k"],
      ["x-mode", "test"],
      ["X-Extra", "1"],
    ]);
    const live = made(request, lead(false));
    expect(live.url).toBe("https://buyer.example/post?live=1&a=b");
    expect(JSON.parse(live.text)).toMatchObject({ mode: "live", secret: 1, list: ["a", "b"] });
    expect(live.header("x-mode")).toBe("live");
  });

  it("are merged over directives when these are built", () => {
    const body: JsonValue = {
      $merge: [
        { a: 1, zip: "{{zip}}" },
        { $if: "zip exists", then: { b: 2 } },
      ],
    };
    expect(JSON.parse(made({ body, test: { body: { b: "test" } } }, lead(true)).text)).toEqual({
      a: 1,
      zip: "01234",
      b: "test",
    });
    expect(JSON.parse(made({ body: { a: 1 }, test: { body: "only text" } }, lead(true)).text)).toBe("only text");
    expect(made({ body: { a: 1 }, test: { body: { $omit: true } } }, lead(true)).body).toBeNull();
  });

  it("are checked like live ones", () => {
    expect(problems({ body: {}, test: { body: { a: "{{gateway.moon}}" } } })).toEqual([
      "post.request.test.body.a: {{gateway.moon}} does not exist",
    ]);
  });
});

const RULES = [{ go_on: "ok is true" }];
const steps = dialectSchema.parse({
  version: 1,
  ping: {
    require: ["zip exists", "vehicle_year >= 2000"],
    before: [
      {
        name: "hello",
        when: "zip exists",
        request: { url: "https://b.example/hello", body: { zip: "{{zip}}" } },
        answer: { rules: RULES, carry: { id: "id" } },
      },
    ],
    request: {
      url: "https://b.example/ping",
      body: {
        id: "{{step.hello.id}}",
        least: "{{gateway.min_price}}",
        ms: "{{gateway.timeout_ms}}",
        sold: "{{gateway.times_sold}}",
      },
    },
    answer: { rules: [{ bid: "bid exists" }], price: "bid" },
  },
  post: {
    before: [
      {
        name: "session",
        delivers: true,
        request: { url: "https://b.example/s", body: { id: "{{step.hello.id}}" } },
        answer: { rules: RULES, carry: { key: "key" } },
      },
    ],
    request: {
      url: "https://b.example/post",
      body: { s: "{{step.session.key}}", h: "{{step.hello.id}}" },
      sign: [{ standard_webhooks: ["{{secret.key}}"] }],
    },
    answer: { rules: [{ accepted: "ok is true" }], carry: { ticket: "t" }, headers: ["X-Request-Id"] },
    after: [
      {
        name: "more",
        when: "needs is more and $bid.ref is R-9",
        wait_ms: [0, 10],
        request: {
          url: "https://b.example/more/{{answer.buyer_lead_id}}",
          body: { t: "{{answer.ticket}}" },
          sign: [{ standard_webhooks: ["{{secret.key}}"] }],
        },
        answer: { rules: [{ accepted: "ok is true" }] },
      },
    ],
  },
  loss: {
    request: {
      url: "https://b.example/loss",
      body: {
        ref: "{{bid.ref}}",
        won: "{{gateway.winning_price}}",
        ping: "{{gateway.ping_id}}",
        why: "{{gateway.loss_reason}}",
      },
    },
  },
  win: {
    request: {
      url: "https://b.example/win",
      body: { ref: "{{bid.ref}}", sale: "{{gateway.reservation_id}}", price: "{{gateway.price}}" },
    },
  },
});

describe("steps and notices", () => {
  const dialect = compileDialect(steps);
  const body = (built: ReturnType<typeof dialect.buildPost> | null) =>
    built?.ok ? JSON.parse(built.request.body ?? "null") : built;
  const wire = (answer: unknown) => ({
    status: 200,
    content_type: "",
    body: JSON.stringify(answer),
    retry_after: null,
    location: null,
  });

  it("are without problems, and pass on what they carry", () => {
    expect(dialectProblems(steps)).toEqual([]);
    const [hello] = dialect.steps.beforePing;
    expect(hello?.when(pingFacts)).toBe(true);
    expect(hello?.when({ ...pingFacts, fields: {} })).toBe(false);
    expect(body(hello?.build(pingFacts) ?? null)).toEqual({ zip: "01234" });
    expect(hello?.read(wire({ ok: true, id: "H" }))).toMatchObject({ outcome: "go_on", carried: { id: "H" } });
    const gateway = { ...pingFacts.gateway, min_price: facts().gateway.price, timeout_ms: 300 };
    expect(body(dialect.buildPing({ ...pingFacts, gateway, steps: { hello: { id: "H" } } }))).toEqual({
      id: "H",
      least: 21.105,
      ms: 300,
      sold: 0,
    });
    const carried = { steps: { session: { key: "S" } }, bid: { ref: "R-9", "step.hello.id": "H" } };
    expect(dialect.steps.beforePost[0]?.delivers).toBe(true);
    expect(body(dialect.buildPost(facts({}, { ...carried, secrets: { key: "whsec_a2V5" } })))).toEqual({
      s: "S",
      h: "H",
    });
  });

  it("go on after the post where its answer says so, each under an id of its own", () => {
    const [more] = dialect.steps.afterPost;
    expect(more?.when(wire({ needs: "more" }), { ref: "R-9" })).toBe(true);
    expect(more?.when(wire({ needs: "more" }), { ref: "R-1" })).toBe(false);
    const built = more?.build(
      facts({}, { answer: { buyer_lead_id: "7", ticket: "T" }, secrets: { key: "whsec_a2V5" } }),
    );
    expect(built).toMatchObject({ ok: true, request: { url: "https://b.example/more/7", body: '{"t":"T"}' } });
    expect(built?.ok && new Map(built.request.headers).get("webhook-id")).toBe("r1.more");
  });

  it("ask for the headers that the answer's rules read", () => {
    const built = dialect.buildPost(facts({}, { secrets: { key: "whsec_a2V5" } }));
    expect(built.ok && built.request.want_headers).toEqual(["X-Request-Id"]);
  });

  it("preconditions", () => {
    expect(dialect.requirePing(pingFacts)).toBe(true);
    expect(dialect.requirePing({ ...pingFacts, fields: { zip: "01234" } })).toBe(false);
  });

  it("a win notice tells which sale it is and what it costs", () => {
    const { gateway } = facts();
    expect(body(dialect.buildWin({ gateway, bid: { ref: "R" }, secrets: {}, nonce: "00" }))).toEqual({
      ref: "R",
      sale: gateway.reservation_id,
      price: 21.105,
    });
  });

  it("a loss notice tells why, and the price only where it is given", () => {
    const reason = "lower_bid" as const;
    const loss = { gateway: pingFacts.gateway, bid: { ref: "R" }, secrets: {}, nonce: "00", reason };
    expect(body(dialect.buildLoss(loss))).toEqual({ ref: "R", ping: "p1", why: "lower_bid" });
    expect(body(dialect.buildLoss({ ...loss, winning_price: facts().gateway.price }))).toEqual({
      ref: "R",
      won: 21.105,
      ping: "p1",
      why: "lower_bid",
    });
  });

  it.each<[string, object, string]>([
    [
      "a step that comes later",
      {
        before: [
          { name: "a", request: { url: "https://b.example/{{step.b.x}}" }, answer: { rules: RULES } },
          { name: "b", request: { url: "https://b.example/" }, answer: { rules: RULES, carry: { x: "x" } } },
        ],
      },
      "post.before.0.request.url: {{step.b.x}} is no earlier step",
    ],
    [
      "what a step does not carry",
      {
        before: [
          { name: "a", request: { url: "https://b.example/" }, answer: { rules: RULES, carry: { key: "k" } } },
          { name: "b", request: { url: "https://b.example/{{step.a.kee}}" }, answer: { rules: RULES } },
        ],
      },
      "is not carried from step a; did you mean step.a.key?",
    ],
    [
      "two steps of one name",
      {
        before: [
          { name: "a", request: { url: "https://b.example/" }, answer: { rules: RULES } },
          { name: "a", request: { url: "https://b.example/" }, answer: { rules: RULES } },
        ],
      },
      "post.before.1.name: there is another step a",
    ],
    [
      "a condition that cannot be",
      {
        before: [
          { name: "a", when: "gateway.moon exists", request: { url: "https://b.example/" }, answer: { rules: RULES } },
        ],
      },
      "post.before.0.when: {{gateway.moon}} does not exist",
    ],
    ["a rule that cannot be read", { answer: { rules: [{ accepted: "status is" }] } }, "post.answer.rules.0"],
  ])("%s is told", (_, post, message) => {
    expect(problems({}, { post }).join("\n")).toContain(message);
  });

  it("an answer that cannot be read keeps the request from being made", () => {
    expect(build({}, facts(), { post: { answer: { rules: [{ accepted: "status is" }] } } })).toMatchObject({
      ok: false,
    });
  });
});

describe("names", () => {
  it.each<[string, string]>([
    ["{{gateway.reservation}}", "did you mean gateway.reservation_id?"],
    ["{{secrt.key}}", "did you mean secret.key?"],
    ["{{consent.txt}}", "did you mean consent.text?"],
    ["{{gateway.min_price}}", "{{gateway.min_price}} does not exist in a post"],
    ["{{Zip}}", "is not a field name; texts stand in quotes"],
    ["{{a.b.c}}", "has too many dots"],
    ["{{answer.x}}", "{{answer.x}} does not exist in a post"],
    ["{{zip", "a placeholder is not closed"],
    ["{{zip | left x y}}", "pipe left is used as: left N"],
  ])("%s: %s", (text, message) => {
    expect(problems({ body: { a: { b: [text] } } }).join()).toContain(`post.request.body.a.b.0: `);
    expect(problems({ body: { a: { b: [text] } } }).join()).toContain(message);
  });

  it("of a dialect are known with their places, also through computed values", () => {
    const config = postDialect(
      {
        url: "https://{{secret.host}}/",
        body: {
          a: "{{value.v}}",
          b: { $if: "age exists", then: "{{zip | append secret.key}}" },
          c: { $each: "{{zips}}", as: "{{item}}" },
        },
      },
      { values: { v: "{{phone}}" } },
    );
    expect(dialectNames(config)).toEqual([
      { path: "post.request.url", name: "secret.host" },
      { path: "post.request.body.a", name: "value.v" },
      { path: "post.request.body.a", name: "phone" },
      { path: "post.request.body.b.$if", name: "age" },
      { path: "post.request.body.b.then", name: "zip" },
      { path: "post.request.body.b.then", name: "secret.key" },
      { path: "post.request.body.c.$each", name: "zips" },
    ]);
  });
});
