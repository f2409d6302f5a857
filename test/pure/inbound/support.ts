import { inboundDialectSchema, inboundSchema } from "../../../schema/config/inbound.ts";
import { fromPairs } from "../../../worker/inbound/document.ts";
import { type CompiledInbound, compileInbound, pairsOf, type RawRequest } from "../../../worker/inbound/index.ts";

export const NOW = Date.parse("2026-11-20T15:05:00.000Z");

const ANSWER = { body: { result: "{{answer.result}}" } };
export const ANSWERS = {
  ping_accepted: ANSWER,
  ping_rejected: ANSWER,
  accepted: ANSWER,
  rejected: ANSWER,
  error: ANSWER,
};

export const dialectOf = (request: object, answers: object = {}, more: object = {}) =>
  inboundDialectSchema.parse({ version: 1, request, answers: { ...ANSWERS, ...answers }, ...more });

export const compiled = (request: object, answers: object = {}, more: object = {}): CompiledInbound =>
  compileInbound({ dialect: dialectOf(request, answers, more), campaigns: undefined });

export const recordOf = (dialect: unknown) =>
  inboundSchema.parse({ id: "in_0123456789abcdefghijkl", publisher_id: "pub", campaign_id: "auto", dialect });

/** A request; `url` is what follows the address's key. */
export function raw(url: string, body: RawRequest["body"] = "", more: Partial<RawRequest> = {}): RawRequest {
  const [path = "", query = ""] = url.split("?");
  return {
    method: body === "" ? "GET" : "POST",
    path,
    query: pairsOf(query),
    header: () => null,
    body,
    now: NOW,
    ...more,
  };
}

export const documentOf = (inbound: CompiledInbound, request: RawRequest) => inbound.read(request).reading.document;
export const callOf = (inbound: CompiledInbound, request: RawRequest) => inbound.call(inbound.read(request).reading);
export { fromPairs };
