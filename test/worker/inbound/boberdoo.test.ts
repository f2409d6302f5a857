import { afterEach, beforeEach, describe, expect, it, test } from "vitest";
import { phoneOf } from "../../support/flow/scene.ts";
import { admin, bids, rejects, World } from "../../support/world.ts";
import { element, form, json, OLD_KEY, type Said, type Shop, say, shop } from "./support.ts";

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world.end());

/** What a seller's code for such an exchange has in it; only the host and the prefix of the path are new. */
const COMMON = { Key: OLD_KEY, API_Action: "pingPostLead", TYPE: "31", SRC: "acme_web" };
const PING = { ...COMMON, Mode: "ping", Return_Best_Price: "1", Zip: "78704", State: "TX", Electric_Bill: "180" };
const person = (n: number) => ({
  First_Name: "Ann",
  Last_Name: "O'Hara & Co",
  Primary_Phone: phoneOf(n),
  Email: `a${n}@example.com`,
});
const path = "/new_api/api.php";

const pings = (at: Shop, more: object = {}) => say(`${at.base}${path}`, form({ ...PING, ...more }));
const posts = (at: Shop, ping: Said, n: number, more: object = {}) =>
  say(
    `${at.base}${path}`,
    form({
      ...COMMON,
      Mode: "post",
      Lead_ID: element(ping.text, "lead_id") ?? "",
      Zip: "78704",
      ...person(n),
      ...more,
    }),
  );
const status = ({ text }: Said) => element(text, "status");

describe("a seller of a boberdoo exchange", () => {
  it("pings and posts by form, and gets the XML that it knows", async () => {
    const at = await shop(world, { preset: "boberdoo" });
    const ping = await pings(at);
    expect(ping).toMatchObject({ status: 200, type: "text/xml; charset=utf-8" });
    expect(ping.text).toMatch(
      /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<response><status>Matched<\/status><lead_id>\w{10,32}<\/lead_id><price>16\.00<\/price><\/response>$/,
    );
    expect(JSON.parse(world.to(at.buyer, "ping")[0]?.body ?? "")).toMatchObject({ zip: "78704" });
    const post = await posts(at, ping, 1);
    expect(post.text).toMatch(
      /<response><status>Matched<\/status><lead_id>\w{10,32}<\/lead_id><price>16\.00<\/price><total_price>16\.00<\/total_price><\/response>$/,
    );
    expect(JSON.parse(world.to(at.buyer, "post")[0]?.body ?? "")).toMatchObject({
      first: "Ann",
      last: "O'Hara & Co",
      phone: phoneOf(1),
      zip: "78704",
    });
    const lead = await admin("GET", `/leads/${element(post.text, "lead_id")}/trace`);
    expect(lead).toMatchObject({ lead: { state: "sold" }, sale: { buyer_id: at.buyer, price: 20, payout: 16 } });
  });

  it("the same by GET, and without a price where none was asked for", async () => {
    const at = await shop(world, { preset: "boberdoo" });
    const { Return_Best_Price: _, ...silent } = PING;
    const ping = await say(`${at.base}/genericPostlead.php?${new URLSearchParams(silent)}`);
    expect([status(ping), element(ping.text, "price")]).toEqual(["Matched", undefined]);
    const query = new URLSearchParams({
      ...COMMON,
      Mode: "post",
      Lead_ID: element(ping.text, "lead_id") ?? "",
      ...person(2),
    });
    expect(status(await say(`${at.base}/genericPostlead.php?${query}`))).toBe("Matched");
  });

  it("JSON in a Request object, answered in JSON; XML with a Data element", async () => {
    const at = await shop(world, { preset: "boberdoo" });
    const ping = await say(`${at.base}/apiJSON.php`, json({ Request: { ...PING, Zip: "78704" } }));
    expect(ping.type).toBe("application/json");
    const found = JSON.parse(ping.text) as { response: { status: string; lead_id: string; price: string } };
    expect(found.response).toMatchObject({ status: "Matched", price: "16.00" });
    const asked = await pings(at, { Format: "JSON", Zip: "78705" });
    expect(JSON.parse(asked.text)).toMatchObject({ response: { status: "Matched" } });
    const body = `<?xml version="1.0"?><Request><Key>${OLD_KEY}</Key><API_Action>submitLead</API_Action><TYPE>31</TYPE><Data><Zip>78704</Zip><First_Name>Jos&#233;</First_Name><Home_Phone>${phoneOf(3)}</Home_Phone></Data></Request>`;
    const sent = await say(`${at.base}/apiXML.php`, { method: "POST", headers: { "content-type": "text/xml" }, body });
    expect([status(sent), element(sent.text, "price")]).toEqual(["Matched", "16.00"]);
    expect(JSON.parse(world.to(at.buyer, "post")[0]?.body ?? "")).toMatchObject({ first: "José" });
  });

  test.each([{ Mode: "full" }, { API_Action: "submitLead", Mode: "" }])(
    "sells a whole lead at once: %o",
    async (how) => {
      const at = await shop(world, { preset: "boberdoo" });
      const sent = await say(`${at.base}${path}`, form({ ...PING, ...person(4), ...how }));
      expect([status(sent), element(sent.text, "price")]).toEqual(["Matched", "16.00"]);
      expect(world.to(at.buyer, "post")).toHaveLength(1);
    },
  );

  it("what a ping tells of the person reaches no buyer, and the person is known again", async () => {
    const at = await shop(world, { preset: "boberdoo" });
    const ping = await pings(at, person(5));
    expect(status(ping)).toBe("Matched");
    expect(JSON.stringify(world.to(at.buyer, "ping"))).not.toMatch(/Ann|Hara|example\.com|15122000005/);
    expect((await pings(at, person(5))).text).toBe(ping.text);
    expect(world.to(at.buyer, "ping")).toHaveLength(1);
  });
});

describe("what it gets instead of a sale", () => {
  it("Unmatched: nobody bids, or nobody takes it", async () => {
    const at = await shop(world, { preset: "boberdoo" });
    world.buyers.set(at.buyer, { ping: bids(20), post: rejects });
    const ping = await pings(at);
    const post = await posts(at, ping, 10);
    expect(post.text).toMatch(/<status>Unmatched<\/status><lead_id>\w+<\/lead_id><\/response>$/);
    world.buyers.set(at.buyer, { ping: () => Response.json({ result: "no" }) });
    expect((await pings(at, { Zip: "78705" })).text).toMatch(
      /<status>Unmatched<\/status><lead_id>\w+<\/lead_id><price>0\.00<\/price><\/response>$/,
    );
  });

  it("Error with its own names of the fields", async () => {
    const at = await shop(world, { preset: "boberdoo" });
    const ping = await pings(at);
    const post = await posts(at, ping, 11, { First_Name: "", Primary_Phone: "" });
    expect(post).toMatchObject({ status: 200, type: "text/xml; charset=utf-8" });
    expect([status(post), element(post.text, "error")]).toEqual([
      "Error",
      "Required value First_Name, Primary_Phone is missing",
    ]);
    const bad = await pings(at, { Zip: "7870" });
    expect([status(bad), element(bad.text, "error")]).toEqual([
      "Error",
      expect.stringMatching(/^Value of Zip is not valid: must be a US ZIP/),
    ]);
    expect(element((await posts(at, { ...ping, text: "" }, 11)).text, "error")).toBe(
      "Required value Lead_ID is missing",
    );
    const foreign = { ...ping, text: "<lead_id>874</lead_id>" };
    expect(element((await posts(at, foreign, 11)).text, "error")).toBe("Invalid Lead ID.");
    expect(JSON.parse((await pings(at, { Format: "JSON", Zip: "" })).text)).toEqual({
      response: { status: "Error", error: "Required value Zip is missing" },
    });
  });

  it("the same answer to the same post, and the buyer is asked once", async () => {
    const at = await shop(world, { preset: "boberdoo" });
    const ping = await pings(at);
    const [first, second] = [await posts(at, ping, 12), await posts(at, ping, 12)];
    expect(status(first)).toBe("Matched");
    expect(second.text).toBe(first.text);
    expect(world.to(at.buyer, "post")).toHaveLength(1);
    const other = await posts(at, ping, 13);
    expect([other.status, status(other)]).toEqual([200, "Error"]);
  });

  it("a duplicate is told so", async () => {
    const at = await shop(world, { preset: "boberdoo" });
    expect(status(await posts(at, await pings(at), 14))).toBe("Matched");
    const again = await posts(at, await pings(at), 14);
    expect([status(again), element(again.text, "error")]).toEqual(["Error", "Duplicate lead."]);
    expect(world.to(at.buyer, "post")).toHaveLength(1);
  });

  it("a ping that is too old", async () => {
    const at = await shop(world, { preset: "boberdoo" }, { ping_ttl_s: 60 });
    const ping = await pings(at);
    // Its auction is in the book before time jumps.
    expect((await posts(at, ping, 15, { First_Name: "" })).text).toContain("First_Name is missing");
    world.moveClock(61_000);
    const post = await posts(at, ping, 15);
    expect(element(post.text, "error")).toMatch(/^Lead ID \w+ has expired\. Send a new ping\.$/);
    expect(world.to(at.buyer, "post")).toHaveLength(0);
  });

  it("a wrong key, and none", async () => {
    const at = await shop(world, { preset: "boberdoo" });
    for (const Key of ["guess", "", `${OLD_KEY}x`]) {
      const said = await pings(at, { Key });
      expect([said.status, said.type, element(said.text, "error")]).toEqual([
        200,
        "text/xml; charset=utf-8",
        "Invalid API key.",
      ]);
    }
    expect(world.received).toHaveLength(0);
    // Our own key of the same publisher opens as well, another publisher's does not.
    expect(status(await pings(at, { Key: at.api_key }))).toBe("Matched");
    const other = await shop(world, { preset: "boberdoo" });
    expect(element((await pings(at, { Key: other.api_key })).text, "error")).toBe("Invalid API key.");
  });

  it("an answer in its shape whatever it sends", async () => {
    const at = await shop(world, { preset: "boberdoo" });
    const wrong: [string, RequestInit?][] = [
      ["", {}],
      [path, {}],
      [path, { method: "POST", body: "hello" }],
      [path, { method: "POST", headers: { "content-type": "application/json" }, body: "{oops" }],
      [path, { method: "POST", headers: { "content-type": "multipart/form-data; boundary=x" }, body: "nonsense" }],
      [path, { method: "POST", body: `Zip=${"9".repeat(70_000)}` }],
      [path, form({ ...COMMON, Mode: "steal" })],
      [path, { method: "PUT", body: "<a>" }],
      [path, { method: "DELETE" }],
    ];
    for (const [suffix, init] of wrong) {
      const said = await say(`${at.base}${suffix}`, init);
      expect([said.type, status(said)], said.text).toEqual(["text/xml; charset=utf-8", "Error"]);
      expect(element(said.text, "error"), said.text).toBeTruthy();
    }
  });
});

describe("tests", () => {
  it("a test lead reaches no live buyer", async () => {
    const at = await shop(world, { preset: "boberdoo" });
    expect(status(await pings(at, { Test_Lead: "1" }))).toBe("Unmatched");
    expect(world.received).toHaveLength(0);
  });

  it("with a magic ZIP by configuration it is answered like a sale", async () => {
    const at = await shop(world, { preset: "boberdoo", dialect: { request: { test_zip: "00001" } } });
    const ping = await pings(at, { Test_Lead: "1" });
    expect([status(ping), element(ping.text, "price")]).toEqual(["Matched", "9.872"]);
    const post = await posts(at, ping, 20, { Test_Lead: "1" });
    expect([status(post), element(post.text, "price")]).toEqual(["Matched", "9.872"]);
    expect(world.received).toHaveLength(0);
    expect(status(await pings(at))).toBe("Matched");
  });
});

it("campaigns by TYPE", async () => {
  const one = await shop(world, { preset: "boberdoo" });
  const campaign = one.buyer.replace("_buyer", "");
  const at = { ...one, ...(await addressFor(one, { from: "TYPE", map: { "31": campaign } })) };
  expect(status(await pings(at))).toBe("Matched");
  const unknown = await pings(at, { TYPE: "32" });
  expect(status(unknown)).toBe("Error");
  expect(world.to(one.buyer, "ping")).toHaveLength(1);
});

async function addressFor(at: Shop, campaigns: object): Promise<{ base: string }> {
  const publisher_id = at.buyer.replace("_buyer", "_pub");
  const { id } = await admin("POST", "/inbound", { preset: "boberdoo", publisher_id, campaigns, keys: [OLD_KEY] });
  return { base: `https://gateway.test/in/${id}` };
}
