import type { Campaign } from "../../../schema/config/campaign.ts";
import type { DialectConfig, RequestTemplate } from "../../../schema/config/dialect.ts";
import { dialectNames } from "../../buyers/dialects/index.ts";

/** What `consent.*` in a template stands for, by the campaign's words. */
const CONSENT: Record<string, string> = {
  "consent.text": "consent_text",
  "consent.at": "consent_at",
  "consent.ip": "consent_ip",
  "consent.ua": "consent_user_agent",
};
/** Evidence that somebody may sue about: what of it a campaign has goes to the buyer, unless the contract says that it is not needed. */
const EVIDENCE = ["consent_text", "consent_at", "trusted_form_cert_url", "universal_leadid"];

/** Fields that a post carries to the buyer, in whatever form. What only a condition, a test lead's request or a signature names does not count. */
export function fieldsInPost(dialect: DialectConfig): Set<string> {
  const carried = dialectNames(asSent(dialect)).filter(({ path }) => /^post\./.test(path) && !NOT_CARRIED.test(path));
  return new Set(carried.map(({ name }) => CONSENT[name] ?? name.replace(/^lead\./, "")));
}
const NOT_CARRIED = /\.(when|answer|hosts)(\.|$)|\$if/;

/** Without what is different on test leads, and without signatures. */
function asSent(dialect: DialectConfig): DialectConfig {
  const bare = <T extends { request: RequestTemplate }>(one: T): T => ({
    ...one,
    request: { ...one.request, test: undefined, sign: [] },
  });
  const { before, after } = dialect.post;
  return { ...dialect, post: { ...bare(dialect.post), before: before.map(bare), after: after.map(bare) } };
}

export interface Wanted {
  /** Fields that every lead has. */
  required: string[];
  /** Evidence of consent; `sure` ones cannot be declared not needed. */
  consent: { name: string; sure: boolean }[];
}

/** What the post of a contract should carry. `asked`: consent fields that the contract itself requires. */
export function wantedFields(campaign: Pick<Campaign, "fields" | "consent">, asked: readonly string[]): Wanted {
  const sure = new Set([...campaign.consent.required, ...asked]);
  const names = campaign.fields.map(({ name }) => name);
  const evidence = new Set([...sure, ...EVIDENCE.filter((name) => names.includes(name))]);
  return {
    required: campaign.fields
      .filter(({ name, required, class: kind }) => required !== "never" && kind !== "hashed" && !evidence.has(name))
      .map(({ name }) => name),
    consent: [...evidence].map((name) => ({ name, sure: sure.has(name) })),
  };
}
