import { createHmac } from "node:crypto";
import { Webhook } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import { dialectSchema } from "../../../schema/config/dialect.ts";
import { compileDialect } from "../../../worker/buyers/dialects/index.ts";
import { pingFacts } from "../buyers/dialect-fixtures.ts";
import { build, facts, made, problems, type Template } from "./requests.ts";

type Sign = NonNullable<Template["sign"]>;
const gateway = facts().gateway;
const secrets = {
  key: "k",
  base64: Buffer.from("binary\u0000key").toString("base64"),
  hex: "6b6579",
  now: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
  old: `whsec_${Buffer.from("an older secret").toString("base64")}`,
};
const of = facts({}, { secrets });
const BODY = '{"zip":"01234"}';
const hmac = (algorithm: string, key: string | Buffer, over: string) => createHmac(algorithm, key).update(over);

describe("signatures", () => {
  it.each<[string, Sign, string, string]>([
    [
      "of the body",
      [{ header: "X-Sig", hmac: "sha256", key: "{{secret.key}}", over: "{{request.body}}", prefix: "sha256=" }],
      "x-sig",
      `sha256=${hmac("sha256", "k", BODY).digest("hex")}`,
    ],
    [
      "of several parts",
      [
        {
          header: "Authorization",
          hmac: "sha1",
          key: "{{secret.key}}",
          over: "{{request.method}}\n{{request.path}}\n{{request.query}}\n{{request.timestamp}}\n{{request.nonce}}",
          encode: "base64",
          prefix: "MAC ",
        },
      ],
      "authorization",
      `MAC ${hmac("sha1", "k", `POST\n/a%20b\nx=1&k=k\n${Math.floor(gateway.now / 1_000)}\n${facts().nonce}`).digest("base64")}`,
    ],
    [
      "with a key in base64",
      [
        {
          header: "X-Sig",
          hmac: "sha512",
          key: "{{secret.base64}}",
          key_encoding: "base64",
          over: "x",
          encode: "base64url",
        },
      ],
      "x-sig",
      hmac("sha512", Buffer.from("binary\u0000key"), "x").digest("base64url"),
    ],
    [
      "with a key in hex, md5",
      [{ header: "X-Sig", hmac: "md5", key: "{{secret.hex}}", key_encoding: "hex", over: "{{request.url}}" }],
      "x-sig",
      hmac("md5", "key", "https://buyer.example/a%20b?x=1&k=k").digest("hex"),
    ],
  ])("%s", (_, sign, header, expected) => {
    const request = {
      url: "https://buyer.example/a%20b?x=1",
      query: { k: "{{secret.key}}" },
      body: { zip: "{{zip}}" },
    };
    expect(made({ ...request, sign }, of).header(header)).toBe(expected);
  });

  it("may stand in the query, which it does not cover", () => {
    const sign: Sign = [{ header: "query.sig", hmac: "sha256", key: "{{secret.key}}", over: "{{request.url}}" }];
    const built = made({ sign }, of);
    expect(built.url).toBe(
      `https://buyer.example/post?sig=${hmac("sha256", "k", "https://buyer.example/post").digest("hex")}`,
    );
  });

  it("headers may show nonce, timestamp and digests of the body", () => {
    const built = made(
      {
        body: { zip: "{{zip}}" },
        headers: {
          "X-Nonce": "{{request.nonce}}",
          "X-Time": "{{request.timestamp}}",
          "X-Hash": "{{request.body | sha256}}",
        },
      },
      of,
    );
    expect(built.header("x-nonce")).toBe(facts().nonce);
    expect(built.header("x-time")).toBe(String(Math.floor(gateway.now / 1_000)));
    expect(built.header("x-hash")).toMatch(/^[0-9a-f]{64}$/);
  });

  it("Standard Webhooks: the vector of its documentation", () => {
    const message = facts(
      {},
      {
        secrets,
        gateway: { ...gateway, reservation_id: "msg_p5jXN8AQM9LWM0D4loKWxJek", now: 1_614_265_330_000 },
      },
    );
    const built = made(
      { encoding: "text", body: '{"test": 2432232314}', sign: [{ standard_webhooks: ["{{secret.now}}"] }] },
      message,
    );
    expect(built.header("webhook-id")).toBe("msg_p5jXN8AQM9LWM0D4loKWxJek");
    expect(built.header("webhook-timestamp")).toBe("1614265330");
    expect(built.header("webhook-signature")).toBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  });

  it("Standard Webhooks: one signature for each secret that is there", () => {
    const now = Date.now();
    const message = facts({}, { secrets, gateway: { ...gateway, now } });
    const built = made(
      { body: { a: 1 }, sign: [{ standard_webhooks: ["{{secret.now}}", "{{secret.old}}", "{{secret.gone}}"] }] },
      message,
    );
    expect(built.header("webhook-signature")?.split(" ")).toHaveLength(2);
    const headers = Object.fromEntries(built.headers);
    for (const secret of [secrets.now, secrets.old])
      expect(new Webhook(secret).verify(built.text, headers)).toEqual({ a: 1 });
    expect(build({ body: {}, sign: [{ standard_webhooks: ["{{secret.gone}}"] }] }, message)).toEqual({
      ok: false,
      message: "sign: the secret is missing",
    });
  });

  it("without a key there is no request", () => {
    const sign = (key: string): Sign => [{ header: "X-Sig", hmac: "sha256", key, over: "x" }];
    expect(build({ sign: sign("{{secret.none}}") }, of)).toEqual({ ok: false, message: "missing secret.none" });
    expect(build({ sign: sign("{{nothing}}") }, of)).toEqual({ ok: false, message: "sign: the key is missing" });
  });

  it("what is not built yet can be named by headers and signatures alone", () => {
    expect(problems({ body: { a: "{{request.body}}", n: "{{request.nonce}}", t: "{{request.timestamp}}" } })).toEqual([
      "post.request.body.a: {{request.body}} is only there for headers and sign: the request is not built yet",
    ]);
  });
});

describe("auth", () => {
  const authorization = (auth: object, changes: object = {}, headers = {}) =>
    made({ headers }, { ...of, ...changes }, { auth: auth as never }).header("authorization");

  it.each<[object, string]>([
    [{ type: "basic", username: "me", password: "{{secret.key}}" }, `Basic ${Buffer.from("me:k").toString("base64")}`],
    [{ type: "basic", username: "{{secret.key}}" }, `Basic ${Buffer.from("k:").toString("base64")}`],
    [{ type: "bearer", token: "{{secret.key}}" }, "Bearer k"],
    [{ type: "oauth2", grant: "client_credentials", token_url: "https://b.example/t", client_id: "c" }, "Bearer T"],
    [
      {
        type: "oauth2",
        grant: "client_credentials",
        token_url: "https://b.example/t",
        client_id: "c",
        header: "Token {{token.access_token}}",
      },
      "Token T",
    ],
  ])("%j", (auth, expected) => {
    expect(authorization(auth, { token: { access_token: "T" } })).toBe(expected);
    expect(authorization(auth, { token: { access_token: "T" } }, { authorization: "mine" })).toBe("mine");
  });

  it("may be under another name, or left to the requests", () => {
    const oauth = {
      type: "oauth2",
      grant: "client_credentials",
      token_url: "https://b.example/t",
      client_id: "c",
    } as const;
    const token = { access_token: "T", site: "https://eu.b.example/" };
    const named = made({}, { ...of, token }, { auth: { ...oauth, header: "X-Token: {{token.access_token}}" } });
    expect([named.header("x-token"), named.header("authorization")]).toEqual(["T", undefined]);
    const left = made(
      { url: "{{token.site}}/leads/{{zip}}", hosts: ["*.b.example"], query: { t: "{{token.access_token}}" } },
      { ...of, token },
      { auth: { ...oauth, header: null, carry: { site: "site" } } },
    );
    expect([left.url, left.header("authorization")]).toEqual(["https://eu.b.example/leads/01234?t=T", undefined]);
  });

  it("without a token there is no request, and the token's own request carries none", () => {
    const auth = {
      type: "exchange",
      request: { url: "https://b.example/token", body: { k: "{{secret.key}}" } },
      token: "token",
    } as const;
    expect(build({ headers: { A: "{{token.access_token}}" } }, of, { auth })).toEqual({
      ok: false,
      message: "missing token.access_token",
    });
    const dialect = compileDialect(
      dialectSchema.parse({ version: 1, auth, post: { request: { url: "https://b.example/" } } }),
    );
    expect(dialect.tokenAuth?.type).toBe("exchange");
    expect(dialect.buildExchange({ secrets, now: 0, nonce: "00" })).toMatchObject({
      ok: true,
      request: { body: '{"k":"k"}' },
    });
    const answer = { content_type: "", body: "", retry_after: null, location: null };
    expect([401, 200, 500].map((status) => dialect.tokenRefused({ ...answer, status }))).toEqual([true, false, false]);
    expect(problems({ headers: { A: "{{token.access_token}}" } })).toEqual([
      "post.request.headers.A: {{token.access_token}}: the dialect has no auth that gives a token",
    ]);
    expect(problems({ headers: { A: "{{token.other}}" } }, { auth })[0]).toContain(
      "is not carried from the token's answer",
    );
  });

  it("is added to pings too", () => {
    const config = dialectSchema.parse({
      version: 1,
      auth: { type: "bearer", token: "{{secret.key}}" },
      ping: { request: { url: "https://b.example/" }, answer: { rules: [{ bid: "a is b" }] } },
      post: { request: { url: "https://b.example/" } },
    });
    const built = compileDialect(config).buildPing({ ...pingFacts, secrets });
    expect(built?.ok && built.request.headers).toContainEqual(["Authorization", "Bearer k"]);
  });
});
