import type { InboundFill } from "../../../schema/config/inbound.ts";
import type { CompiledCampaign } from "../../auction/compiled.ts";
import type { InboundCall } from "../../inbound/index.ts";
import { ipOf } from "../limits.ts";

interface Given {
  campaign: CompiledCampaign;
  lead: Record<string, unknown>;
  call: InboundCall;
  /** Epoch ms of the request. */
  began: number;
}

/** The consent's part that stands for a field. */
const PARTS: Partial<Record<InboundFill, string>> = {
  consent_at: "at",
  consent_ip: "ip",
  consent_user_agent: "ua",
};

/** Values that the request says by itself, for fields that the campaign has and the publisher did not send. */
export function filledFrom(request: Request, given: Given, fields: readonly InboundFill[]): Record<string, string> {
  const { campaign, lead, call, began } = given;
  const consent = (call.envelope.consent ?? {}) as Record<string, unknown>;
  const ip = ipOf(request) === "unknown" ? "" : ipOf(request);
  const agent = request.headers.get("user-agent") ?? "";
  const agreed = consent.text !== undefined || lead.consent_text !== undefined;
  const values: Record<InboundFill, string> = {
    consent_at: agreed ? new Date(began).toISOString() : "",
    consent_ip: ip,
    consent_user_agent: agent,
    ip_address: ip,
    user_agent: agent,
  };
  const wanted = fields.filter(
    (field) =>
      values[field] !== "" &&
      campaign.classOf(field) !== undefined &&
      lead[field] === undefined &&
      consent[PARTS[field] ?? ""] === undefined,
  );
  return Object.fromEntries(wanted.map((field) => [field, values[field]]));
}
