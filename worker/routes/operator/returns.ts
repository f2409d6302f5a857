import type { Context } from "hono";
import { returnSchema } from "../../../schema/api/dead-letters.ts";
import { toWire } from "../../../schema/money.ts";
import { returnSale } from "../../flows/after-sale.ts";
import { presentSale } from "../../flows/delivery-state.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import { writeAudit } from "../../ledger/audit.ts";
import { readBodyAs } from "../admin/body.ts";
import type { AdminApp, AdminEnv } from "../admin/context.ts";
import { problem } from "../problem.ts";
import { refusal } from "./dead-letters.ts";

const WHICH = [
  {
    field: "reservation_id",
    message: "is needed: the lead was sold again after a return, so say which sale is meant",
    code: "required" as const,
  },
];

/** The operator takes a sale back: the charge is returned, and others may get the lead. */
export function returnRoutes(app: AdminApp, gatewayOf: (c: Context<AdminEnv>) => Gateway): void {
  app.post("/leads/:id/return", async (c) => {
    const body = await readBodyAs(c, returnSchema);
    if (!body.ok) return body.response;
    const { reason, re_auction } = body.value;
    const { ctx, author } = c.var;
    const g = gatewayOf(c);
    const lead_id = c.req.param("id");
    const sale = await presentSale(g, lead_id, body.value.reservation_id);
    if (sale === null) return refusal("not_found");
    if (sale === "not_sold") return refusal("not_sold");
    if (sale === "which") return problem(422, "invalid_fields", "1 field is not as required", WHICH);
    const { reservation_id, contract_id } = sale;
    const again = re_auction ?? (await g.snapshot()).contract(contract_id)?.config.after_sale.re_auction ?? false;
    const detail = JSON.stringify({ reservation_id, re_auction: again, reason });
    await writeAudit(ctx.db, { at: ctx.now(), author, action: "return", target: `lead:${lead_id}`, detail });
    const returned = await returnSale(g, { reservation_id, reason, author, re_auction: again });
    if (returned.kind === "refused") return refusal(returned.why);
    const { amount, reopened, repeated } = returned;
    return c.json({ lead_id, reservation_id, refunded: toWire(amount), reopened, repeated });
  });
}
