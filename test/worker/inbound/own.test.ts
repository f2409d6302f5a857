import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { phoneOf } from "../../support/flow/scene.ts";
import { admin, World } from "../../support/world.ts";
import { element, form, OLD_KEY, type Shop, say, shop } from "./support.ts";

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world.end());

/** A publisher of its own kind: form in, one line of text out, HTTP status as the outcome, the key in a header. */
const LINES = {
  dialect: {
    version: 1,
    request: {
      format: "form",
      key: "$header.x-partner-key",
      mode: [{ ping: "$path is check" }, { post: "ref exists" }, { lead: "otherwise" }],
      ping_id: "ref",
      min_price: "least",
      fields: { zip: "postcode", first_name: "{{name | first_name}}", last_name: "{{name | last_name}}", phone: "tel" },
    },
    answers: {
      encoding: "text",
      ping_accepted: { body: "OK|{{answer.ping_id}}|{{answer.price | fixed 2}}" },
      ping_rejected: { status: 404, body: "NO|{{answer.code}}" },
      accepted: { status: 201, body: "SOLD|{{answer.lead_id}}|{{answer.price | fixed 2}}" },
      rejected: { status: 409, body: "UNSOLD|{{answer.code}}" },
      error: { body: "ERR|{{answer.code}}|{{answer.fields.*.field | join ','}}" },
    },
  },
};
const HEADERS = { "content-type": "application/x-www-form-urlencoded", "x-partner-key": OLD_KEY };
const send = (at: Shop, path: string, fields: Record<string, string>, headers: Record<string, string> = HEADERS) =>
  say(`${at.base}${path}`, { ...form(fields), headers });

describe("a dialect of one's own", () => {
  it("speaks text and HTTP statuses", async () => {
    const at = await shop(world, LINES);
    const ping = await send(at, "/check", { postcode: "78704" });
    expect([ping.status, ping.type, ping.text]).toEqual([
      200,
      "text/plain; charset=utf-8",
      expect.stringMatching(/^OK\|\w+\|16\.00$/),
    ]);
    const ref = ping.text.split("|")[1] ?? "";
    const sold = await send(at, "/send", { ref, name: "Ann van Lee", tel: phoneOf(300) });
    expect([sold.status, sold.text]).toEqual([201, expect.stringMatching(/^SOLD\|\w+\|16\.00$/)]);
    expect(JSON.parse(world.to(at.buyer, "post")[0]?.body ?? "")).toMatchObject({ first: "Ann", phone: phoneOf(300) });
    const dear = await send(at, "/check", { postcode: "78704", least: "50" });
    expect([dear.status, dear.text]).toEqual([404, expect.stringMatching(/^NO\|/)]);
    const bad = await send(at, "/check", { postcode: "1", least: "lots" });
    expect([bad.status, bad.text]).toEqual([422, expect.stringMatching(/^ERR\|invalid_fields\|(postcode|least)/)]);
    const wrong = await send(at, "/check", { postcode: "78704" }, { ...HEADERS, "x-partner-key": "guess" });
    expect([wrong.status, wrong.text]).toEqual([401, "ERR|wrong_key|"]);
  });

  it("an address without a key in its requests is its own secret", async () => {
    const { key: _, ...request } = LINES.dialect.request;
    const open = { keys: [], dialect: { ...LINES.dialect, request } };
    const at = await shop(world, open);
    expect(at.id).toMatch(/^in_\w{24}$/);
    expect((await say(`${at.base}/check`, form({ postcode: "78704" }))).text).toMatch(/^OK/);
    await expect(shop(world, { ...open, id: "short_enough" })).rejects.toThrow(/can be guessed/);
    await expect(shop(world, { ...open, keys: [OLD_KEY] })).rejects.toThrow(/dialect\.request\.key/);
  });
});

describe("limits and switches, in the publisher's shape", () => {
  it("too many requests: 429 with Retry-After, as XML", async () => {
    const at = await shop(world, { preset: "boberdoo" }, {}, { pings_per_second: 1 });
    const ping = { Key: OLD_KEY, Mode: "ping", API_Action: "pingPostLead", Zip: "78704" };
    const answers = [];
    for (let i = 0; i < 4; i++) answers.push(await say(`${at.base}/api.php`, form(ping)));
    const refused = answers.find(({ status }) => status === 429);
    expect(refused?.headers.get("retry-after")).toMatch(/^\d+$/);
    expect([refused?.type, element(refused?.text ?? "", "status")]).toEqual(["text/xml; charset=utf-8", "Error"]);
    expect(answers[0]?.headers.get("ratelimit-limit")).toBe("1");
  });

  it("a paused address", async () => {
    const at = await shop(world, LINES);
    await admin("POST", `/inbound/${at.id}/pause`, { reason: "by the test" });
    expect((await send(at, "/check", { postcode: "78704" })).text).toBe("ERR|inbound_paused|");
    await admin("POST", `/inbound/${at.id}/resume`, { reason: "by the test" });
    expect((await send(at, "/check", { postcode: "78704" })).text).toMatch(/^OK/);
  });

  it("an unknown address: XML to whoever speaks it", async () => {
    const json = await say("https://gateway.test/in/in_000000000000000000000000/ping", form({ a: "1" }));
    expect([json.status, JSON.parse(json.text)]).toMatchObject([404, { code: "inbound_not_found" }]);
    const xml = await say("https://gateway.test/in/in_000000000000000000000000", {
      method: "POST",
      headers: { "content-type": "text/xml" },
      body: "<a/>",
    });
    expect([xml.status, xml.type, element(xml.text, "code")]).toEqual([
      404,
      "text/xml; charset=utf-8",
      "inbound_not_found",
    ]);
  });
});

it("nothing of a person or a key is logged", async () => {
  const lines: string[] = [];
  const spies = (["log", "info", "warn", "error"] as const).map((level) =>
    vi.spyOn(console, level).mockImplementation((...parts) => void lines.push(parts.map(String).join(" "))),
  );
  try {
    const at = await shop(world, { preset: "boberdoo" });
    const person = {
      First_Name: "CanaryAnn",
      Last_Name: "CanaryLee",
      Primary_Phone: phoneOf(310),
      Email: "canary@example.com",
    };
    const common = { Key: OLD_KEY, API_Action: "pingPostLead", Zip: "78704" };
    const ping = await say(`${at.base}/api.php?${new URLSearchParams({ ...common, ...person, Mode: "ping" })}`);
    await say(
      `${at.base}/api.php`,
      form({ ...common, ...person, Mode: "post", Lead_ID: element(ping.text, "lead_id") ?? "" }),
    );
    await say(`${at.base}/api.php`, form({ ...common, ...person, Mode: "full", Key: "CanaryKey" }));
    expect(lines.join("\n")).toContain('"event":"delivery"');
    expect(lines.join("\n")).not.toMatch(/canary|15122000310|legacyKey/i);
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
});
