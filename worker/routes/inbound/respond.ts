import type { WirePing, WirePost } from "../../../schema/api/answers.ts";
import type { InboundAnswerKind } from "../../../schema/config/inbound.ts";
import type { AnswerScope, CompiledInbound, Reading } from "../../inbound/index.ts";
import type { Sold } from "./sell.ts";

interface Problem {
  code?: string;
  detail?: string;
  errors?: { field: string; message: string; code?: string }[];
}

/** The request, and our fields that were sent under the campaign's own names (or aliases). */
export interface Asked {
  reading: Reading;
  sent: Map<string, string>;
}

/** A sale's answer in the publisher's shape. */
export function soldAnswer(
  dialect: CompiledInbound,
  reading: Reading,
  sold: Sold,
  headers: Record<string, string>,
): Response {
  const { wire } = sold;
  const id = "ping_id" in wire ? wire.ping_id : (wire.lead_id ?? undefined);
  const answer = { ...known(wire), id, price_text: priceText(wire.price), status: 200 };
  return written(dialect, kindOf(sold), { reading, answer }, 200, headers);
}

/** With two decimals at least, as such systems show prices, and never rounded: `16.00`, `21.105`. */
function priceText(price: number): string {
  const [, decimals = ""] = String(price).split(".");
  return decimals.length <= 2 ? price.toFixed(2) : String(price);
}

function kindOf({ mode, wire }: Sold): InboundAnswerKind {
  if (mode === "ping") return wire.result === "accepted" ? "ping_accepted" : "ping_rejected";
  return wire.result === "accepted" ? "accepted" : wire.result === "pending" ? "pending" : "rejected";
}

const known = (wire: WirePing | WirePost): Record<string, unknown> =>
  Object.fromEntries(Object.entries(wire).filter(([, value]) => value !== null && value !== undefined));

/** A refusal of ours in the publisher's shape: its code, its words, its fields by the publisher's own names. */
export async function refusalAnswer(
  dialect: CompiledInbound,
  asked: Asked,
  refusal: Response,
  headers: Record<string, string>,
): Promise<Response> {
  const { code = "internal_error", detail = "", errors = [] } = (await refusal.json()) as Problem;
  const fields = errors.map((error) => ({ ...error, field: labelOf(dialect, asked, error.field) }));
  const retry_after = refusal.headers.get("retry-after") ?? undefined;
  const named = (wanted: boolean) =>
    fields.filter((one) => (one.code === "required") === wanted).map(({ field }) => field);
  const answer = {
    result: "error",
    code,
    message: detail,
    status: refusal.status,
    fields,
    missing: named(true),
    invalid: named(false),
    retry_after,
  };
  return written(dialect, "error", { reading: asked.reading, answer }, refusal.status, {
    ...headers,
    ...ownHeaders(refusal),
  });
}

/** Consent's fields by the parts of the consent object. */
const CONSENT: Partial<Record<string, string>> = {
  consent_text: "consent.text",
  consent_at: "consent.at",
  consent_ip: "consent.ip",
  consent_user_agent: "consent.ua",
};

/** `lead.zip` is our word; the publisher knows it as `Zip`, or by the name that it sent. */
function labelOf(dialect: CompiledInbound, { reading, sent }: Asked, field: string): string {
  const name = field.replace(/^lead\./, "").replace(/\.\d+$/, "");
  return dialect.label(name, reading) ?? sent.get(name) ?? dialect.label(CONSENT[name] ?? "", reading) ?? name;
}

const KEPT = /^(retry-after|ratelimit.*)$/;
const ownHeaders = (refusal: Response): Record<string, string> =>
  Object.fromEntries([...refusal.headers].filter(([name]) => KEPT.test(name)));

function written(
  dialect: CompiledInbound,
  kind: InboundAnswerKind,
  scope: AnswerScope,
  status: number,
  headers: Record<string, string>,
): Response {
  const built = dialect.answer(kind, scope);
  return new Response(built.body, {
    status: built.status ?? status,
    headers: { ...headers, "content-type": built.content_type, "cache-control": "no-store" },
  });
}

/** There is no dialect to answer in (the address is unknown, or nothing can be looked up): XML to whoever speaks it, else JSON. */
export async function neutralAnswer(request: Request, refusal: Response): Promise<Response> {
  const spoken = `${request.headers.get("content-type") ?? ""} ${request.headers.get("accept") ?? ""}`;
  if (!/\bxml\b/i.test(spoken) || /\bjson\b/i.test(spoken)) return refusal;
  const { code = "error", detail = "" } = (await refusal.json()) as Problem;
  const escaped = detail.replace(/[<&]/g, "");
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<error><code>${code}</code><message>${escaped}</message></error>`;
  const headers = new Headers(refusal.headers);
  headers.set("content-type", "text/xml; charset=utf-8");
  return new Response(body, { status: refusal.status, headers });
}
