import * as z from "zod";
import type { ConfigKind, ConfigTypes } from "../../../schema/config/index.ts";
import { deps, within } from "../../deps.ts";
import type { StoredConfig } from "../../ledger/config-store.ts";
import { changeConfig, readConfig } from "../../ledger/config-store.ts";
import { problem } from "../problem.ts";
import { no, type Read, readBodyAs, reasonSchema } from "./body.ts";
import type { AdminApp, AdminContext, TermsKind } from "./context.ts";
import { COLLECTIONS, PAUSABLE } from "./kinds.ts";
import { isTermsKind, provisional, pushTerms, readBody } from "./terms.ts";

type Status = "active" | "paused";
export const switchSchema = z.strictObject({ reason: reasonSchema });

interface Switch {
  kind: ConfigKind;
  id: string;
  status: Status;
  author: string;
  reason: string;
}

/** What a switch has done by the time its call returns. */
export interface Switched {
  id: string;
  status: Status;
  /** null: the ledger could not be written. */
  version: number | null;
  /** Refuses (or takes) reservations from now on; for buyers, endpoints and contracts. */
  at_buyer?: boolean;
  /** Kept with its author and reason, and read by every snapshot within two seconds. */
  in_ledger: boolean;
  message: string;
}

/** Pause and resume: of records, and of the gateway as a whole. */
export function switchRoutes(app: AdminApp): void {
  for (const [word, status] of [
    ["pause", "paused"],
    ["resume", "active"],
  ] as const) {
    for (const collection of PAUSABLE)
      app.post(`/${collection}/:id/${word}`, async (c) => {
        const body = await readBodyAs(c, switchSchema);
        if (!body.ok) return body.response;
        const { ctx, author } = c.var;
        const done = await turn(ctx, {
          kind: COLLECTIONS[collection],
          id: c.req.param("id"),
          status,
          author,
          reason: body.value.reason,
        });
        return done.ok ? c.json(done.value) : done.response;
      });
    app.post(`/gateway/${word}`, async (c) => {
      const body = await readBodyAs(c, switchSchema);
      if (!body.ok) return body.response;
      const { ctx, author } = c.var;
      const done = await turn(ctx, { kind: "settings", id: "gateway", status, author, reason: body.value.reason });
      return done.ok ? c.json(done.value) : done.response;
    });
  }
}

const ATTEMPTS = 3;
/** Ms that a switch waits for the ledger: a pause is urgent, and D1 may hang rather than fail. */
const LEDGER_MS = 3_000;
const soon = <T>(call: Promise<T>): Promise<T> => within(deps(), LEDGER_MS, call);

/**
 * Changes a record's status and nothing else: not even a record that no longer passes its checks may resist a pause. A pause of
 * a buyer, endpoint or contract is in force at its object before the ledger is asked, and also when the ledger is away.
 */
async function turn(ctx: AdminContext, s: Switch): Promise<Read<Switched>> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const current = await soon(readConfig(ctx.db, s.kind, s.id)).catch(() => "away" as const);
    if (current === "away") return pauseWithoutLedger(ctx, s);
    if (!current && s.kind !== "settings") return no(404, "not_found", `there is no such ${s.kind}`);
    const version = current?.version ?? 0;
    const body = { ...(current?.body ?? { id: s.id }), status: s.status };
    const early = s.status === "paused" && (await push(ctx, s, body, provisional(version)));
    const changed = await soon(record(ctx, s, body, version)).catch(() => "away" as const);
    if (changed === "away") return early ? { ok: true, value: unrecorded(s) } : ledgerAway();
    if (changed.kind === "conflict") continue;
    ctx.refreshSnapshot();
    const at_buyer = isTermsKind(s.kind) ? (await push(ctx, s, body, changed.version)) || early : undefined;
    return {
      ok: true,
      value: {
        id: s.id,
        status: s.status,
        version: changed.version,
        at_buyer,
        in_ledger: true,
        message: recorded(at_buyer),
      },
    };
  }
  return no(409, "changed_meanwhile", "others change this record at the same time; try again");
}

const record = (ctx: AdminContext, s: Switch, body: StoredConfig["body"], version: number) =>
  changeConfig(ctx.db, {
    kind: s.kind,
    id: s.id,
    body,
    author: s.author,
    reason: s.reason,
    at: ctx.now(),
    expect_version: version,
    audit: { action: s.status === "paused" ? "pause" : "resume", detail: s.reason },
  });

async function push(ctx: AdminContext, s: Switch, body: StoredConfig["body"], version: number): Promise<boolean> {
  if (!isTermsKind(s.kind)) return false;
  const read = readBody(s.kind, body);
  return read ? pushTerms(ctx, s.kind, read, version) : false;
}

/** From what the snapshot knows. A resume needs the ledger: it would have to undo a pause whose version only the ledger knows. */
async function pauseWithoutLedger(ctx: AdminContext, s: Switch): Promise<Read<Switched>> {
  if (s.status !== "paused" || !isTermsKind(s.kind)) return ledgerAway();
  const kind: TermsKind = s.kind;
  const known = await ctx.known(kind, s.id).catch(() => null);
  if (!known) return ledgerAway();
  const body = { ...known.body, status: "paused" } as ConfigTypes[typeof kind];
  return (await pushTerms(ctx, kind, body, provisional(known.version)))
    ? { ok: true, value: unrecorded(s) }
    : ledgerAway();
}

const ledgerAway = (): { ok: false; response: Response } => ({
  ok: false,
  response: problem(
    503,
    "ledger_unavailable",
    "the ledger cannot be written and nothing was changed; try again",
    undefined,
    { "retry-after": "2" },
  ),
});

const unrecorded = (s: Switch): Switched => ({
  id: s.id,
  status: s.status,
  version: null,
  at_buyer: true,
  in_ledger: false,
  message:
    "Paused at the buyer: no reservation is given. The ledger is away, so the pause is not recorded yet: repeat this call later.",
});

function recorded(at_buyer: boolean | undefined): string {
  if (at_buyer === true) return "In force at the buyer now; pings follow within two seconds.";
  return at_buyer === false
    ? "Recorded. The buyer's object did not answer: it follows with its next reservation, within two seconds."
    : "In force within two seconds.";
}
