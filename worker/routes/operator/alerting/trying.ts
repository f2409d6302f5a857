import type { Context } from "hono";
import type { Incident } from "../../../../schema/rpc/alerts.ts";
import { newNotice, settled } from "../../../alerts/notices.ts";
import { itemOf } from "../../../alerts/tell.ts";
import type { AlertContext } from "../../../flows/alerts/context.ts";
import { sendNotice } from "../../../flows/alerts/send.ts";
import { runSynthetic } from "../../../flows/alerts/synthetic.ts";
import { writeAudit } from "../../../ledger/audit.ts";
import { iso } from "../../admin/body.ts";
import { find } from "../../admin/checks/references.ts";
import type { AdminApp, AdminEnv } from "../../admin/context.ts";
import { problem } from "../../problem.ts";

type C = Context<AdminEnv>;

/** Trying out a channel and a synthetic lead by hand. */
export function tryingRoutes(app: AdminApp, contextOf: (c: C) => AlertContext): void {
  app.post("/alert-channels/:id/test", (c) => test(c, contextOf(c)));
  app.post("/synthetics/:id/run", (c) => run(c, contextOf(c)));
}

const noted = (c: C, action: string, target: string, detail: string) =>
  writeAudit(c.var.ctx.db, { at: c.var.ctx.now(), author: c.var.author, action, target, detail });

/** One try, now, also of a paused channel. That it works ends the alert that it does not. */
async function test(c: C, alerting: AlertContext): Promise<Response> {
  const channel = await find(c.var.ctx, "alert_channel", c.req.param("id") ?? "");
  if (!channel) return problem(404, "not_found", "there is no such channel");
  const now = c.var.ctx.now();
  const notice = newNotice(`test-${now}-${channel.id}`, channel.id, [itemOf(example(channel.id, now), "test")], now);
  const sent = await sendNotice(alerting, { ...notice, tries: 1 }, channel);
  if (sent.ok)
    await c.var.ctx
      .keeper?.()
      .channelTold(settled(notice, sent, c.var.ctx.now()))
      .catch(() => {});
  await noted(c, "test_channel", `alert_channel:${channel.id}`, sent.ok ? "sent" : sent.why);
  return c.json({ channel_id: channel.id, notice_id: notice.id, ok: sent.ok, why: sent.ok ? null : sent.why });
}

function example(channel_id: string, now: number): Incident {
  return {
    id: `test:${channel_id}:${now}`,
    key: "test",
    kind: "channel_failed",
    subject: `channel:${channel_id}`,
    part: "",
    buyer_id: null,
    severity: "info",
    state: "open",
    scope: "test",
    message: "This is a test: somebody pressed the button. Nothing is wrong, and there is nothing to do.",
    figures: {},
    since: now,
    opened_at: now,
    seen_at: now,
    resolved_at: null,
    reopened: 0,
    told: { event: null, severity: "info", at: 0 },
    acknowledged: null,
  };
}

async function run(c: C, alerting: AlertContext): Promise<Response> {
  const record = await find(c.var.ctx, "synthetic", c.req.param("id") ?? "");
  if (!record) return problem(404, "not_found", "there is no such synthetic lead");
  const ran = await runSynthetic(alerting, record);
  await c.var.ctx
    .keeper?.()
    .syntheticRan(record.id, ran)
    .catch(() => {});
  await noted(c, "run_synthetic", `synthetic:${record.id}`, `${ran.result} in ${ran.ms} ms`);
  return c.json({ id: record.id, ...ran, at: iso(ran.at), expected: record.expect, slow: ran.ms > record.slow_ms });
}
