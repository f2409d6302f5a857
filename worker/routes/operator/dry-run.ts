import type { Context } from "hono";
import * as z from "zod";
import type { Contract } from "../../../schema/config/buyer.ts";
import type { Campaign } from "../../../schema/config/campaign.ts";
import type { CompiledContract } from "../../auction/compiled.ts";
import { compileContract } from "../../auction/contract.ts";
import { compileCampaign } from "../../auction/fields/index.ts";
import { dryRun, dryRunAnswer } from "../../flows/dry-run.ts";
import { assumptionsOf } from "../../flows/dry-run-assumptions.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import { recordedAuctions } from "../../ledger/recorded-auctions.ts";
import { readQuery } from "../admin/body.ts";
import { find } from "../admin/checks/references.ts";
import type { AdminApp, AdminContext, AdminEnv } from "../admin/context.ts";
import { readBody } from "../admin/terms.ts";
import { readDraft } from "../admin/versions/draft.ts";
import { problem } from "../problem.ts";

type C = Context<AdminEnv>;

export const dryRunQuery = z.strictObject({
  auctions: z.coerce
    .number()
    .int()
    .min(1)
    .max(1_000)
    .default(500)
    .meta({ description: "So many of the campaign's newest recorded auctions; further ones with `before`." }),
  before: z
    .string()
    .regex(/^\d{1,16}\.[0-9A-Za-z_-]{0,64}$/, "must be the `next` of the call before")
    .optional()
    .meta({ description: "The `next` of the call before: older auctions." }),
  as_live: z
    .enum(["true", "false"])
    .transform((text) => text === "true")
    .default(false)
    .meta({ description: "A draft or paused contract is looked at as if it were live." }),
});
type Query = z.output<typeof dryRunQuery>;

/** "What would this change have sold?" Nothing is written, nobody is asked. */
export function dryRunRoutes(app: AdminApp, gatewayOf: (c: C) => Gateway): void {
  app.post("/contracts/:id/dry-run", (c) => ofContract(c, gatewayOf(c)));
  app.post("/campaigns/:id/dry-run", (c) => ofCampaign(c, gatewayOf(c)));
}

async function ofContract(c: C, g: Gateway): Promise<Response> {
  const query = readQuery(c, dryRunQuery);
  if (!query.ok) return query.response;
  const draft = await readDraft(c, "contract", c.req.param("id") ?? "", query.value.as_live ? "dry run" : undefined);
  if (!draft.ok) return draft.response;
  const { current, parsed } = draft.value;
  const [was, is] = [current && readBody("contract", current.body), parsed as Contract];
  const { ctx } = c.var;
  const [before, after, config] = await Promise.all([
    was && compiled(ctx, was),
    compiled(ctx, query.value.as_live ? { ...is, stage: "live", status: "active" } : is),
    find(ctx, "campaign", is.campaign_id),
  ]);
  if (!after || !config) return problem(404, "not_found", "what the contract names is gone");
  const campaign = compileCampaign(config, 0);
  // Of another campaign it took part in none of these auctions.
  const there = before?.config.campaign_id === is.campaign_id ? before : null;
  const rules = { before: { campaign, contract: there }, after: { campaign, contract: after } };
  return answer(c, g, is.campaign_id, query.value, rules, assumptionsOf(was, is, query.value.as_live));
}

async function compiled(ctx: AdminContext, contract: Contract): Promise<CompiledContract | null> {
  const [buyer, endpoint] = await Promise.all([
    find(ctx, "buyer", contract.buyer_id),
    find(ctx, "endpoint", contract.endpoint_id),
  ]);
  if (!buyer || !endpoint) return null;
  return compileContract({ contract, version: 0, buyer, buyer_version: 0, endpoint, endpoint_version: 0 });
}

async function ofCampaign(c: C, g: Gateway): Promise<Response> {
  const query = readQuery(c, dryRunQuery);
  if (!query.ok) return query.response;
  const id = c.req.param("id") ?? "";
  const draft = await readDraft(c, "campaign", id);
  if (!draft.ok) return draft.response;
  const is = draft.value.parsed as Campaign;
  const was = (await find(c.var.ctx, "campaign", id)) ?? is;
  const rules = {
    before: { campaign: compileCampaign(was, 0), contract: null },
    after: { campaign: compileCampaign(is, 0), contract: null },
  };
  return answer(c, g, id, query.value, rules, assumptionsOf(null, null, false));
}

async function answer(
  c: C,
  g: Gateway,
  campaign_id: string,
  { auctions: most, before }: Query,
  rules: Parameters<typeof dryRun>[2],
  assumptions: string[],
): Promise<Response> {
  const { items, next } = await recordedAuctions(c.var.ctx.db, campaign_id, { before: cursorOf(before), most });
  const compared = await dryRun(g, items, rules);
  const times = items.map(({ record }) => record.at);
  return c.json({
    campaign_id,
    newest: times.length > 0 ? new Date(Math.max(...times)).toISOString() : null,
    oldest: times.length > 0 ? new Date(Math.min(...times)).toISOString() : null,
    ...dryRunAnswer(compared),
    assumptions,
    next: next && `${next.at}.${next.ping_id}`,
  });
}

function cursorOf(text: string | undefined): { at: number; ping_id: string } | undefined {
  if (text === undefined) return undefined;
  const dot = text.indexOf(".");
  return { at: Number(text.slice(0, dot)), ping_id: text.slice(dot + 1) };
}
