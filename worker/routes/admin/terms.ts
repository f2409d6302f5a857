import type { Buyer, Contract, Endpoint } from "../../../schema/config/buyer.ts";
import type { ConfigTypes } from "../../../schema/config/index.ts";
import { CONFIG_SCHEMAS } from "../../../schema/config/index.ts";
import { buyerTerms, contractTerms, endpointTerms } from "../../auction/terms.ts";
import type { AdminContext, TermsKind } from "./context.ts";

export const isTermsKind = (kind: string): kind is TermsKind =>
  kind === "buyer" || kind === "endpoint" || kind === "contract";

/**
 * Before D1 has the change, its version is not known for certain: a half lies above what is in force and below the next change
 * of anybody, so that this one can neither be overtaken by old terms nor hold up newer ones.
 */
export const provisional = (version: number): number => version + 0.5;

/** Tells the buyer's object its new terms at once. False when that failed: its next reservation brings them anyway. */
export async function pushTerms<K extends TermsKind>(
  ctx: AdminContext,
  kind: K,
  body: ConfigTypes[K],
  version: number,
): Promise<boolean> {
  try {
    if (kind === "buyer") {
      const buyer = body as Buyer;
      await ctx.account(buyer.id).terms(buyer.id, { buyer: buyerTerms(buyer, version) });
    } else if (kind === "endpoint") {
      const endpoint = body as Endpoint;
      await ctx.account(endpoint.buyer_id).terms(endpoint.buyer_id, { endpoints: [endpointTerms(endpoint, version)] });
    } else {
      const contract = body as Contract;
      await ctx.account(contract.buyer_id).terms(contract.buyer_id, { contracts: [contractTerms(contract, version)] });
    }
    return true;
  } catch {
    return false;
  }
}

/** A stored body as its schema reads it; null when it no longer fits. */
export function readBody<K extends TermsKind>(kind: K, body: unknown): ConfigTypes[K] | null {
  const parsed = CONFIG_SCHEMAS[kind].safeParse(body);
  return parsed.success ? (parsed.data as ConfigTypes[K]) : null;
}
