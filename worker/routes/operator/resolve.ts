import type { Context } from "hono";
import { closeSchema } from "../../../schema/api/dead-letters.ts";
import { type Resolved, resolveLead, type Verdict } from "../../flows/resolve.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import { writeAudit } from "../../ledger/audit.ts";
import { readBodyAs } from "../admin/body.ts";
import type { AdminApp, AdminEnv } from "../admin/context.ts";
import { problem } from "../problem.ts";

const REFUSALS: Record<Extract<Resolved, { kind: "refused" }>["why"], [status: number, code: string, detail: string]> =
  {
    not_found: [404, "not_found", "there is no such lead, or its book has let it go"],
    not_resting: [409, "not_resting", "only a lead in review or parked can be ended by hand; look at its state again"],
    no_such_bidder: [
      409,
      "no_such_bidder",
      "this contract's buyer cannot have the lead: its post was never sent, or was refused for certain",
    ],
    told_rejected: [
      409,
      "told_rejected",
      "its publisher was told no and may have sold it elsewhere: end it unsold, and book what the buyer owes as an entry",
    ],
    hold_ended: [
      409,
      "hold_ended",
      "the hold of this lead has ended: end it unsold, and book what the buyer owes as an entry",
    ],
    charged: [
      409,
      "charged",
      "a buyer accepted this lead and was charged for it: end it sold to that buyer, and return the sale if it failed",
    ],
    contested: [
      409,
      "contested",
      "the lead cannot be this buyer's sale any more, and nothing is charged: end it unsold, and book what the buyer owes as an entry",
    ],
  };

/** The operator ends a lead that rests: the call's older address. */
export function resolveRoutes(app: AdminApp, gatewayOf: (c: Context<AdminEnv>) => Gateway): void {
  app.post("/leads/:id/resolve", async (c) => {
    const body = await readBodyAs(c, closeSchema);
    return body.ok ? resolve(c, gatewayOf(c), c.req.param("id"), body.value) : body.response;
  });
}

export async function resolve(
  c: Context<AdminEnv>,
  g: Gateway,
  lead_id: string,
  { reason, ...verdict }: Verdict & { reason: string },
): Promise<Response> {
  await writeAudit(c.var.ctx.db, {
    at: c.var.ctx.now(),
    author: c.var.author,
    action: "resolve",
    target: `lead:${lead_id}`,
    detail: JSON.stringify({ ...verdict, reason }),
  });
  const resolved = await resolveLead(g, lead_id, verdict);
  if (resolved.kind === "resolved") return c.json({ lead_id, state: resolved.state });
  const [status, code, text] = REFUSALS[resolved.why];
  return problem(status, code, text);
}
