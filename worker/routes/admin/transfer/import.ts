import type { Context } from "hono";
import * as z from "zod";
import { problem } from "../../problem.ts";
import { readBodyAs, readQuery, reasonSchema } from "../body.ts";
import type { AdminApp, AdminContext, AdminEnv } from "../context.ts";
import { sealBody } from "../sealed.ts";
import { keepStanding } from "../stages.ts";
import { saveRecord } from "../write.ts";
import { type Incoming, loadLedger, type Planned, plan } from "./draft.ts";
import { collectionOf } from "./export.ts";
import { TRANSFER_KINDS } from "./kinds.ts";

const MAX_BYTES = 16_000_000;
/** Each record that is written costs a few calls of an invocation's allowance; a dry run costs none. */
const MOST_WRITTEN = 100;

export const importQuerySchema = z.strictObject({
  dry_run: z
    .enum(["true", "false"])
    .transform((text) => text === "true")
    .default(false)
    .meta({ description: "Checks and compares only." }),
  reason: reasonSchema.optional(),
});

export const importSchema = z.strictObject({
  records: z
    .array(
      z.strictObject({
        kind: z.enum(TRANSFER_KINDS),
        version: z
          .int()
          .min(0)
          .default(0)
          .meta({ description: "The version that it was made from; 0: there must be none." }),
        record: z.looseObject({ id: z.string().max(80) }).meta({ description: "As a PUT takes it." }),
      }),
    )
    .min(1)
    .max(5_000),
});

const itemSchema = z.object({
  kind: z.enum(TRANSFER_KINDS),
  id: z.string(),
  action: z.enum(["create", "change", "same", "conflict", "invalid"]),
  version: z.int().meta({ description: "What is there: after a write the new version, 0 = nothing." }),
  written: z.boolean(),
  differences: z.array(z.object({ path: z.string(), from: z.unknown().optional(), to: z.unknown().optional() })),
  problems: z.array(z.object({ field: z.string(), message: z.string(), code: z.string().optional() })),
});
export const importAnswerSchema = z.object({
  dry_run: z.boolean(),
  ok: z.boolean().meta({ description: "No conflict, nothing invalid." }),
  items: z.array(itemSchema),
});
type Item = z.infer<typeof itemSchema>;

export function importRoutes(app: AdminApp): void {
  app.post("/import", imported);
}

/** All or nothing as far as checks go: nothing is written unless every record may be. */
async function imported(c: Context<AdminEnv>): Promise<Response> {
  const [body, query] = [await readBodyAs(c, importSchema, MAX_BYTES), readQuery(c, importQuerySchema)];
  if (!body.ok) return body.response;
  if (!query.ok) return query.response;
  const { dry_run, reason } = query.value;
  const incoming = body.value.records.map(
    ({ kind, version, record }): Incoming => ({ kind, id: record.id, version, record }),
  );
  const twice = incoming.find((item, at) => incoming.findIndex((o) => o.kind === item.kind && o.id === item.id) !== at);
  if (twice) return problem(422, "invalid_fields", `${collectionOf(twice.kind)}/${twice.id} is there twice`);
  const { planned, drafting } = await plan(c.var.ctx, incoming, await loadLedger(c.var.ctx.db));
  const items = planned.map((one) => itemOf(one));
  const ok = planned.every(({ action }) => action !== "conflict" && action !== "invalid");
  if (dry_run) return c.json({ dry_run, ok, items });
  if (!ok) return refused(planned, items);
  const due = planned.filter(({ action }) => action !== "same");
  if (due.length > MOST_WRITTEN)
    return problem(422, "invalid_fields", `a call writes at most ${MOST_WRITTEN} changed records; send parts`);
  return (await write(drafting, c.var.author, reason, due, items)) ?? c.json({ dry_run, ok, items });
}

function itemOf({ kind, id, action, current, differences, problems }: Planned): Item {
  return { kind, id, action, version: current, written: false, differences, problems };
}

/** In the plan's order. A record that somebody changes meanwhile ends it; `items` says what was written before. */
async function write(
  ctx: AdminContext,
  author: string,
  reason: string | undefined,
  due: Planned[],
  items: Item[],
): Promise<Response | null> {
  for (const { kind, id, current: expect, record } of due) {
    const saved = await saveRecord(ctx, {
      kind,
      id,
      author,
      reason,
      expect,
      build: async (current) => ({
        ok: true,
        value: await sealBody(ctx, kind, id, keepStanding(kind, record, current, true), current?.body ?? null),
      }),
    });
    if (!saved.ok) {
      const { detail } = (await saved.response.json()) as { detail?: string };
      const text = `${collectionOf(kind)}/${id}: ${detail ?? "was refused"}; what \`items\` calls written is written`;
      return problem(409, "changed_meanwhile", text, undefined, undefined, { items });
    }
    const item = items.find((one) => one.kind === kind && one.id === id);
    if (item) Object.assign(item, { written: true, version: saved.value.stored.version });
  }
  return null;
}

function refused(planned: Planned[], items: Item[]): Response {
  const conflicts = planned.filter(({ action }) => action === "conflict");
  const errors = planned.flatMap(({ kind, id, problems, action, version, current }) => {
    const at = `${collectionOf(kind)}/${id}`;
    if (action === "conflict")
      return [
        { field: at, message: `made from version ${version}, but version ${current} is there`, code: "conflict" },
      ];
    return problems.map((one) => ({ ...one, field: `${at}: ${one.field}` }));
  });
  const text = `nothing was written: ${errors.length} problem${errors.length === 1 ? "" : "s"}`;
  const [status, code] = conflicts.length > 0 ? [412, "version_mismatch"] : [422, "invalid_fields"];
  return problem(status as number, code as string, text, errors.slice(0, 500), undefined, { items });
}
