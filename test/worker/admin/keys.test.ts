import { expect, test } from "vitest";
import { keySchema } from "../../../schema/config/publisher.ts";
import { sha256Hex } from "../../../worker/crypto/hash.ts";
import { readConfig } from "../../../worker/ledger/config-store.ts";
import { db, PUBLISHER, seeded } from "./support.ts";

test.each([
  [{}, /^pk_live_[A-Za-z0-9]{32}$/, false],
  [{ label: "server", test: true }, /^pk_test_[A-Za-z0-9]{32}$/, true],
])("a key is shown once; only its hash is kept: %j", async (body, shape, isTest) => {
  const w = await seeded();
  const made = await w.call("POST", "/publishers/pub/keys", body);
  expect(made.status).toBe(201);
  const key = String(made.body.key);
  expect(key).toMatch(shape);
  expect(made.body).toMatchObject({
    id: sha256Hex(key),
    publisher_id: "pub",
    test: isTest,
    status: "active",
    prefix: key.slice(0, 14),
  });
  const stored = await readConfig(db, "key", sha256Hex(key));
  expect(keySchema.parse(stored?.body)).toMatchObject({ publisher_id: "pub", test: isTest });
  const listed = (await w.call("GET", "/publishers/pub/keys")).body;
  const kept = (await db.prepare("SELECT * FROM config_history").all()).results;
  expect(JSON.stringify([listed, kept, (await w.call("GET", "/audit")).body])).not.toContain(key);
  expect(listed.items).toHaveLength(1);
});

test("a revoked key is off for good, by its own publisher's call only", async () => {
  const w = await seeded();
  await w.call("PUT", "/publishers/other", { ...PUBLISHER, id: "other" });
  const { id } = (await w.call("POST", "/publishers/pub/keys", {})).body;
  expect((await w.call("POST", `/publishers/other/keys/${id}/revoke`, { reason: "stolen" })).status).toBe(404);
  const revoked = await w.call("POST", `/publishers/pub/keys/${id}/revoke`, { reason: "stolen" });
  expect(revoked.body).toMatchObject({ id, status: "paused" });
  expect((await readConfig(db, "key", String(id)))?.body.status).toBe("paused");
  expect((await w.call("GET", `/audit?target=key:${id}`)).body.items).toMatchObject([
    { action: "revoke_key", detail: "stolen", author: "alice" },
    { action: "create_key", detail: "publisher:pub" },
  ]);
});

test("no keys for a publisher that does not exist", async () => {
  const w = await seeded();
  expect((await w.call("POST", "/publishers/nobody/keys", {})).status).toBe(404);
  expect((await w.call("POST", "/publishers/nobody/postback-secret")).status).toBe(404);
});

test("a postback secret is shown once, sealed for its publisher, and outlives changes and rollbacks", async () => {
  const w = await seeded();
  const made = await w.call("POST", "/publishers/pub/postback-secret");
  expect(made.status).toBe(201);
  expect(made.body.secret).toMatch(/^whsec_[A-Za-z0-9+/]{32}$/);
  const sealed = "sealed(publisher/pub/postback:38)";
  const stored = async () => (await readConfig(db, "publisher", "pub"))?.body.postback_secret_sealed;
  expect(await stored()).toBe(sealed);
  await w.call("PUT", "/publishers/pub", PUBLISHER);
  await w.call("PATCH", "/publishers/pub", { name: "P" });
  const back = await w.call("POST", "/publishers/pub/rollback", { version: 1, reason: "name was right" });
  expect(back.body).toMatchObject({ record: PUBLISHER, secrets: ["postback_secret"] });
  expect(await stored()).toBe(sealed);
});
