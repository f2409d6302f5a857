import type { Form } from "../../schema/config/publisher.ts";
import type { Fields } from "../../schema/rpc/auction.ts";
import type { CompiledCampaign, FieldProblem } from "../auction/compiled.ts";
import { httpUrl } from "./cors.ts";
import { ipOf } from "./limits.ts";

/**
 * What a browser's request says about the consumer, for the fields that the campaign has and the form did not send: address,
 * user agent, page. The time of consent is the time of sending where the form sent the text that was shown.
 * @param now epoch ms
 */
export function fromRequest(
  request: Request,
  campaign: CompiledCampaign,
  lead: Record<string, unknown>,
  now: number,
): Record<string, string> {
  const ip = ipOf(request);
  const agent = request.headers.get("user-agent") ?? "";
  const page = httpUrl(request.headers.get("referer")) ?? "";
  const found: Record<string, string> = {
    ip_address: ip === "unknown" ? "" : ip,
    consent_ip: ip === "unknown" ? "" : ip,
    user_agent: agent,
    consent_user_agent: agent,
    landing_page_url: page,
    source_url: page,
    consent_at: wasSent(campaign, lead, "consent_text") ? new Date(now).toISOString() : "",
  };
  const wanted = Object.entries(found).filter(
    ([field, value]) => value !== "" && campaign.classOf(field) !== undefined && !wasSent(campaign, lead, field),
  );
  return Object.fromEntries(wanted);
}

/** Parsers match names whatever their case, and know aliases. */
function wasSent(campaign: CompiledCampaign, lead: Record<string, unknown>, field: string): boolean {
  const names = new Set([field, ...(campaign.config.fields.find((one) => one.name === field)?.aliases ?? [])]);
  return Object.entries(lead).some(
    ([key, value]) => value !== "" && value !== null && value !== undefined && names.has(key.toLowerCase()),
  );
}

export type FilledLead = { ok: true; fields: Fields; filled: string[] } | { ok: false; problems: FieldProblem[] };

/** Parses a form's lead. What we filled in ourselves never makes it invalid: a filled value with a problem is left out. */
export function parseFilled(
  campaign: CompiledCampaign,
  form: Form,
  lead: Record<string, unknown>,
  fill: Record<string, string>,
): FilledLead {
  const options = { unknown_fields: form.unknown_fields };
  const first = campaign.parsePost({ ...fill, ...lead }, {}, options);
  if (first.ok) return { ...first, filled: Object.keys(fill) };
  const faulty = new Set(first.problems.map((problem) => problem.field));
  const kept = Object.fromEntries(Object.entries(fill).filter(([field]) => !faulty.has(field)));
  const second = campaign.parsePost({ ...kept, ...lead }, {}, options);
  return second.ok ? { ...second, filled: Object.keys(kept) } : second;
}
