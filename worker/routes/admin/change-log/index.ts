import type { Context } from "hono";
import * as z from "zod";
import type { AuditRow } from "../../../ledger/audit.ts";
import {
  auditBeside,
  auditStatement,
  bodiesOf,
  rowsOf,
  type VersionHead,
  versionsBeside,
  versionsStatement,
} from "../../../ledger/change-log.ts";
import type { Operation } from "../../operation.ts";
import { iso, readQuery, timeSchema } from "../body.ts";
import type { AdminApp, AdminEnv } from "../context.ts";
import { operation } from "../operation-parts.ts";
import { fieldChanges } from "./difference.ts";
import { cursorText, type Deed, merged, readCursor } from "./merge.ts";

export const changesQuery = z
  .strictObject({
    author: z.string().max(120).optional(),
    action: z
      .string()
      .max(60)
      .optional()
      .meta({ description: "A version by itself is `create`, `change` or `rollback`.", examples: ["pause"] }),
    target: z
      .string()
      .max(160)
      .regex(/^[a-z_]+:.+$/, "must be a kind and an id, like buyer:acme")
      .optional()
      .meta({ examples: ["buyer:acme", "lead:lb0C1xUcMw0000000000000000"] }),
    from: timeSchema.optional(),
    to: timeSchema.optional(),
    after: z
      .string()
      .regex(/^(\d{1,15}\.\d{1,15})?_(\d{1,15}\.\d{1,15})?$/, "must be the `next` of the page before")
      .optional(),
    limit: z.coerce.number().int().min(1).max(100).default(50),
  })
  .meta({ description: "Newest first. Without times: everything." });

export const deedAnswer = z.object({
  id: z.string(),
  at: z.iso.datetime(),
  author: z.string(),
  action: z.string(),
  target: z.string(),
  reason: z.string().nullable(),
  detail: z.record(z.string(), z.unknown()).nullable().meta({ description: "What the audit says beyond the reason." }),
  version: z.int().nullable().meta({ description: "Of the record; null: nothing was written to its history." }),
  changes: z
    .array(z.object({ field: z.string(), before: z.string().nullable(), after: z.string().nullable() }))
    .nullable()
    .meta({
      description:
        "By field, long values cut; secrets by name alone. null: no version, or one too large to compare here.",
    }),
});
export const changesAnswer = z.object({
  items: z.array(deedAnswer),
  next: z.string().nullable().meta({ description: "Hand it in as `after`. A page may be short and go on." }),
});

/** Rows of each source that one page reads. */
const READ = 200;

/** Who did what, with before and after: the audit and every record's history as one list. */
export function changeLogRoutes(app: AdminApp): void {
  app.get("/changes", changes);
}

async function changes(c: Context<AdminEnv>): Promise<Response> {
  const query = readQuery(c, changesQuery);
  if (!query.ok) return query.response;
  const { db } = c.var.ctx;
  const { author, target, action, after, limit } = query.value;
  const filter = { author, target, from: query.value.from ?? 0, to: query.value.to ?? Number.MAX_SAFE_INTEGER };
  const cursor = after === undefined ? { versions: null, audit: null } : readCursor(after);
  // Words of the audit alone find their versions by themselves.
  const own = action === undefined || OWN.has(action);
  const [versions, audit] = await Promise.all([
    own ? rowsOf<VersionHead>(db, versionsStatement(filter, cursor.versions, READ)) : [],
    action !== undefined && OWN.has(action)
      ? []
      : rowsOf<AuditRow>(db, auditStatement({ ...filter, action }, cursor.audit, READ)),
  ]);
  const [lines, beside] = await Promise.all([auditBeside(db, versions), versionsBeside(db, audit)]);
  const lineBy = new Map(lines.map((line) => [`${line.target}@${line.at}`, line]));
  const versionBy = new Map(beside.map((version) => [`${version.kind}:${version.id}@${version.at}`, version]));
  const versionOf = (line: AuditRow) => versionBy.get(`${line.target}@${line.at}`);
  const { deeds, next } = merged({
    versions: { rows: versions, full: versions.length === READ, after: cursor.versions },
    audit: { rows: audit, full: audit.length === READ, after: cursor.audit },
    paired: (line) => own && versionOf(line) !== undefined,
    lineOf: (version) => lineBy.get(`${version.kind}:${version.id}@${version.at}`),
    versionOf,
    wanted: (deed) => action === undefined || deed.action === action,
    limit,
  });
  return c.json({ items: await shown(db, deeds), next: next && cursorText(next) });
}

const OWN: ReadonlySet<string> = new Set(["create", "change", "rollback"]);

async function shown(db: D1Database, deeds: Deed[]): Promise<z.infer<typeof deedAnswer>[]> {
  const versions = deeds.flatMap(({ version }) => version ?? []);
  const before = versions.map((version) => ({ ...version, version: version.version - 1 }));
  const bodies = await bodiesOf(db, [...versions, ...before]);
  const bodyOf = ({ kind, id }: VersionHead, version: number) => bodies.get(`${kind}:${id}:${version}`);
  return deeds.map(({ at, author, action, target, version, line }) => {
    const after = version ? bodyOf(version, version.version) : null;
    const old = version && version.version > 1 ? bodyOf(version, version.version - 1) : undefined;
    const { reason, detail } = detailOf(line?.detail ?? null);
    return {
      id: version ? `version:${version.seq}` : `audit:${line?.id}`,
      at: iso(at),
      author,
      action,
      target,
      reason: version?.reason ?? reason,
      detail,
      version: version?.version ?? null,
      changes: after && old !== null ? fieldChanges(old ?? null, after) : null,
    };
  });
}

/** An audit line's detail is a reason, or JSON that has one among others. */
function detailOf(text: string | null): { reason: string | null; detail: Record<string, unknown> | null } {
  if (text === null || !text.startsWith("{")) return { reason: text, detail: null };
  try {
    const { reason, ...detail } = z.record(z.string(), z.unknown()).parse(JSON.parse(text));
    return {
      reason: typeof reason === "string" ? reason : null,
      detail: Object.keys(detail).length > 0 ? detail : null,
    };
  } catch {
    return { reason: text, detail: null };
  }
}

/** For the API document. */
export const CHANGE_LOG_OPERATIONS: readonly Operation[] = [
  operation("operations", {
    method: "get",
    path: "/changes",
    id: "list_changes",
    summary: "Who did what, newest first, with before and after",
    notes: "The audit and every record's history as one list. A switch that wrote both is one entry.",
    query: changesQuery,
    response: changesAnswer,
  }),
];
