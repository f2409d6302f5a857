import type { Context } from "hono";
import * as z from "zod";
import { readEmail } from "../../auction/fields/network.ts";
import { readPhone } from "../../auction/fields/phone.ts";
import { Refusal } from "../../auction/fields/reading.ts";
import { emailForHash, phoneForHash } from "../../auction/hashes.ts";
import { listSuppressions, suppress, unsuppress } from "../../ledger/suppressions.ts";
import { problem } from "../problem.ts";
import { iso, limitSchema, type Read, readBodyAs, readQuery, reasonSchema } from "./body.ts";
import type { AdminApp, AdminContext, AdminEnv } from "./context.ts";

const digest = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[0-9a-f]{64}$/, "must be a SHA-256 of 64 hex digits")
  .optional();

export const suppressionSchema = z
  .strictObject({
    phone: z.string().max(60).optional(),
    email: z.string().max(254).optional(),
    phone_hash: digest.meta({ description: "SHA-256 of the E.164 digits with +." }),
    email_hash: digest.meta({ description: "SHA-256 of the trimmed lower-case address." }),
    reason: reasonSchema,
  })
  .refine(
    (body) => [body.phone, body.email, body.phone_hash, body.email_hash].filter((v) => v !== undefined).length === 1,
    {
      path: ["phone"],
      message: "exactly one of phone, email, phone_hash and email_hash is needed",
    },
  );
export const unsuppressQuerySchema = z.strictObject({ reason: reasonSchema });
export const suppressionListSchema = z.strictObject({ after: z.string().max(40).optional(), limit: limitSchema });

/** Consumers that are never sold. Only a keyed hash is kept: the list tells nobody's number. */
export function suppressionRoutes(app: AdminApp): void {
  app.post("/suppressions", add);
  app.get("/suppressions", list);
  app.delete("/suppressions/:hash", (c) => remove(c, c.req.param("hash")));
}

async function add(c: Context<AdminEnv>): Promise<Response> {
  const body = await readBodyAs(c, suppressionSchema);
  if (!body.ok) return body.response;
  const { ctx, author } = c.var;
  const hash = hashOf(ctx, body.value);
  if (!hash.ok) return hash.response;
  await suppress(ctx.db, { hash: hash.value, reason: body.value.reason, author, at: ctx.now() });
  ctx.refreshSnapshot();
  return c.json(
    {
      hash: hash.value,
      message: "Not sold from now on, within two seconds everywhere. The hash takes it off the list again.",
    },
    201,
  );
}

/** The mark of the one phone or e-mail that the body names; the problem names its field. */
export function hashOf(ctx: AdminContext, body: z.output<typeof suppressionSchema>): Read<string> {
  const { phone, email, phone_hash, email_hash } = body;
  if (phone_hash !== undefined) return { ok: true, value: ctx.suppressionHash("phone", phone_hash) };
  if (email_hash !== undefined) return { ok: true, value: ctx.suppressionHash("email", email_hash) };
  const read = phone !== undefined ? readPhone(phone) : readEmail(email ?? "");
  const field = phone !== undefined ? "phone" : "email";
  if (read instanceof Refusal)
    return {
      ok: false,
      response: problem(422, "invalid_fields", "1 field is not as required", [
        { field, message: read.message, code: "invalid" },
      ]),
    };
  const text = field === "phone" ? phoneForHash(String(read)) : emailForHash(String(read));
  return { ok: true, value: ctx.suppressionHash(field, ctx.sha256Hex(text)) };
}

async function list(c: Context<AdminEnv>): Promise<Response> {
  const query = readQuery(c, suppressionListSchema);
  if (!query.ok) return query.response;
  const page = await listSuppressions(c.var.ctx.db, query.value);
  return c.json({ items: page.items.map((item) => ({ ...item, at: iso(item.at) })), next: page.next });
}

async function remove(c: Context<AdminEnv>, hash: string): Promise<Response> {
  const query = readQuery(c, unsuppressQuerySchema);
  if (!query.ok) return query.response;
  const { ctx, author } = c.var;
  const removed = await unsuppress(ctx.db, { hash, reason: query.value.reason, author, at: ctx.now() });
  if (!removed) return problem(404, "not_found", "the hash is not on the list");
  ctx.refreshSnapshot();
  return c.json({ hash, removed: true });
}
