import { createRequire } from "node:module";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { buyerSchema, contractSchema, endpointSchema } from "../../../schema/config/buyer.ts";
import { campaignSchema } from "../../../schema/config/campaign.ts";
import type { ConditionConfig, DialectInput } from "../../../schema/config/dialect.ts";
import { autoInsurance } from "../../../schema/verticals/index.ts";
import { compileContract } from "../../../worker/auction/contract.ts";
import { compileCampaign } from "../../../worker/auction/fields/index.ts";
import { compileDialect } from "../../../worker/buyers/dialects/index.ts";
import type { SetUp } from "../../../worker/flows/contract-test/set-up.ts";
import { markdownOf } from "../../../worker/flows/specification/blocks.ts";
import { conditionText } from "../../../worker/flows/specification/conditions.ts";
import { specificationOf } from "../../../worker/flows/specification/index.ts";

const NOW = Date.UTC(2026, 10, 20, 15, 4, 5);

function setUp(dialect: DialectInput, contract: object = {}, endpoint: object = {}): SetUp {
  return {
    campaign: compileCampaign(campaignSchema.parse(autoInsurance), 1),
    contract: compileContract({
      contract: contractSchema.parse({
        id: "acme_auto",
        buyer_id: "acme",
        campaign_id: autoInsurance.id,
        endpoint_id: "acme_http",
        name: "Acme",
        price: { type: "fixed", amount: "9.50" },
        ...contract,
      }),
      version: 2,
      buyer: buyerSchema.parse({ id: "acme", name: "Acme Insurance" }),
      buyer_version: 1,
      endpoint: endpointSchema.parse({ id: "acme_http", buyer_id: "acme", name: "Acme", dialect, ...endpoint }),
      endpoint_version: 3,
    }),
  };
}
const text = (set_up: SetUp, url?: string): string => {
  const { title, blocks } = specificationOf(set_up, NOW, url);
  return markdownOf(title, blocks);
};
const post = (request: object, more: object = {}): DialectInput =>
  ({
    version: 1,
    post: { request: { url: "https://buyer.example.com/post", body: { zip: "{{zip}}" }, ...request }, ...more },
  }) as DialectInput;

describe("the code that a buyer is handed", () => {
  const facts = {
    fields: { zip: "10001" },
    consent: {},
    bid: {},
    nonce: "0123456789abcdef0123456789abcdef",
    secrets: { key: "s3cret", webhook: "whsec_c2VjcmV0LW9mLTI0LWJ5dGVzLSEhISE=" },
    gateway: {
      ping_id: "p",
      campaign: "c",
      source: "s",
      sub_ids: {},
      test: false,
      now: Date.now(),
      lead_id: "l",
      reservation_id: "r",
      price: 0 as never,
    },
  };
  const HMAC = {
    header: "X-Signature",
    hmac: "sha256",
    key: "{{secret.key}}",
    over: "{{request.timestamp}}.{{request.body}}",
    prefix: "sha256=",
  };

  it.each([
    ["an HMAC over a header and the body", { headers: { "X-Time": "{{request.timestamp}}" }, sign: [HMAC] }, "s3cret"],
    ["one in base64", { sign: [{ ...HMAC, over: "{{request.body}}", encode: "base64", prefix: "" }] }, "s3cret"],
    ["Standard Webhooks", { sign: [{ standard_webhooks: ["{{secret.webhook}}"] }] }, facts.secrets.webhook],
  ])("verifies %s, and nothing else", (_, request, key) => {
    const dialect = post(request);
    const set_up = setUp(dialect);
    const [, code = ""] = /```js\n([\s\S]*?)```/.exec(text(set_up)) ?? [];
    const built = compileDialect(set_up.contract.endpoint.dialect).buildPost(facts);
    if (!built.ok) throw new Error(built.message);
    const headers = Object.fromEntries(built.request.headers.map(([name, value]) => [name.toLowerCase(), value]));
    const context = {
      require: createRequire(import.meta.url),
      Buffer,
      KEY: key,
      SECRET: key,
      headers,
      body: built.request.body,
    };
    expect(runInNewContext(`${code}; isOurs(headers, body)`, { ...context })).toBe(true);
    expect(runInNewContext(`${code}; isOurs(headers, body + " ")`, { ...context })).toBe(false);
  });
});

describe("a delivery specification", () => {
  it("says what each answer means, in the dialect's words and order", () => {
    const answer = {
      rules: [
        { duplicate: "reason contains duplicate" },
        {
          when: { all: [{ path: "code", in: [1, 2] }, { not: { path: "x", present: true } }] },
          outcome: "unknown",
          held_for_review: true,
        },
        { when: { path: "ok", equals: true }, outcome: "accepted", unverified: true },
      ],
      reason: ["message", "error"],
    };
    const shown = text(setUp(post({}, { answer })));
    expect(shown).toContain("| `reason contains duplicate` | duplicate:");
    expect(shown).toContain("| `code in (1, 2) and not (x exists)` | held for your review");
    expect(shown).toContain("(no proof of delivery)");
    expect(shown).toContain("why not: `message`, else `error`");
    expect(shown.indexOf("reason contains")).toBeLessThan(shown.indexOf("code in"));
  });

  it("shows no credential, not even one that somebody wrote into the dialect", () => {
    const headers = { Authorization: "Token CANARY", "X-Api-Key": "{{secret.key}}" };
    expect(text(setUp(post({ headers })))).not.toContain("CANARY");
  });

  it("names the buyer's own fields, whatever directives made them", () => {
    const body = JSON.parse(
      '{"$merge":[{"zip":"{{zip}}"},{"$if":"state is CA","then":{"county":"{{city}}"}},"{{value.more}}"]}',
    );
    const dialect = { ...post({ body, encoding: "form" }), values: { more: { src: "web", key: "{{secret.key}}" } } };
    const shown = text(setUp(dialect));
    expect(shown).toContain("| `county` | `{{city}}` (only if state is CA) |");
    expect(shown).toContain("| `src` | `web`, always |");
    expect(shown).toContain("| `key` | a credential that we agreed on |");
    expect(shown).toContain("zip = 78704");
  });

  it("tells tests, callbacks and repeats as they are set up", () => {
    const dialect = post({ body: { zip: "{{zip}}", back: "{{gateway.callback_url}}", test: "{{gateway.test}}" } });
    const shown = text(setUp(dialect, { find_out: "nothing" }, { accepts_test: true }), "https://gateway.example");
    expect(shown).toContain('"test": true');
    expect(shown).toContain("https://gateway.example/v1/callbacks/…");
    expect(shown).toContain("never sent again; tell us by the callback");
    expect(text(setUp(dialect))).not.toContain("Telling us later");
  });

  it("says of a ping what it may hold, and of a lost answer what this contract does", () => {
    const request = { url: "https://buyer.example.com/ping", body: { born: "{{dob}}" } };
    const ping = { request, answer: { rules: [{ bid: "bid > 0" }], price: "bid" } };
    const dialect = { ...post({}, { answer: { rules: [{ accepted: "ok is 1" }] } }), ping } as DialectInput;
    const quiet = text(setUp(dialect, { find_out: "nothing", disclose: ["dob"] }));
    expect(quiet).toContain("Public facts, and what was agreed for you (`dob`): no name");
    expect(quiet).toContain("unknown: never sent again");
    expect(quiet).toContain("accepted only if the body says so");
    const other = text(setUp({ ...post({}), ping } as DialectInput));
    expect(other).toContain("Public facts only: no name");
    expect(other).toContain("unknown: the same request again");
    expect(other).toContain("accepted, unless the body says no");
  });

  it("of a dialect that cannot be built says so, and goes on", () => {
    expect(text(setUp(post({ url: "https://buyer.example.com/{{trusted_form_cert_url}}/{{nonsense}}" })))).toContain(
      "The sample cannot be made",
    );
  });
});

describe("conditions as text", () => {
  it.each<[ConditionConfig, string]>([
    ["status is ok", "status is ok"],
    [{}, "otherwise"],
    [{ path: "a" }, "a exists"],
    [{ status: [200, "5xx"] }, "$status in (200, 5xx)"],
    [{ any: [{ path: "a", gt: 1, lte: 5 }, "b is c"] }, "a > 1 and a <= 5 or b is c"],
    [
      { all: [{ any: ["a exists", "b exists"] }, { path: "c", contains: "two words" }] },
      '(a exists or b exists) and c contains "two words"',
    ],
  ])("%j", (when, expected) => {
    expect(conditionText(when)).toBe(expected);
  });
});
