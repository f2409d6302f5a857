import type { Context } from "hono";
import * as z from "zod";
import type { BoardPort } from "../../../durable-objects/alert-board.ts";
import { writeAudit } from "../../ledger/audit.ts";
import { readBodyAs } from "../admin/body.ts";
import type { AdminApp, AdminEnv } from "../admin/context.ts";

export const muteSchema = z.strictObject({
  // An object's name has a colon of its own: object:book:s001.
  subject: z.string().regex(/^[a-z_]+:[A-Za-z0-9_:-]{1,120}$/, "must be an alert's subject, like endpoint:acme_ep"),
  hours: z.number().min(0).max(168).meta({ description: "0 takes the mute back." }),
});
export const boardSchema = z.object({
  acknowledged: z.record(z.string(), z.object({ by: z.string(), at: z.number() })),
  muted: z.record(z.string(), z.object({ by: z.string(), until: z.number() })),
});

/** Acknowledge and mute. The alerts themselves are the ledger's (`GET /v1/admin/alerts`). */
export function alertRoutes(app: AdminApp, boardOf: (c: Context<AdminEnv>) => BoardPort): void {
  app.get("/alerts/board", async (c) => c.json(await boardOf(c).read()));
  app.post("/alerts/:id/acknowledge", async (c) => {
    const id = c.req.param("id").slice(0, 200);
    await writeAudit(c.var.ctx.db, {
      at: c.var.ctx.now(),
      author: c.var.author,
      action: "acknowledge",
      target: `alert:${id}`,
    });
    return c.json(await boardOf(c).acknowledge(id, c.var.author));
  });
  app.post("/alerts/mute", async (c) => {
    const body = await readBodyAs(c, muteSchema);
    if (!body.ok) return body.response;
    const { subject, hours } = body.value;
    await writeAudit(c.var.ctx.db, {
      at: c.var.ctx.now(),
      author: c.var.author,
      action: "mute",
      target: subject,
      detail: `${hours} h`,
    });
    return c.json(await boardOf(c).mute(subject, c.var.author, hours * 3_600_000));
  });
}
