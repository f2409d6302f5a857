import { ADMIN_PROBLEMS } from "../../../schema/api/admin-problems.ts";
import type { Contract } from "../../../schema/config/buyer.ts";
import type { ConfigTypes } from "../../../schema/config/index.ts";
import { CONFIG_SCHEMAS } from "../../../schema/config/index.ts";
import type { StoredConfig } from "../../ledger/config-store.ts";
import { changeConfig, readConfig } from "../../ledger/config-store.ts";
import { problem, zodProblem } from "../problem.ts";
import { afterWrite } from "./after-write.ts";
import type { Read } from "./body.ts";
import { no } from "./body.ts";
import { recordProblems } from "./checks/index.ts";
import type { AdminContext } from "./context.ts";
import type { RecordKind } from "./kinds.ts";
import { openPoints } from "./stages.ts";
import { isTermsKind, provisional, pushTerms } from "./terms.ts";

type Body = Record<string, unknown>;

export interface Draft {
  kind: RecordKind;
  id: string;
  author: string;
  reason?: string;
  /** Why a contract goes live against its checklist. */
  force?: string;
  /** In the audit, beside the history. */
  audit?: { action: string; detail?: string };
  /** The version that the caller read (`If-Match`); 0 = the record must not exist. */
  expect?: number;
  /** What shall be stored, of what is there; called again when somebody else was faster. */
  build(current: StoredConfig | null): Promise<Read<Body>>;
}
export interface Saved {
  stored: StoredConfig;
  created: boolean;
  /** Buyers, endpoints, contracts: the buyer's object has the new terms already. */
  at_buyer?: boolean;
}

/** Attempts against others who change the same record at the same time. */
const ATTEMPTS = 3;

/** A record that may be written: checked in itself, against what it names and against its checklist. */
export interface Prepared {
  current: StoredConfig | null;
  /** As it will be stored. */
  body: Body;
  /** As its schema reads it. */
  parsed: ConfigTypes[RecordKind];
  audit: Draft["audit"];
}

/** Everything that a write checks, without writing. */
export async function prepareRecord(ctx: AdminContext, draft: Draft): Promise<Read<Prepared>> {
  const { kind, id, expect } = draft;
  const current = await readConfig(ctx.db, kind, id);
  const version = current?.version ?? 0;
  if (expect !== undefined && expect !== version) return expect === 0 ? exists(kind, id) : outdated(version);
  const built = await draft.build(current);
  if (!built.ok) return built;
  const parsed = CONFIG_SCHEMAS[kind].safeParse(built.value);
  if (!parsed.success) return { ok: false, response: zodProblem(parsed.error) };
  const problems = await recordProblems(ctx, kind, parsed.data, current);
  if (problems.length > 0)
    return {
      ok: false,
      response: problem(422, "invalid_fields", "some members are missing or do not fit the rest: see errors", problems),
    };
  const stage = kind === "contract" ? await staged(ctx, parsed.data as Contract, current, draft) : null;
  if (stage && !stage.ok) return stage;
  return { ok: true, value: { current, body: built.value, parsed: parsed.data, audit: stage?.value ?? draft.audit } };
}

/**
 * Checks and writes one record. A change that pauses reaches the buyer's object before the ledger, every other one after it:
 * the object may refuse too early, never too late.
 */
export async function saveRecord(ctx: AdminContext, draft: Draft): Promise<Read<Saved>> {
  const { kind, id, author, reason } = draft;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const prepared = await prepareRecord(ctx, draft);
    if (!prepared.ok) return prepared;
    const { current, body, parsed, audit } = prepared.value;
    const version = current?.version ?? 0;
    if (isTermsKind(kind) && current && pauses(parsed, current))
      await pushTerms(ctx, kind, parsed as ConfigTypes[typeof kind], provisional(version));
    const at = ctx.now();
    const changed = await changeConfig(ctx.db, { kind, id, body, author, reason, at, expect_version: version, audit });
    if (changed.kind === "conflict") continue;
    ctx.refreshSnapshot();
    const at_buyer = isTermsKind(kind)
      ? await pushTerms(ctx, kind, parsed as ConfigTypes[typeof kind], changed.version)
      : undefined;
    const stored = { kind, id, seq: changed.seq, version: changed.version, body, author, updated_at: at };
    await afterWrite(ctx, stored, current);
    return { ok: true, value: { stored, created: version === 0, at_buyer } };
  }
  return no(409, "changed_meanwhile", "others change this record at the same time; try again");
}

/** May the contract have this stage? The value is what the audit says when it was forced. */
async function staged(
  ctx: AdminContext,
  contract: Contract,
  current: StoredConfig | null,
  { force }: Draft,
): Promise<Read<Draft["audit"]>> {
  const open = await openPoints(ctx, contract, current);
  if (open.length === 0) return { ok: true, value: undefined };
  if (force !== undefined) {
    const detail = JSON.stringify({ stage: contract.stage, reason: force, open: open.map(({ step }) => step) });
    return { ok: true, value: { action: "force_live", detail } };
  }
  const { status, meaning, action } = ADMIN_PROBLEMS.not_ready;
  const errors = open.map(({ step, text }) => ({ field: `checklist.${step}`, message: text, code: "open" }));
  return { ok: false, response: problem(status, "not_ready", `${meaning} ${action}`, errors) };
}

const pauses = (body: unknown, current: StoredConfig): boolean =>
  (body as { status?: string }).status === "paused" && current.body.status !== "paused";

const exists = (kind: string, id: string): Read<never> =>
  no(409, "already_exists", `there is a ${kind} ${id} already; change it with PUT or PATCH`);
const outdated = (version: number): Read<never> =>
  no(
    412,
    "version_mismatch",
    version === 0 ? "there is no such record" : `the record is at version ${version}; read it again`,
  );
