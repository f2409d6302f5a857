import { expect, test } from "vitest";
import { buyerKeySchema } from "../../../schema/config/buyer.ts";
import { sha256Hex } from "../../../worker/crypto/hash.ts";
import { readConfig } from "../../../worker/ledger/config-store.ts";
import { BUYER, db, seeded } from "./support.ts";

test("a buyer's key is shown once; only its hash is kept", async () => {
  const w = await seeded();
  const made = await w.call("POST", "/buyers/acme/keys", { label: "crm" });
  expect(made.status).toBe(201);
  const key = String(made.body.key);
  expect(key).toMatch(/^bk_live_[A-Za-z0-9]{32}$/);
  expect(made.body).toMatchObject({ id: sha256Hex(key), buyer_id: "acme", status: "active", prefix: key.slice(0, 14) });
  expect(w.refreshed).toBeGreaterThan(0);
  const stored = await readConfig(db, "buyer_key", sha256Hex(key));
  expect(buyerKeySchema.parse(stored?.body)).toMatchObject({ buyer_id: "acme", label: "crm" });
  const listed = (await w.call("GET", "/buyers/acme/keys")).body;
  const kept = (await db.prepare("SELECT * FROM config_history").all()).results;
  expect(JSON.stringify([listed, kept, (await w.call("GET", "/audit")).body])).not.toContain(key);
  expect(listed.items).toHaveLength(1);
});

test("a revoked key is off for good, by its own buyer's call only", async () => {
  const w = await seeded();
  await w.call("PUT", "/buyers/other", { ...BUYER, id: "other" });
  const { id } = (await w.call("POST", "/buyers/acme/keys", {})).body;
  expect((await w.call("POST", `/buyers/other/keys/${id}/revoke`, { reason: "stolen" })).status).toBe(404);
  expect((await w.call("GET", "/buyers/other/keys")).body.items).toEqual([]);
  const revoked = await w.call("POST", `/buyers/acme/keys/${id}/revoke`, { reason: "stolen" });
  expect(revoked.body).toMatchObject({ id, status: "paused" });
  expect((await readConfig(db, "buyer_key", String(id)))?.body.status).toBe("paused");
  expect((await w.call("GET", `/audit?target=buyer_key:${id}`)).body.items).toMatchObject([
    { action: "revoke_key", detail: "stolen", author: "alice" },
    { action: "create_key", detail: "buyer:acme" },
  ]);
});

test.each([
  ["POST", "/buyers/nobody/keys", {}, 404],
  ["POST", "/buyers/acme/keys", { test: true }, 422],
  ["POST", "/buyers/acme/keys", { label: "x".repeat(81) }, 422],
  ["POST", "/buyers/acme/keys/none/revoke", { reason: "gone" }, 404],
])("%s %s %j: %i", async (method, path, body, status) => {
  const w = await seeded();
  expect((await w.call(method, path, body)).status).toBe(status);
});

test("a template may name the callback address only where the gateway has one", async () => {
  const post = { request: { url: "https://b.example/post", body: { back: "{{gateway.callback_url}}" } } };
  const endpoint = { id: "back", buyer_id: "acme", name: "Back", dialect: { version: 1, post } };
  const without = await seeded({ callbacks: false });
  const refused = await without.call("POST", "/endpoints", endpoint);
  expect(refused.status).toBe(422);
  expect(JSON.stringify(refused.body.errors)).toContain("PUBLIC_URL");
  expect((await (await seeded({ callbacks: true })).call("POST", "/endpoints", endpoint)).status).toBe(201);
});
