import type { Context } from "hono";
import * as z from "zod";
import { buyerKeySchema } from "../../../schema/config/buyer.ts";
import type { StoredConfig } from "../../ledger/config-store.ts";
import { changeConfig, listConfig, readConfig } from "../../ledger/config-store.ts";
import { problem } from "../problem.ts";
import { iso, readBodyAs, readQuery } from "./body.ts";
import type { AdminApp, AdminEnv } from "./context.ts";
import { keyListSchema, revokeSchema } from "./keys.ts";
import { newBuyerKey } from "./random.ts";

type C = Context<AdminEnv, "/buyers/:id/keys/:key">;

export const buyerKeyRequestSchema = z.strictObject({
  label: z.string().trim().max(80).default("").meta({ description: "To tell the buyer's keys apart." }),
});

/** Prefix and a few characters: enough to tell keys apart, too few to guess one. */
const SHOWN = 14;

/** A buyer's own keys, for `/v1/buyer`. Each is shown once, in the answer that made it. */
export function buyerKeyRoutes(app: AdminApp): void {
  app.post("/buyers/:id/keys", (c) => makeKey(c as unknown as C));
  app.get("/buyers/:id/keys", (c) => listKeys(c as unknown as C));
  app.post("/buyers/:id/keys/:key/revoke", (c) => revokeKey(c));
}

const keyAnswer = (stored: StoredConfig) => {
  const { id, buyer_id, prefix, label, status } = buyerKeySchema.parse(stored.body);
  return { id, buyer_id, prefix, label, status, author: stored.author, updated_at: iso(stored.updated_at) };
};

async function makeKey(c: C): Promise<Response> {
  const body = await readBodyAs(c, buyerKeyRequestSchema);
  if (!body.ok) return body.response;
  const { ctx, author } = c.var;
  const buyer_id = c.req.param("id");
  if (!(await readConfig(ctx.db, "buyer", buyer_id))) return problem(404, "not_found", "there is no such buyer");
  const key = newBuyerKey(ctx);
  const { label } = body.value;
  const record = { id: ctx.sha256Hex(key), buyer_id, prefix: key.slice(0, SHOWN), label, status: "active" };
  const at = ctx.now();
  const audit = { action: "create_key", detail: `buyer:${buyer_id}` };
  const change = { kind: "buyer_key" as const, id: record.id, body: record, author, at, expect_version: 0, audit };
  if ((await changeConfig(ctx.db, change)).kind === "conflict")
    return problem(409, "changed_meanwhile", "no key was made; try again");
  ctx.refreshSnapshot();
  const message = "Shown this once: hand it to the buyer now.";
  return c.json({ key, ...record, author, updated_at: iso(at), message }, 201);
}

async function listKeys(c: C): Promise<Response> {
  const query = readQuery(c, keyListSchema);
  if (!query.ok) return query.response;
  const where = { buyer_id: c.req.param("id") };
  const page = await listConfig(c.var.ctx.db, "buyer_key", { ...query.value, where });
  return c.json({ items: page.items.map(keyAnswer), next: page.next });
}

async function revokeKey(c: C): Promise<Response> {
  const body = await readBodyAs(c, revokeSchema);
  if (!body.ok) return body.response;
  const { ctx, author } = c.var;
  const { id: buyer_id, key } = c.req.param();
  const current = await readConfig(ctx.db, "buyer_key", key);
  if (!current || current.body.buyer_id !== buyer_id)
    return problem(404, "not_found", "there is no such key of this buyer");
  const record = { ...current.body, status: "paused" };
  const { reason } = body.value;
  const at = ctx.now();
  const audit = { action: "revoke_key", detail: reason };
  // Whoever else changes the key at the same time, it ends revoked: there is nothing but the status to change.
  const changed = await changeConfig(ctx.db, { kind: "buyer_key", id: key, body: record, author, reason, at, audit });
  ctx.refreshSnapshot();
  return c.json(keyAnswer({ ...current, body: record, author, updated_at: at, version: changed.version }));
}
