import type { Context } from "hono";
import * as z from "zod";
import type { StoredConfig } from "../../ledger/config-store.ts";
import { history, listConfig, readConfig } from "../../ledger/config-store.ts";
import { problem } from "../problem.ts";
import { etag, recordAnswer, versionAnswer } from "./answers.ts";
import type { Read } from "./body.ts";
import { check, limitSchema, no, readBodyAs, readObject, readQuery, reasonSchema } from "./body.ts";
import type { AdminApp, AdminEnv } from "./context.ts";
import { COLLECTIONS, type Collection, LIST_FILTERS, type RecordKind, WIRE_SCHEMAS } from "./kinds.ts";
import { withPreset } from "./presets.ts";
import { newFormKey, newInboundKey } from "./random.ts";
import { sealBody, withSecretsOf } from "./sealed.ts";
import { keepStanding } from "./stages.ts";
import { rollbackTo } from "./versions/draft.ts";
import type { Saved } from "./write.ts";
import { saveRecord } from "./write.ts";

type C = Context<AdminEnv>;

export const changeQuerySchema = z.strictObject({
  reason: reasonSchema.optional(),
  force: reasonSchema.optional().meta({
    description: "Why a contract goes live against its checklist; kept in the audit with the open points.",
  }),
});
export const historyQuerySchema = z.strictObject({
  before: z.coerce.number().int().min(1).optional(),
  limit: limitSchema,
});
export const rollbackSchema = z.strictObject({ version: z.int().min(1), reason: reasonSchema });
export const listQuerySchema = (kind: RecordKind) =>
  z.strictObject({
    after: z.string().max(80).optional().meta({ description: "The `next` of the page before." }),
    limit: limitSchema,
    ...Object.fromEntries(LIST_FILTERS[kind].map((name) => [name, z.string().max(80).optional()])),
  });

/** Create, read, list, replace, change, history and rollback of every kind of record. */
export function recordRoutes(app: AdminApp): void {
  for (const [collection, kind] of Object.entries(COLLECTIONS) as [Collection, RecordKind][]) {
    app.get(`/${collection}`, (c) => list(c, kind));
    app.post(`/${collection}`, (c) => create(c, kind));
    app.get(`/${collection}/:id`, (c) => read(c, kind));
    app.put(`/${collection}/:id`, (c) => replace(c, kind));
    app.patch(`/${collection}/:id`, (c) => patch(c, kind));
    app.get(`/${collection}/:id/history`, (c) => versions(c, kind));
    app.post(`/${collection}/:id/rollback`, (c) => rollback(c, kind));
  }
}

const missing = (kind: string): { ok: false; response: Response } => no(404, "not_found", `there is no such ${kind}`);
const idOf = (c: C): string => c.req.param("id") ?? "";

async function list(c: C, kind: RecordKind): Promise<Response> {
  const query = readQuery(c, listQuerySchema(kind));
  if (!query.ok) return query.response;
  const { after, limit, ...filters } = query.value as { after?: string; limit: number } & Record<
    string,
    string | undefined
  >;
  const where = Object.fromEntries(
    Object.entries(filters).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
  const page = await listConfig(c.var.ctx.db, kind, { after, limit, where });
  return c.json({ items: page.items.map((item) => recordAnswer(item)), next: page.next });
}

async function read(c: C, kind: RecordKind): Promise<Response> {
  const stored = await readConfig(c.var.ctx.db, kind, idOf(c));
  return stored ? c.json(recordAnswer(stored), 200, etag(stored.version)) : missing(kind).response;
}

async function create(c: C, kind: RecordKind): Promise<Response> {
  const body = await readObject(c);
  if (!body.ok) return body.response;
  const id = body.value.id ?? newId(c, kind);
  return write(c, kind, { ...body.value, id }, 0);
}

/** Addresses that strangers must not guess get their key here. */
function newId(c: C, kind: RecordKind): string | undefined {
  if (kind === "inbound") return newInboundKey(c.var.ctx);
  return kind === "form" ? newFormKey(c.var.ctx) : undefined;
}

async function replace(c: C, kind: RecordKind): Promise<Response> {
  const [body, expect] = [await readObject(c), ifMatchOf(c)];
  if (!body.ok) return body.response;
  if (!expect.ok) return expect.response;
  if (body.value.id !== undefined && body.value.id !== idOf(c)) return otherId().response;
  return write(c, kind, { ...body.value, id: idOf(c) }, expect.value);
}

const otherId = (): { ok: false; response: Response } => ({
  ok: false,
  response: problem(422, "invalid_fields", "an id never changes", [
    { field: "id", message: "must be the id of the path, or left out", code: "conflict" },
  ]),
});

/** Stores a whole record that was written by the operator. */
async function write(
  c: C,
  kind: RecordKind,
  written: Record<string, unknown>,
  expect: number | undefined,
): Promise<Response> {
  const whole = await withPreset(c.var.ctx, kind, written);
  if (!whole.ok) return whole.response;
  const body = whole.value;
  const [parsed, query] = [check(WIRE_SCHEMAS[kind], body), readQuery(c, changeQuerySchema)];
  if (!parsed.ok) return parsed.response;
  if (!query.ok) return query.response;
  const { ctx, author } = c.var;
  const id = (parsed.value as { id: string }).id;
  return saved(
    c,
    await saveRecord(ctx, {
      kind,
      id,
      author,
      reason: query.value.reason,
      force: query.value.force,
      expect,
      build: async (current) => ({
        ok: true,
        value: await sealBody(ctx, kind, id, keepStanding(kind, body, current), current?.body ?? null),
      }),
    }),
  );
}

/** Replaces the top-level members that the body names. */
async function patch(c: C, kind: RecordKind): Promise<Response> {
  const [body, expect, query] = [await readObject(c), ifMatchOf(c), readQuery(c, changeQuerySchema)];
  if (!body.ok) return body.response;
  if (!expect.ok) return expect.response;
  if (!query.ok) return query.response;
  const { ctx, author } = c.var;
  const [id, changes] = [idOf(c), body.value];
  const build = async (current: StoredConfig | null): Promise<Read<Record<string, unknown>>> => {
    if (!current) return missing(kind);
    const merged = { ...withSecretsOf(kind, current.body, null), ...changes };
    if (merged.id !== id) return otherId();
    const parsed = check(WIRE_SCHEMAS[kind], merged);
    return parsed.ok ? { ok: true, value: await sealBody(ctx, kind, id, merged, current.body) } : parsed;
  };
  const { reason, force } = query.value;
  return saved(c, await saveRecord(ctx, { kind, id, author, reason, force, expect: expect.value, build }));
}

async function versions(c: C, kind: RecordKind): Promise<Response> {
  const query = readQuery(c, historyQuerySchema);
  if (!query.ok) return query.response;
  const page = await history(c.var.ctx.db, kind, idOf(c), query.value);
  if (page.items.length === 0 && query.value.before === undefined) return missing(kind).response;
  return c.json({ items: page.items.map(versionAnswer), next: page.next });
}

async function rollback(c: C, kind: RecordKind): Promise<Response> {
  const [body, expect] = [await readBodyAs(c, rollbackSchema), ifMatchOf(c)];
  if (!body.ok) return body.response;
  if (!expect.ok) return expect.response;
  const { ctx, author } = c.var;
  const id = idOf(c);
  const { version, reason } = body.value;
  const build = await rollbackTo(c, kind, id, version);
  if (!build.ok) return build.response;
  const said = `rollback to version ${version}: ${reason}`;
  return saved(c, await saveRecord(ctx, { kind, id, author, reason: said, expect: expect.value, build: build.value }));
}

function saved(c: C, result: Read<Saved>): Response {
  if (!result.ok) return result.response;
  const { stored, created, at_buyer } = result.value;
  return c.json(
    recordAnswer(stored, at_buyer === undefined ? {} : { at_buyer }),
    created ? 201 : 200,
    etag(stored.version),
  );
}

/** The version of `If-Match: "3"`; undefined when the header is missing or `*`. */
export function ifMatchOf(c: C): Read<number | undefined> {
  const header = c.req.header("if-match")?.trim();
  if (header === undefined || header === "*") return { ok: true, value: undefined };
  const version = /^(?:W\/)?"?([1-9]\d{0,9})"?$/.exec(header)?.[1];
  return version === undefined
    ? no(400, "invalid_if_match", 'If-Match must be a version like "3"')
    : { ok: true, value: Number(version) };
}

/** The record that the path names, as it is stored. */
export const storedOf = (c: C, kind: RecordKind): Promise<StoredConfig | null> =>
  readConfig(c.var.ctx.db, kind, idOf(c));
