import type { Context } from "hono";
import * as z from "zod";
import { readConfig, readVersion } from "../../../ledger/config-store.ts";
import type { Operation } from "../../operation.ts";
import { problem } from "../../problem.ts";
import { readQuery } from "../body.ts";
import type { AdminApp, AdminEnv } from "../context.ts";
import { COLLECTIONS, type Collection, type RecordKind } from "../kinds.ts";
import { oneOf, operation } from "../operation-parts.ts";
import { openPart } from "../sealed.ts";
import { draftQuerySchema, draftSchema, readDraftWithQuery } from "./draft.ts";
import { changesBetween, MOST_CHANGES } from "./readable.ts";

type C = Context<AdminEnv>;

export const differenceQuerySchema = z.strictObject({
  from: z.coerce.number().int().min(1),
  to: z.coerce.number().int().min(1).optional().meta({ description: "Without it: what is there now." }),
});
const changeSchema = z.object({
  path: z.string(),
  from: z.unknown().optional(),
  to: z.unknown().optional(),
  text: z.string().optional().meta({ description: "Of lists: what came and what went." }),
});
export const differencesAnswer = z.object({
  id: z.string(),
  from: z.int().meta({ description: "0: there was nothing." }),
  to: z.int().nullable().meta({ description: "null: a draft." }),
  changes: z.array(changeSchema).max(MOST_CHANGES),
});
export const checkedAnswer = differencesAnswer.extend({
  record: z.record(z.string(), z.unknown()).meta({ description: "As it would be stored, without secrets." }),
});

/** What differs between two versions, and what a draft would change: for every kind of record. */
export function versionRoutes(app: AdminApp): void {
  for (const [collection, kind] of Object.entries(COLLECTIONS) as [Collection, RecordKind][]) {
    app.get(`/${collection}/:id/differences`, (c) => differences(c, kind));
    app.post(`/${collection}/:id/check`, (c) => checked(c, kind));
  }
}

async function differences(c: C, kind: RecordKind): Promise<Response> {
  const query = readQuery(c, differenceQuerySchema);
  if (!query.ok) return query.response;
  const { db } = c.var.ctx;
  const { from, to } = query.value;
  const id = c.req.param("id") ?? "";
  const [before, after] = await Promise.all([
    readVersion(db, kind, id, from),
    to === undefined ? readConfig(db, kind, id) : readVersion(db, kind, id, to),
  ]);
  if (!before || !after) return problem(404, "not_found", `there is no such version of this ${kind}`);
  const changes = changesBetween(openPart(before.body), openPart(after.body));
  return c.json({ id, from, to: after.version, changes });
}

async function checked(c: C, kind: RecordKind): Promise<Response> {
  const id = c.req.param("id") ?? "";
  const draft = await readDraftWithQuery(c, kind, id);
  if (!draft.ok) return draft.response;
  const { current, body } = draft.value;
  const record = openPart(body);
  const changes = changesBetween(current ? openPart(current.body) : {}, record);
  return c.json({ id, from: current?.version ?? 0, to: null, changes, record });
}

/** For the API document. */
export const VERSION_OPERATIONS: readonly Operation[] = (Object.keys(COLLECTIONS) as Collection[]).flatMap(
  (collection) => {
    const kind = COLLECTIONS[collection];
    return [
      operation(collection, {
        method: "get",
        path: `/${collection}/:id/differences`,
        id: `differences_${kind}`,
        summary: `What differs between two versions of ${oneOf(kind)}`,
        query: differenceQuerySchema,
        response: differencesAnswer,
        problems: ["not_found"],
      }),
      operation(collection, {
        method: "post",
        path: `/${collection}/:id/check`,
        id: `check_${kind}`,
        role: "viewer",
        summary: `Check a draft of ${oneOf(kind)}: what it would change, or why it would be refused`,
        notes: "Nothing is written. The problems are those of the write.",
        request: draftSchema,
        query: draftQuerySchema,
        response: checkedAnswer,
        problems: ["not_found", "not_ready"],
      }),
    ];
  },
);
