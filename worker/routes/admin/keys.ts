import type { Context } from "hono";
import * as z from "zod";
import { keySchema, publisherSchema } from "../../../schema/config/publisher.ts";
import { postbackOwner } from "../../flows/secrets.ts";
import type { StoredConfig } from "../../ledger/config-store.ts";
import { changeConfig, listConfig, readConfig } from "../../ledger/config-store.ts";
import { problem } from "../problem.ts";
import { iso, limitSchema, readBodyAs, readQuery, reasonSchema } from "./body.ts";
import type { AdminApp, AdminEnv } from "./context.ts";
import { newApiKey, newWebhookSecret } from "./random.ts";

type C = Context<AdminEnv, "/publishers/:id/keys/:key">;

export const keyRequestSchema = z.strictObject({
  label: z.string().trim().max(80).default("").meta({ description: "To tell the publisher's keys apart." }),
  test: z.boolean().default(false).meta({ description: "Everything sent with a test key is a test." }),
});
export const revokeSchema = z.strictObject({ reason: reasonSchema });
export const keyListSchema = z.strictObject({ after: z.string().max(80).optional(), limit: limitSchema });

/** Prefix and a few characters: enough to tell keys apart, too few to guess one. */
const SHOWN = 14;

/** API keys and the postback secret of a publisher. Each is shown once, in the answer that made it. */
export function keyRoutes(app: AdminApp): void {
  app.post("/publishers/:id/keys", (c) => makeKey(c as unknown as C));
  app.get("/publishers/:id/keys", (c) => listKeys(c as unknown as C));
  app.post("/publishers/:id/keys/:key/revoke", (c) => revokeKey(c));
  app.post("/publishers/:id/postback-secret", (c) => makeSecret(c as unknown as C));
}

const keyAnswer = (stored: StoredConfig) => {
  const { id, publisher_id, prefix, label, test, status } = keySchema.parse(stored.body);
  return { id, publisher_id, prefix, label, test, status, author: stored.author, updated_at: iso(stored.updated_at) };
};
const noPublisher = () => problem(404, "not_found", "there is no such publisher");

async function makeKey(c: C): Promise<Response> {
  const body = await readBodyAs(c, keyRequestSchema);
  if (!body.ok) return body.response;
  const { ctx, author } = c.var;
  const publisher_id = c.req.param("id");
  if (!(await readConfig(ctx.db, "publisher", publisher_id))) return noPublisher();
  const { label, test } = body.value;
  const key = newApiKey(ctx, test);
  const record = { id: ctx.sha256Hex(key), publisher_id, prefix: key.slice(0, SHOWN), label, test, status: "active" };
  const at = ctx.now();
  const audit = { action: "create_key", detail: `publisher:${publisher_id}` };
  const changed = await changeConfig(ctx.db, {
    kind: "key",
    id: record.id,
    body: record,
    author,
    at,
    expect_version: 0,
    audit,
  });
  if (changed.kind === "conflict") return problem(409, "changed_meanwhile", "no key was made; try again");
  ctx.refreshSnapshot();
  return c.json(
    { key, ...record, author, updated_at: iso(at), message: "Shown this once: hand it to the publisher now." },
    201,
  );
}

async function listKeys(c: C): Promise<Response> {
  const query = readQuery(c, keyListSchema);
  if (!query.ok) return query.response;
  const page = await listConfig(c.var.ctx.db, "key", { ...query.value, where: { publisher_id: c.req.param("id") } });
  return c.json({ items: page.items.map(keyAnswer), next: page.next });
}

async function revokeKey(c: C): Promise<Response> {
  const body = await readBodyAs(c, revokeSchema);
  if (!body.ok) return body.response;
  const { ctx, author } = c.var;
  const { id: publisher_id, key } = c.req.param();
  const current = await readConfig(ctx.db, "key", key);
  if (!current || current.body.publisher_id !== publisher_id)
    return problem(404, "not_found", "there is no such key of this publisher");
  const record = { ...current.body, status: "paused" };
  const audit = { action: "revoke_key", detail: body.value.reason };
  const at = ctx.now();
  // Whoever else changes the key at the same time, it ends revoked: there is nothing but the status to change.
  const changed = await changeConfig(ctx.db, {
    kind: "key",
    id: key,
    body: record,
    author,
    reason: body.value.reason,
    at,
    audit,
  });
  ctx.refreshSnapshot();
  return c.json(keyAnswer({ ...current, body: record, author, updated_at: at, version: changed.version }));
}

async function makeSecret(c: C): Promise<Response> {
  const { ctx, author } = c.var;
  const id = c.req.param("id");
  const current = await readConfig(ctx.db, "publisher", id);
  if (!current) return noPublisher();
  const secret = newWebhookSecret(ctx);
  const body = { ...current.body, postback_secret_sealed: await ctx.sealText(secret, postbackOwner(id)) };
  if (!publisherSchema.safeParse(body).success)
    return problem(409, "record_outdated", "the publisher's record no longer fits; replace it first");
  const change = {
    kind: "publisher" as const,
    id,
    body,
    author,
    reason: "new postback secret",
    at: ctx.now(),
    expect_version: current.version,
  };
  const changed = await changeConfig(ctx.db, { ...change, audit: { action: "create_postback_secret" } });
  if (changed.kind === "conflict")
    return problem(409, "changed_meanwhile", "others change this publisher at the same time; try again");
  ctx.refreshSnapshot();
  return c.json(
    {
      secret,
      version: changed.version,
      message: "Shown this once. Postbacks are signed with it from now on (Standard Webhooks).",
    },
    201,
  );
}
