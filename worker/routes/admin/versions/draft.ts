import type { Context } from "hono";
import * as z from "zod";
import type { StoredConfig } from "../../../ledger/config-store.ts";
import { readVersion } from "../../../ledger/config-store.ts";
import { check, no, type Read, readBodyAs, readQuery, reasonSchema } from "../body.ts";

import type { AdminEnv } from "../context.ts";
import { type RecordKind, WIRE_SCHEMAS } from "../kinds.ts";
import { withPreset } from "../presets.ts";
import { sealBody, withSecretsOf } from "../sealed.ts";
import { keepStanding } from "../stages.ts";
import { type Draft, type Prepared, prepareRecord } from "../write.ts";

type C = Context<AdminEnv>;
type Body = Record<string, unknown>;

/** What shall be looked at before it is published: a record as a PUT takes it, or an earlier version as a rollback brings it back. */
export const draftSchema = z
  .strictObject({
    record: z.looseObject({}).optional().meta({ description: "As a PUT takes it." }),
    version: z.int().min(1).optional().meta({ description: "An earlier version, as a rollback would bring it back." }),
  })
  .refine(({ record, version }) => (record === undefined) !== (version === undefined), "needs either record or version")
  .meta({ examples: [{ version: 1 }] });
export const draftQuerySchema = z.strictObject({
  force: reasonSchema.optional().meta({ description: "As of the write: checks as if the checklist were overruled." }),
});

/** A draft that the write would take; nothing is written. */
export async function readDraft(c: C, kind: RecordKind, id: string, force?: string): Promise<Read<Prepared>> {
  const body = await readBodyAs(c, draftSchema);
  if (!body.ok) return body;
  const build = await builderOf(c, kind, id, body.value);
  return build.ok ? prepareRecord(c.var.ctx, { kind, id, author: c.var.author, force, build: build.value }) : build;
}

/** Of a check, whose query is nothing but `force`. */
export async function readDraftWithQuery(c: C, kind: RecordKind, id: string): Promise<Read<Prepared>> {
  const query = readQuery(c, draftQuerySchema);
  return query.ok ? readDraft(c, kind, id, query.value.force) : query;
}

async function builderOf(
  c: C,
  kind: RecordKind,
  id: string,
  { record, version }: z.output<typeof draftSchema>,
): Promise<Read<Draft["build"]>> {
  const { ctx } = c.var;
  if (version !== undefined) return rollbackTo(c, kind, id, version);
  const whole = await withPreset(ctx, kind, { ...record, id });
  if (!whole.ok) return whole;
  const parsed = check(WIRE_SCHEMAS[kind], whole.value);
  if (!parsed.ok) return parsed;
  const build = async (current: StoredConfig | null): Promise<Read<Body>> => ({
    ok: true,
    value: await sealBody(ctx, kind, id, keepStanding(kind, whole.value, current), current?.body ?? null),
  });
  return { ok: true, value: build };
}

/**
 * An earlier version becomes the newest one. Secrets stay the present ones, and so do status and stage: an old version must bring
 * back neither a replaced credential nor a paused buyer.
 */
export async function rollbackTo(c: C, kind: RecordKind, id: string, version: number): Promise<Read<Draft["build"]>> {
  const old = await readVersion(c.var.ctx.db, kind, id, version);
  if (!old) return no(404, "not_found", `there is no version ${version} of this ${kind}`);
  const build = async (current: StoredConfig | null): Promise<Read<Body>> => {
    const {
      status: _old,
      stage: _then,
      maintenance: _planned,
      ...restored
    } = withSecretsOf(kind, old.body, current?.body ?? null);
    return { ok: true, value: keepStanding(kind, restored, current) };
  };
  return { ok: true, value: build };
}
