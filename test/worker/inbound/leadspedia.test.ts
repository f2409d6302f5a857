import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { phoneOf } from "../../support/flow/scene.ts";
import { accepts, bids, World } from "../../support/world.ts";
import { element, form, OLD_KEY, type Said, type Shop, say, shop } from "./support.ts";

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world.end());

const AUTH = { lp_campaign_id: "5e95a3290f61f", lp_campaign_key: OLD_KEY, lp_s1: "Social Ads" };
const PING = { ...AUTH, zip_code: "78704", state: "TX", ip_address: "203.0.113.7" };
const person = (n: number) => ({
  first_name: "Ann",
  last_name: "Lee",
  phone_home: phoneOf(n),
  email_address: `p${n}@example.com`,
});
const body = ({ text }: Said) => JSON.parse(text) as Record<string, unknown>;

/** As such clients do it: everything in the query of a POST without a body. */
const ping = (at: Shop, more: object = {}) =>
  say(`${at.base}/ping.do?${new URLSearchParams({ ...PING, lp_response: "JSON", ...more })}`, { method: "POST" });
const post = (at: Shop, lp_ping_id: unknown, n: number, more: object = {}) =>
  say(
    `${at.base}/post.do`,
    form({ ...PING, lp_response: "JSON", lp_ping_id: String(lp_ping_id), ...person(n), ...more }),
  );

describe("an affiliate of a LeadsPedia campaign", () => {
  it("pings and posts, answered in JSON because it says so", async () => {
    const at = await shop(world, { preset: "leadspedia" });
    world.buyers.set(at.buyer, { ping: bids(20), post: accepts({ redirect: "https://buyer.example/next?a=1&b=2" }) });
    const offered = body(await ping(at));
    expect(offered).toEqual({ result: "success", msg: "Ping Accepted", ping_id: expect.any(String), price: "16.00" });
    const sold = body(await post(at, offered.ping_id, 200));
    expect(sold).toMatchObject({
      result: "success",
      msg: "Lead Accepted",
      price: "16.00",
      redirect_url: "https://buyer.example/next?a=1&b=2",
    });
    expect(body(await post(at, body(await ping(at)).ping_id, 200))).toMatchObject({
      result: "failed",
      msg: "Duplicate Lead",
    });
  });

  it("in XML by default, with a root of its own", async () => {
    const at = await shop(world, { preset: "leadspedia" });
    world.buyers.set(at.buyer, { ping: bids(20), post: accepts({ redirect: "https://buyer.example/next?a=1&b=2" }) });
    const offered = await ping(at, { lp_response: "" });
    expect(offered.type).toBe("text/xml; charset=utf-8");
    expect(offered.text).toMatch(
      /<response><result>success<\/result><msg>Ping Accepted<\/msg><ping_id>\w+<\/ping_id><price>16\.00<\/price><\/response>$/,
    );
    const sold = await post(at, element(offered.text, "ping_id"), 201, { lp_response: "XML" });
    expect(element(sold.text, "redirect_url")).toBe("https://buyer.example/next?a=1&amp;b=2");
  });

  it("is told its own fields that are wrong", async () => {
    const at = await shop(world, { preset: "leadspedia" });
    const offered = body(await ping(at));
    expect(body(await post(at, offered.ping_id, 202, { phone_home: "123" }))).toEqual({
      result: "failed",
      msg: "Invalid or Missing Fields",
      errors: [{ field: "phone_home", error: expect.stringMatching(/phone number/) }],
    });
    const xml = await ping(at, { zip_code: "", lp_response: "xml" });
    expect(xml.text).toContain("<errors><field>zip_code</field><error>is required in a ping</error></errors>");
    expect(body(await ping(at, { lp_campaign_key: "guess" }))).toMatchObject({ msg: "Invalid Campaign ID or Key" });
  });
});
