import type { Campaign } from "../../../schema/config/campaign.ts";
import type { DialectConfig, JsonValue, RequestTemplate } from "../../../schema/config/dialect.ts";
import { parseTemplate } from "../../buyers/dialects/expression/parse.ts";
import { namesIn } from "../../buyers/dialects/expression/syntax.ts";

/** What `consent.*` in a template stands for, by the campaign's words. */
const CONSENT: Record<string, string> = {
  "consent.text": "consent_text",
  "consent.at": "consent_at",
  "consent.ip": "consent_ip",
  "consent.ua": "consent_user_agent",
};
/** Evidence that somebody may sue about: what of it a campaign has goes to the buyer, unless the contract says that it is not needed. */
const EVIDENCE = ["consent_text", "consent_at", "trusted_form_cert_url", "universal_leadid"];

/** Fields that a post carries to the buyer, in whatever form. What only a test lead's request or a signature names does not count. */
export function fieldsInPost({ post, values }: DialectConfig): Set<string> {
  const requests = [...post.before, { request: post.request }, ...post.after].map(({ request }) => request);
  const names = new Set(requests.flatMap((request) => namesOf(sentPart(request))));
  // Computed values use each other: follow them until nothing new comes.
  for (const name of names) {
    const value = name.startsWith("value.") ? values[name.slice("value.".length)] : undefined;
    if (value !== undefined) for (const inner of namesOf(value)) names.add(inner);
  }
  return new Set([...names].map(fieldOf));
}

const fieldOf = (name: string): string => CONSENT[name] ?? name.replace(/^lead\./, "");

const sentPart = ({ url, headers, query, body, soap }: RequestTemplate): JsonValue[] => [
  url,
  headers,
  query ?? null,
  body ?? null,
  soap?.header ?? null,
];

function namesOf(value: JsonValue): string[] {
  if (typeof value === "string") return value.includes("{{") ? namesInText(value) : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(namesOf);
}

function namesInText(text: string): string[] {
  try {
    return parseTemplate(text).flatMap((part) => (typeof part === "string" ? [] : namesIn(part)));
  } catch {
    // A stored dialect is checked when it is saved; one of an older language maps nothing.
    return [];
  }
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
