import type { Context } from "hono";
import * as z from "zod";
import { attemptAnswer, attemptFilters, openAttemptSchema, openedAnswer } from "../../../schema/api/attempts.ts";
import { attemptLine, openAttempt } from "../../flows/attempts.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import { attemptById, listAttempts } from "../../ledger/attempts.ts";
import { writeAudit } from "../../ledger/audit.ts";
import { readConfig } from "../../ledger/config-store.ts";
import { iso, readBodyAs, readQuery, timeSchema } from "../admin/body.ts";
import type { AdminApp, AdminEnv } from "../admin/context.ts";
import { operation } from "../admin/operation-parts.ts";
import type { Operation } from "../operation.ts";
import { problem } from "../problem.ts";
import { refusal } from "./dead-letters.ts";

const WINDOW_MS = 31 * 86_400_000;

export const attemptsQuery = z
  .strictObject({ from: timeSchema.optional(), to: timeSchema.optional(), ...attemptFilters })
  .meta({ description: "Without `from` and `to`: the last 31 days; with one of them, 31 days from or to it." });

/** Every attempt of a contract, and one of them opened. */
export function attemptRoutes(app: AdminApp, gatewayOf: (c: Context<AdminEnv>) => Gateway): void {
  app.get("/contracts/:id/attempts", (c) => history(c, c.req.param("id")));
  app.post("/contracts/:id/attempts/:attempt/open", (c) =>
    open(c, gatewayOf(c), c.req.param("id"), c.req.param("attempt")),
  );
}

async function history(c: Context<AdminEnv>, contract_id: string): Promise<Response> {
  const query = readQuery(c, attemptsQuery);
  if (!query.ok) return query.response;
  const { db, now } = c.var.ctx;
  const { after, ...filters } = query.value;
  const to = filters.to ?? (filters.from === undefined ? now() + 1 : filters.from + WINDOW_MS);
  const from = filters.from ?? to - WINDOW_MS;
  const page = await listAttempts(db, {
    ...filters,
    contract_id,
    from,
    to,
    after: after === undefined ? undefined : cursor(after),
  });
  // A contract that was never asked has a history too: an empty one.
  if (page.items.length === 0 && !(await readConfig(db, "contract", contract_id)))
    return problem(404, "not_found", "there is no such contract");
  const next = page.next && `${page.next.at}.${page.next.attempt_id}`;
  return c.json({ items: page.items.map(attemptLine), next, from: iso(from), to: iso(to) });
}

function cursor(text: string): { at: number; attempt_id: string } {
  const dot = text.indexOf(".");
  return { at: Number(text.slice(0, dot)), attempt_id: text.slice(dot + 1) };
}

async function open(c: Context<AdminEnv>, g: Gateway, contract_id: string, attempt_id: string): Promise<Response> {
  const body = await readBodyAs(c, openAttemptSchema);
  if (!body.ok) return body.response;
  const { ctx, author } = c.var;
  const row = await attemptById(ctx.db, contract_id, attempt_id);
  if (!row) return problem(404, "not_found", "there is no such attempt of this contract");
  // The audit comes first: what cannot be written down is not opened.
  const detail = JSON.stringify({ lead_id: row.lead_id, reason: body.value.reason });
  await writeAudit(ctx.db, {
    at: ctx.now(),
    author,
    action: "open_payloads",
    target: `attempt:${attempt_id}`,
    detail,
  });
  const opened = await openAttempt(g, ctx.db, row);
  return opened ? c.json(opened) : refusal("erased", "its payload is gone");
}

/** For the API document. */
export const ATTEMPT_OPERATIONS: readonly Operation[] = [
  operation("contracts", {
    method: "get",
    path: "/contracts/:id/attempts",
    id: "listAttempts",
    summary: "Every attempt of a contract, newest first",
    notes: "From the ledger, a second or two behind. Payloads stay sealed.",
    query: attemptsQuery,
    response: z.object({
      items: z.array(attemptAnswer),
      next: z.string().nullable(),
      from: z.iso.datetime(),
      to: z.iso.datetime(),
    }),
    problems: ["not_found"],
  }),
  operation("contracts", {
    method: "post",
    path: "/contracts/:id/attempts/:attempt/open",
    role: "operator",
    id: "openAttempt",
    summary: "Open an attempt's request and answer",
    notes: "They are personal data: who opened them, and why, is written to the audit first. Credentials are masked.",
    request: openAttemptSchema.meta({ examples: [{ reason: "buyer asks what we sent" }] }),
    response: openedAnswer,
    problems: ["not_found", "erased"],
  }),
];
