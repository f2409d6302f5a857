import type { Context } from "hono";
import { ADMIN_PROBLEMS } from "../../../schema/api/admin-problems.ts";
import {
  closeSchema,
  deadLetterFilterSchema,
  deadLetterQuery,
  editSchema,
  explainQuery,
  replaySchema,
  unknownsQuery,
} from "../../../schema/api/dead-letters.ts";
import { summariseDeadLetters } from "../../flows/dead-letter-summary.ts";
import { explainDeadLetter, listDeadLetters } from "../../flows/dead-letters.ts";
import { editLead } from "../../flows/edit-lead.ts";
import { replayOne } from "../../flows/replay.ts";
import { listUnknowns } from "../../flows/unknowns.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import { writeAudit } from "../../ledger/audit.ts";
import { readBodyAs, readQuery } from "../admin/body.ts";
import type { AdminApp, AdminEnv } from "../admin/context.ts";
import { problem } from "../problem.ts";
import { resolve } from "./resolve.ts";

type GatewayOf = (c: Context<AdminEnv>) => Gateway;

/** What is left over: unknown outcomes, and leads in review or parked. */
export function deadLetterRoutes(app: AdminApp, gatewayOf: GatewayOf): void {
  app.get("/unknowns", (c) => unknowns(c, gatewayOf(c)));
  app.get("/dead-letters", (c) => deadLetters(c, gatewayOf(c)));
  app.get("/dead-letters/summary", (c) => summary(c, gatewayOf(c)));
  app.get("/dead-letters/:lead_id", (c) => explained(gatewayOf(c), c.req.param("lead_id"), c));
  app.patch("/dead-letters/:lead_id", (c) => edit(c, gatewayOf(c), c.req.param("lead_id")));
  app.post("/dead-letters/:lead_id/replay", (c) => replay(c, gatewayOf(c), c.req.param("lead_id")));
  app.post("/dead-letters/:lead_id/close", async (c) => {
    const body = await readBodyAs(c, closeSchema);
    return body.ok ? resolve(c, gatewayOf(c), c.req.param("lead_id"), body.value) : body.response;
  });
}

const badCursor = (): Response =>
  problem(422, "invalid_fields", "1 field is not as required", [
    { field: "after", message: "must be the `next` of the page before", code: "invalid" },
  ]);

const noLead = (): Response => problem(404, "not_found", "there is no such lead, or its book has let it go");

/** A refusal with the words of the problems' table; `detail` says more where there is more. */
export function refusal(code: keyof typeof ADMIN_PROBLEMS | "not_found", detail?: string): Response {
  if (code === "not_found") return noLead();
  const { status, meaning, action } = ADMIN_PROBLEMS[code];
  return problem(status, code, detail === undefined ? `${meaning} ${action}` : `${meaning} (${detail}) ${action}`);
}

async function unknowns(c: Context<AdminEnv>, g: Gateway): Promise<Response> {
  const query = readQuery(c, unknownsQuery);
  if (!query.ok) return query.response;
  const found = await listUnknowns(g, query.value);
  return found ? c.json(found) : badCursor();
}

async function deadLetters(c: Context<AdminEnv>, g: Gateway): Promise<Response> {
  const query = readQuery(c, deadLetterQuery);
  if (!query.ok) return query.response;
  const { after, limit, ...filter } = query.value;
  const found = await listDeadLetters(g, filter, after ?? null, limit);
  return found ? c.json(found) : badCursor();
}

async function summary(c: Context<AdminEnv>, g: Gateway): Promise<Response> {
  const query = readQuery(c, deadLetterFilterSchema);
  return query.ok ? c.json(await summariseDeadLetters(g, query.value)) : query.response;
}

async function explained(g: Gateway, lead_id: string, c: Context<AdminEnv>): Promise<Response> {
  const query = readQuery(c, explainQuery);
  if (!query.ok) return query.response;
  const { open } = query.value;
  const { ctx, author } = c.var;
  const target = `lead:${lead_id.slice(0, 40)}`;
  // The audit comes first: what cannot be written down is not opened.
  if (open) await writeAudit(ctx.db, { at: ctx.now(), author, action: "open_lead", target });
  const found = await explainDeadLetter(g, lead_id, open);
  if (found === null) return noLead();
  return found === "not_resting" ? refusal("not_resting") : c.json(found);
}

async function edit(c: Context<AdminEnv>, g: Gateway, lead_id: string): Promise<Response> {
  const body = await readBodyAs(c, editSchema);
  if (!body.ok) return body.response;
  const { lead, reason } = body.value;
  // Names only, and only ones that a campaign could have: a name that somebody invents may be a value in the wrong place.
  const fields = Object.keys(lead).filter((name) => /^[a-z][a-z0-9_]{0,39}$/.test(name));
  const target = `lead:${lead_id.slice(0, 40)}`;
  const detail = JSON.stringify({ fields, reason });
  await writeAudit(c.var.ctx.db, { at: c.var.ctx.now(), author: c.var.author, action: "edit_lead", target, detail });
  const edited = await editLead(g, lead_id, lead, { author: c.var.author });
  if (edited.kind === "refused") return refusal(edited.why);
  if (edited.kind === "edited") return c.json({ lead_id, fields: edited.fields });
  const errors = edited.problems.map((found) => ({ ...found, field: `lead.${found.field}` }));
  return problem(422, "invalid_fields", "the lead would not be valid so; nothing was changed", errors);
}

async function replay(c: Context<AdminEnv>, g: Gateway, lead_id: string): Promise<Response> {
  const body = await readBodyAs(c, replaySchema);
  if (!body.ok) return body.response;
  const { to, accept_risk, reason } = body.value;
  const target = `lead:${lead_id.slice(0, 40)}`;
  const detail = JSON.stringify({ to, accept_risk, reason });
  await writeAudit(c.var.ctx.db, { at: c.var.ctx.now(), author: c.var.author, action: "replay", target, detail });
  const replayed = await replayOne(g, lead_id, { to, accept_risk, reason, author: c.var.author });
  return replayed.kind === "replayed" ? c.json({ lead_id, state: "open" }) : refusal(replayed.why, replayed.detail);
}
