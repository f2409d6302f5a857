import type { Context } from "hono";
import * as z from "zod";
import { listConfig, type StoredConfig } from "../../../ledger/config-store.ts";
import { readQuery } from "../body.ts";
import type { AdminApp, AdminEnv } from "../context.ts";
import { COLLECTIONS, type RecordKind } from "../kinds.ts";
import { openPart, secretNames } from "../sealed.ts";
import { TRANSFER_KINDS } from "./kinds.ts";

export const exportQuerySchema = z.strictObject({
  after: z
    .string()
    .regex(/^[a-z_]{1,20}\/[A-Za-z0-9_-]{1,80}$/, "must be the `next` of the page before")
    .optional(),
  limit: z.coerce.number().int().min(1).max(500).default(200),
});

export const exportedSchema = z.object({
  kind: z.enum(TRANSFER_KINDS),
  id: z.string(),
  version: z.int(),
  record: z.record(z.string(), z.unknown()).meta({ description: "As it was written." }),
  secrets: z.array(z.string()).meta({ description: "Names of the secrets that are kept; never their values." }),
});
export const exportAnswerSchema = z.object({ items: z.array(exportedSchema), next: z.string().nullable() });

export function exportRoutes(app: AdminApp): void {
  app.get("/export", exported);
}

/** All records, page by page, in dependency order. API keys are credentials and no part of it. */
async function exported(c: Context<AdminEnv>): Promise<Response> {
  const query = readQuery(c, exportQuerySchema);
  if (!query.ok) return query.response;
  const { limit, after = "" } = query.value;
  const [from = TRANSFER_KINDS[0], afterId] = after === "" ? [] : after.split("/");
  const items: StoredConfig[] = [];
  const first = Math.max(0, TRANSFER_KINDS.indexOf(from as RecordKind));
  for (const kind of TRANSFER_KINDS.slice(first)) {
    const page = { after: kind === from ? afterId : undefined, limit: limit - items.length };
    const { items: found, next } = await listConfig(c.var.ctx.db, kind, page);
    items.push(...found);
    if (next !== null) return c.json({ items: items.map(wire), next: `${kind}/${next}` });
    // The page is full at the end of a kind: the next one begins with the next kind.
    const last = found.at(-1)?.id ?? (kind === from ? afterId : undefined);
    if (items.length >= limit && kind !== TRANSFER_KINDS.at(-1))
      return c.json({ items: items.map(wire), next: `${kind}/${last}` });
  }
  return c.json({ items: items.map(wire), next: null });
}

const wire = ({ kind, id, version, body }: StoredConfig) => ({
  kind,
  id,
  version,
  record: openPart(body),
  secrets: secretNames(body),
});

export const collectionOf = (kind: RecordKind): string =>
  Object.entries(COLLECTIONS).find(([, one]) => one === kind)?.[0] ?? kind;
