import { expect, it } from "vitest";
import { type Inbound, inboundSchema } from "../../../schema/config/inbound.ts";
import { inboundPreset } from "../../../worker/inbound/presets.ts";
import type { PublicContext } from "../../../worker/routes/context.ts";
import { KEY, PING_LEAD, raw, world } from "../routes/support.ts";

const ID = "in_0123456789abcdefghijklmn";
const FORM = { "content-type": "application/x-www-form-urlencoded" };

async function record(dialect: object = {}): Promise<Inbound> {
  const ready = (await inboundPreset("boberdoo")).dialect as { request: object; answers: object };
  const whole = { ...ready, ...dialect };
  return inboundSchema.parse({ id: ID, publisher_id: "acme", campaign_id: "auto_insurance", dialect: whole });
}

/** The routes over flows that say yes, with this address. */
async function withAddress(body: Inbound, changes: Partial<PublicContext> = {}) {
  const plain = world();
  const snapshot = { ...(await plain.ctx.snapshot()), inbound: () => ({ version: 1, body }) };
  return world({ snapshot: async () => snapshot, ...changes });
}

const ping = new URLSearchParams({ Key: KEY, Mode: "ping", Zip: "78704", ...PING_LEAD }).toString();

it("a fault of ours is told in the publisher's shape, and logged without its values", async () => {
  const w = await withAddress(await record(), {
    ping: () => Promise.reject(new TypeError("CANARY cannot be read")),
  });
  const answer = await raw(w, `/in/${ID}/api.php`, ping, FORM);
  expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "text/xml; charset=utf-8"]);
  const text = await answer.text();
  expect(text).toMatch(
    /^<\?xml.*\n<response><status>Error<\/status><error>Something went wrong here\. .*<\/error><\/response>$/,
  );
  expect(w.logs).toMatchObject([{ event: "error", where: "route", name: "TypeError" }]);
  expect(text + JSON.stringify(w.logs)).not.toContain("CANARY");
});

it("no configuration, no room: retryable, with Retry-After", async () => {
  const away = world({ snapshot: () => Promise.reject(new Error("D1 is away")) });
  const answer = await raw(away, `/in/${ID}`, "<a/>", { "content-type": "text/xml" });
  expect([answer.status, answer.headers.get("content-type"), answer.headers.get("retry-after")]).toEqual([
    503,
    "text/xml; charset=utf-8",
    "2",
  ]);
  const full = await withAddress(await record(), { refusedByLoad: () => 1 });
  const refused = await raw(full, `/in/${ID}/api.php`, ping, FORM);
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "1"]);
  expect(await refused.text()).toContain("<status>Error</status>");
  expect(full.pings).toEqual([]);
});

it("answers the flows' own words: what a ping is asked with, what it is told", async () => {
  const w = await withAddress(await record());
  const answer = await raw(
    w,
    `/in/${ID}/api.php`,
    `${ping}&Return_Best_Price=1&SRC=web&Cost=3.5&Test_Lead=1&Email=a%40b.example`,
    FORM,
  );
  expect(await answer.text()).toContain("<price>21.105</price>");
  expect(w.pings).toMatchObject([
    {
      publisher: { id: "acme" },
      sub_ids: { sub_id1: "web" },
      test: true,
      min_price: 35_000,
      facts: { zip: "78704", credit_tier: "good" },
    },
  ]);
  expect(JSON.stringify(w.pings)).not.toContain("a@b.example");
  expect(w.pings[0]?.email_hash?.hex).toMatch(/^[0-9a-f]{64}$/);
  expect(answer.headers.get("ratelimit-remaining")).toBe("199");
});

it("what the encoding cannot hold is not repeated", async () => {
  const answers = {
    ...(await record()).dialect.answers,
    encoding: "xml",
    ping_accepted: [{ body: { echo: "{{request.Data}}" } }],
  };
  const w = await withAddress(await record({ answers }));
  const answer = await raw(
    w,
    `/in/${ID}`,
    JSON.stringify({ Key: KEY, Mode: "ping", Zip: "78704", ...PING_LEAD, Data: { "<b>": 1 } }),
    {},
  );
  expect([answer.status, await answer.text()]).toEqual([
    200,
    expect.stringMatching(/<response><result>accepted<\/result><id>\w+<\/id>/),
  ]);
});

it("repeats the same thing to HEAD as to a stranger: nothing is sold by it", async () => {
  const w = await withAddress(await record());
  const answer = await raw(w, `/in/${ID}?${ping}`, null, {}, "HEAD");
  expect(answer.status).toBe(200);
  expect(w.pings).toEqual([]);
});

it("bodies of old systems: no content type, or not UTF-8", async () => {
  const w = await withAddress(await record());
  const lead = `Key=${KEY}&Mode=full&Zip=78704&First_Name=Jos`;
  const bytes = Uint8Array.from([...lead].map((letter) => letter.charCodeAt(0)).concat(0xe9));
  const types: Record<string, string>[] = [
    {},
    { "content-type": "text/plain" },
    { "content-type": "text/xml; charset=ISO-8859-1" },
  ];
  for (const headers of types) {
    const text = await (await raw(w, `/in/${ID}`, bytes, headers)).text();
    expect(text).toContain("<error>Required value");
    expect(text).not.toMatch(/First_Name|Zip\b/);
  }
});
