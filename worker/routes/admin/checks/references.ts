import type { ConfigKind, ConfigTypes } from "../../../../schema/config/index.ts";
import { CONFIG_SCHEMAS } from "../../../../schema/config/index.ts";
import { listConfig, readConfigs } from "../../../ledger/config-store.ts";
import type { FieldError } from "../../problem.ts";
import type { AdminContext } from "../context.ts";

export const wrong = (field: string, message: string, code = "invalid"): FieldError => ({ field, message, code });

/** Which of these ids do not exist, as problems of `field`. */
export async function missing(
  ctx: AdminContext,
  kind: ConfigKind,
  ids: string[],
  field: (at: number) => string,
): Promise<FieldError[]> {
  const drafted = ctx.draft?.get(kind);
  const keys = ids.map((id) => ({ kind, id }));
  const found = drafted ?? new Set((await readConfigs(ctx.db, keys)).map((row) => row.id));
  return ids.flatMap((id, at) => (found.has(id) ? [] : [wrong(field(at), `there is no ${kind} ${id}`, "unknown")]));
}

/** The record as its schema reads it; null when it does not exist or no longer fits. */
export async function find<K extends ConfigKind>(
  ctx: AdminContext,
  kind: K,
  id: string,
): Promise<ConfigTypes[K] | null> {
  const drafted = ctx.draft?.get(kind);
  if (drafted) return drafted.has(id) ? read(kind, drafted.get(id)) : null;
  const [row] = await readConfigs(ctx.db, [{ kind, id }]);
  return row ? read(kind, row.body) : null;
}

function read<K extends ConfigKind>(kind: K, body: unknown): ConfigTypes[K] | null {
  const parsed = CONFIG_SCHEMAS[kind].safeParse(body);
  return parsed.success ? (parsed.data as ConfigTypes[K]) : null;
}

/** Every record of a kind whose top-level members are these; records that no longer fit their schema are left out. */
export async function findAll<K extends ConfigKind>(
  ctx: AdminContext,
  kind: K,
  where: Record<string, string> = {},
): Promise<ConfigTypes[K][]> {
  const all: ConfigTypes[K][] = [];
  const drafted = ctx.draft?.get(kind);
  if (drafted) {
    for (const body of drafted.values()) {
      const parsed = Object.entries(where).every(([name, value]) => body[name] === value) ? read(kind, body) : null;
      if (parsed) all.push(parsed);
    }
    return all;
  }
  let after: string | undefined;
  do {
    const page = await listConfig(ctx.db, kind, { after, limit: 200, where });
    for (const { body } of page.items) {
      const parsed = read(kind, body);
      if (parsed) all.push(parsed);
    }
    after = page.next ?? undefined;
  } while (after !== undefined);
  return all;
}
