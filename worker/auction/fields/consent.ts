import type { Campaign } from "../../../schema/config/campaign.ts";
import type { Fields } from "../../../schema/rpc/auction.ts";

/** The `consent` object of a post, as it was sent; its values are checked with the lead's fields. */
export interface ConsentInput {
  brand?: unknown;
  text?: unknown;
  at?: unknown;
  ip?: unknown;
  ua?: unknown;
}

const FIELD_OF = { text: "consent_text", at: "consent_at", ip: "consent_ip", ua: "consent_user_agent" } as const;

/**
 * The consent object as lead fields, to be merged into the lead before it is parsed; what was not sent is left out. `brand` (whose
 * consent it is) is no lead field.
 */
export function consentFields(consent: ConsentInput): { fields: Record<string, unknown>; brand: string | undefined } {
  const fields: Record<string, unknown> = {};
  for (const key of ["text", "at", "ip", "ua"] as const) {
    if (consent[key] !== undefined && consent[key] !== null) fields[FIELD_OF[key]] = consent[key];
  }
  const brand = typeof consent.brand === "string" ? consent.brand.trim() : "";
  return { fields, brand: brand === "" ? undefined : brand };
}

const HOUR_MS = 3_600_000;
/** Publishers' clocks may be ahead so far. */
const CLOCK_SKEW_MS = 300_000;

/**
 * Consent that the campaign or the contract requires and the lead lacks; empty = it may be posted. A consent given as `false` is
 * none. `consent_at` is named too when it is older than the campaign's `max_age_hours`, or more than five minutes in the future.
 * @param fields normalised: ping's and post's together
 * @param now epoch ms
 */
export function missingConsent(
  campaign: Pick<Campaign, "consent">,
  contractConsent: { required: readonly string[] },
  fields: Fields,
  now: number,
): string[] {
  const required = new Set([...campaign.consent.required, ...contractConsent.required]);
  const missing = [...required].filter((name) => !given(fields, name));
  const stale =
    required.size > 0 && given(fields, "consent_at") && !timely(fields.consent_at, campaign.consent.max_age_hours, now);
  return stale ? [...missing, "consent_at"] : missing;
}

function given(fields: Fields, name: string): boolean {
  return Object.hasOwn(fields, name) && fields[name] !== false && fields[name] !== "";
}

function timely(at: unknown, max_age_hours: number, now: number): boolean {
  const age = typeof at === "string" ? now - Date.parse(at) : Number.NaN;
  return age <= max_age_hours * HOUR_MS && age >= -CLOCK_SKEW_MS;
}
