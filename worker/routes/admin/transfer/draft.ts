import { CONFIG_SCHEMAS, type ConfigKind } from "../../../../schema/config/index.ts";
import { listConfig, type StoredConfig } from "../../../ledger/config-store.ts";
import { type FieldError, fieldErrors } from "../../problem.ts";
import { recordProblems } from "../checks/index.ts";
import type { AdminContext } from "../context.ts";
import { type RecordKind, WIRE_SCHEMAS } from "../kinds.ts";
import { openPart, sealBody } from "../sealed.ts";
import { keepStanding } from "../stages.ts";
import { type Difference, differences, isObject, same } from "./differences.ts";
import { TRANSFER_KINDS } from "./kinds.ts";

type Body = Record<string, unknown>;

/** One record of an import, as it was sent. */
export interface Incoming {
  kind: RecordKind;
  id: string;
  /** The version that it was made from; 0: it must be new. */
  version: number;
  record: Body;
}
export interface Planned extends Incoming {
  action: "create" | "change" | "same" | "conflict" | "invalid";
  /** What is there now; 0 = nothing. */
  current: number;
  differences: Difference[];
  problems: FieldError[];
}

/** The whole configuration, by kind and id. */
export type Ledger = Map<ConfigKind, Map<string, StoredConfig>>;

export async function loadLedger(db: D1Database): Promise<Ledger> {
  const ledger: Ledger = new Map();
  for (const kind of TRANSFER_KINDS) {
    const records = new Map<string, StoredConfig>();
    let after: string | undefined;
    do {
      const page = await listConfig(db, kind, { after, limit: 500 });
      for (const item of page.items) records.set(item.id, item);
      after = page.next ?? undefined;
    } while (after !== undefined);
    ledger.set(kind, records);
  }
  return ledger;
}

/**
 * What an import would do, record by record, each checked as if all of them were written already. Nothing is written.
 * @returns the plan in dependency order, and the context in which the records may then be saved
 */
export async function plan(
  ctx: AdminContext,
  incoming: Incoming[],
  ledger: Ledger,
): Promise<{ planned: Planned[]; drafting: AdminContext }> {
  const draft = new Map<ConfigKind, Map<string, Body>>();
  for (const [kind, records] of ledger)
    draft.set(kind, new Map([...records].map(([id, { body }]) => [id, body] as const)));
  const drafting: AdminContext = { ...ctx, draft };
  const planned: Planned[] = [];
  for (const item of inOrder(incoming)) {
    const current = ledger.get(item.kind)?.get(item.id) ?? null;
    const one = await planOne(ctx, item, current);
    planned.push(one.planned);
    if (one.body) draft.get(item.kind)?.set(item.id, one.body);
  }
  for (const one of planned) {
    const body = draft.get(one.kind)?.get(one.id);
    if ((one.action !== "create" && one.action !== "change") || !body) continue;
    const parsed = CONFIG_SCHEMAS[one.kind].safeParse(body);
    const found = parsed.success
      ? await recordProblems(drafting, one.kind, parsed.data, ledger.get(one.kind)?.get(one.id) ?? null)
      : fieldErrors(parsed.error.issues);
    if (found.length > 0) Object.assign(one, { action: "invalid", problems: found });
  }
  return { planned, drafting };
}

/** By kind; contracts that name another contract after those that do not. */
function inOrder(incoming: Incoming[]): Incoming[] {
  const place = (item: Incoming): number =>
    TRANSFER_KINDS.indexOf(item.kind) + (isObject(item.record.on_cap) && "contract_id" in item.record.on_cap ? 0.5 : 0);
  return incoming.toSorted((a, b) => place(a) - place(b));
}

async function planOne(
  ctx: AdminContext,
  item: Incoming,
  current: StoredConfig | null,
): Promise<{ planned: Planned; body?: Body }> {
  const { kind, id } = item;
  const version = current?.version ?? 0;
  const before = current ? openPart(current.body) : undefined;
  const base = { ...item, current: version, problems: [], differences: [] };
  const parsed = WIRE_SCHEMAS[kind].safeParse(item.record);
  if (!parsed.success)
    return { planned: { ...base, action: "invalid", problems: fieldErrors(parsed.error.issues).slice(0, 50) } };
  const written = keepStanding(kind, item.record, current, true);
  const changed = differences(before ?? {}, shown(written));
  if (before && same(WIRE_SCHEMAS[kind].safeParse(before).data, WIRE_SCHEMAS[kind].safeParse(written).data))
    return { planned: { ...base, action: "same" } };
  if (item.version !== version) return { planned: { ...base, action: "conflict", differences: changed } };
  const body = await sealBody(ctx, kind, id, written, current?.body ?? null);
  return { planned: { ...base, action: version === 0 ? "create" : "change", differences: changed }, body };
}

/** Secrets by name only. */
function shown(record: Body): Body {
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => {
      if (!/(credentials|secret|^keys)$/.test(name) || value === undefined) return [name, value];
      return [name, isObject(value) ? Object.keys(value) : "(given)"];
    }),
  );
}
