import { createHmac } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { FAULTS } from "../../../scripts/kit/faulty/faults.ts";
import { type FaultyBuyer, startFaultyBuyer } from "../../../scripts/kit/faulty/server.ts";

let faulty: FaultyBuyer;
beforeAll(async () => {
  faulty = await startFaultyBuyer();
});
beforeEach(() => {
  faulty.buyer.forget();
  faulty.setFault(null);
});
afterAll(() => faulty.close());

const LEAD = { first_name: "Test", last_name: "Lead", phone: "+15125550142", zip: "78704" };
const signature = (raw: string) => `sha256=${createHmac("sha256", "test-signing-key").update(raw).digest("hex")}`;

async function call(path: string, body: unknown, headers: Record<string, string> = {}, ms = 5_000) {
  const raw = typeof body === "string" ? body : JSON.stringify(body);
  const response = await fetch(faulty.url + path, {
    method: "POST",
    headers: { "x-api-key": "test-key", "x-signature": signature(raw), ...headers },
    body: raw,
    redirect: "manual",
    signal: AbortSignal.timeout(ms),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}
const post = (order: string, more: object = {}, path = "/post") => call(path, { order, ...LEAD, ...more });
const statusOf = async (order: string, more: object = {}) =>
  (JSON.parse((await post(order, more)).text) as { status: string }).status;

describe("the kit's buyer, when it behaves", () => {
  it("bids, accepts once, knows a repeated post and a known consumer", async () => {
    expect(JSON.parse((await call("/ping", { zip: "78704" })).text)).toMatchObject({ status: "bid", bid: 12.5 });
    expect(await statusOf("one")).toBe("accepted");
    expect(await statusOf("one")).toBe("accepted");
    expect(await statusOf("two")).toBe("duplicate");
    expect(faulty.buyer.kept.map((lead) => lead.order)).toEqual(["one"]);
  });

  it.each([
    ["wrong key", "/ping", { zip: "78704" }, { "x-api-key": "no" }, 401],
    ["wrong signature", "/post", { order: "x", ...LEAD }, { "x-signature": "sha256=00" }, 401],
    ["no JSON", "/post", "<lead/>", {}, 400],
    ["missing fields", "/post", { order: "x" }, {}, 422],
    ["a bad ZIP", "/ping", { zip: "7870A" }, {}, 422],
  ] as const)("%s is refused", async (_, path, body, headers, status) => {
    expect((await call(path, body, headers)).status).toBe(status);
    expect(faulty.buyer.kept).toEqual([]);
  });

  it("keeps special characters as they came", async () => {
    const last_name = `O'Brien & "Söhne" 😀 ]]> <script>`;
    await post("special", { last_name });
    expect(faulty.buyer.kept[0]?.body.last_name).toBe(last_name);
  });
});

describe("its faults", () => {
  it("are chosen by path, query, header, a value of the lead, or for all", async () => {
    expect((await call("/fault/429:7/ping", {})).headers.get("retry-after")).toBe("7");
    expect((await call("/ping?fault=503", {})).status).toBe(503);
    expect((await call("/ping", {}, { "x-fault": "410" })).status).toBe(410);
    expect((await post("x", { last_name: "Fault:404" })).status).toBe(404);
    faulty.setFault("500");
    expect((await post("x")).status).toBe(500);
    expect((await call("/fault/nonsense/ping", {})).status).toBe(400);
    expect(() => faulty.setFault("nonsense")).toThrow("nonsense");
  });

  it.each([
    ["500_stored", 1],
    ["reset_after_store", 1],
    ["half", 1],
    ["hang", 1],
    ["half_open", 1],
    ["500", 0],
    ["reset", 0],
    ["reject", 0],
  ])("%s leaves %i lead behind", async (fault, kept) => {
    const sent = post("doubt", {}, `/fault/${fault}/post`).catch(() => null);
    // A status call is answered after the post before it was taken in: nothing is waited for but that.
    await expect.poll(() => faulty.buyer.counts.post + (kept === 0 ? 1 : 0), { timeout: 4_000 }).toBeGreaterThan(0);
    if (!["hang", "half_open"].includes(fault)) await sent;
    expect(faulty.buyer.kept).toHaveLength(kept);
  });

  it("a buyer without memory sells twice; one that takes every key takes every key", async () => {
    await post("one", {}, "/fault/forgets_orders/post");
    await post("one", {}, "/fault/forgets_orders/post");
    expect(faulty.buyer.kept).toHaveLength(2);
    expect((await call("/fault/any_key/ping", { zip: "78704" }, { "x-api-key": "no" })).status).toBe(200);
    expect(
      (await call("/fault/any_signature/post", { order: "y", ...LEAD, phone: "+15125550100" }, { "x-signature": "no" }))
        .status,
    ).toBe(200);
    expect((await post("z", { last_name: "O'Brien & Söhne" }, "/fault/fragile/post")).status).toBe(500);
  });

  it.each(
    Object.keys(FAULTS).filter(
      (name) => !["hang", "half_open", "reset", "reset_after_store", "half", "slow", "trickle"].includes(name),
    ),
  )("%s answers as HTTP", async (name) => {
    const { status } = await post("x", {}, `/fault/${name}/post`);
    expect(status).toBeGreaterThanOrEqual(200);
  });
});
