import { expect, it } from "vitest";
import { db, seeded } from "../admin/support.ts";

const INBOUND = { publisher_id: "pub", campaign_id: "auto", preset: "boberdoo", keys: ["CANARY-old-key"] };
type Record_ = { dialect: { request: { fields: object; test_zip?: string; format: unknown } }; status?: string };

it("a ready dialect is stored whole, with the campaign's fields; keys are kept as digests and never shown", async () => {
  const w = await seeded();
  const made = await w.call("POST", "/inbound", INBOUND);
  expect(made.status).toBe(201);
  expect(made.body).toMatchObject({ id: expect.stringMatching(/^in_\w{24}$/), version: 1, secrets: ["keys"] });
  const record = made.body.record as Record_;
  // Of the fields that it could read the campaign has these.
  expect(record.dialect.request.fields).toEqual({
    zip: ["Zip", "Zip_Code"],
    phone: expect.arrayContaining(["Primary_Phone"]),
  });
  expect(Object.keys(record)).not.toContain("preset");
  const answers = [
    made,
    await w.call("GET", `/inbound/${made.body.id}`),
    await w.call("GET", "/inbound?publisher_id=pub"),
    await w.call("PATCH", `/inbound/${made.body.id}`, { notes: "as agreed" }),
    await w.call("GET", `/inbound/${made.body.id}/history`),
    await w.call("POST", `/inbound/${made.body.id}/rollback`, { version: 1, reason: "as it was" }),
    await w.call("GET", "/export"),
  ];
  for (const { body } of answers) expect(JSON.stringify(body)).not.toMatch(/CANARY|digest/);
  expect(answers[2]?.body.items).toHaveLength(1);
  const stored = await db.prepare("SELECT body FROM config WHERE kind = 'inbound'").first<{ body: string }>();
  expect(JSON.parse(stored?.body ?? "{}")).toMatchObject({ key_digests: [`digest(${made.body.id}:14)`] });
});

it("what is said beside the preset is merged over it", async () => {
  const w = await seeded();
  const dialect = { request: { test_zip: "00001", fields: { birth_date: "Born" }, format: "form" } };
  const { body } = await w.call("POST", "/inbound", { ...INBOUND, dialect });
  expect((body.record as Record_).dialect.request).toMatchObject({ ...dialect.request, key: "Key" });
});

it("keys: a list replaces all of them; no list leaves them", async () => {
  const w = await seeded();
  const { body } = await w.call("POST", "/inbound", INBOUND);
  const path = `/inbound/${body.id}`;
  expect((await w.call("PATCH", path, { name: "Web" })).body.secrets).toEqual(["keys"]);
  expect((await w.call("PATCH", path, { keys: [] })).body.secrets).toEqual([]);
  expect((await w.call("POST", `${path}/pause`, { reason: "by the test" })).body).toMatchObject({ status: "paused" });
});

it("tells what does not fit, by field", async () => {
  const w = await seeded();
  const problems = async (body: object) => {
    const answer = await w.call("POST", "/inbound", { ...INBOUND, ...body });
    expect(answer.status).toBe(422);
    return Object.fromEntries(
      (answer.body.errors as { field: string; message: string }[]).map((e) => [e.field, e.message]),
    );
  };
  expect(await problems({ preset: "nobody" })).toEqual({ preset: "must be one of boberdoo, leadprosper, leadspedia" });
  expect(await problems({ publisher_id: "nobody" })).toEqual({ publisher_id: "there is no publisher nobody" });
  expect(await problems({ campaign_id: "nowhere" })).toMatchObject({
    campaign_id: expect.stringMatching(/there is no campaign nowhere/),
  });
  expect(await problems({ campaign_id: undefined })).toMatchObject({
    campaign_id: expect.stringContaining("name one campaign"),
  });
  const campaigns = { from: "TYPE | nonsense", map: { "31": "auto", "32": "nowhere" } };
  expect(await problems({ campaign_id: undefined, campaigns })).toMatchObject({
    "campaigns.map.32": "there is no campaign nowhere",
  });
  const request = { fields: { shoe_size: "Size", zip: "{{Zip | shrink}}" }, mode: [{ ping: "Mode is" }] };
  expect(await problems({ dialect: { request } })).toMatchObject({
    "dialect.request.fields.zip": expect.stringContaining("there is no pipe shrink"),
    "dialect.request.fields.shoe_size": "is not a field of its campaigns",
  });
  await w.call("PATCH", "/publishers/pub", { mode: "pending" });
  const { pending: _, ...answers } = (await ready()).answers as Record<string, unknown>;
  expect(await problems({ preset: undefined, dialect: { ...(await ready()), answers } })).toMatchObject({
    "dialect.answers.pending": expect.stringContaining("waits for postbacks"),
  });
});

async function ready(): Promise<Record<string, unknown>> {
  const { inboundPreset } = await import("../../../worker/inbound/presets.ts");
  return { ...(await inboundPreset("leadspedia")).dialect, request: { key: "k", fields: { zip: "z" } } };
}
