import type { Contract } from "../../../schema/config/buyer.ts";
import type { Campaign } from "../../../schema/config/campaign.ts";
import type { DialectConfig } from "../../../schema/config/dialect.ts";
import type { PingFacts, PostFacts } from "../dialect.ts";
import { dialectNames } from "./index.ts";

export type MappedPhase = "ping" | "post";

/** How a campaign's fields and a dialect's templates fit together, for one contract. Names only, never a value. */
export interface Mapping {
  /** Lead fields that some template uses. */
  used: Record<MappedPhase, string[]>;
  /** Fields of the campaign that no template of the post uses; `required` ones first. */
  unused: string[];
  /** Consent that must travel with every post and that no template of the post carries. */
  consent_unmapped: string[];
  /** Used, but no field of this campaign. */
  unknown: { path: string; field: string }[];
  /** Used in the ping, where this contract may not see it: personal, or not in its `disclose`. */
  hidden_in_ping: { path: string; field: string }[];
}

const CONSENT: Readonly<Record<string, string>> = {
  text: "consent_text",
  at: "consent_at",
  ip: "consent_ip",
  ua: "consent_user_agent",
};
const HASHES = ["phone_hash", "email_hash"];

/** The lead field that a name stands for; null: it is something else. */
export function leadField(name: string): string | null {
  const [group = "", member] = name.split(".");
  if (group === "consent") return (member !== undefined && CONSENT[member]) || null;
  const field = member === undefined ? group : group === "lead" ? member : null;
  return field !== null && field !== "item" && /^[a-z][a-z0-9_]{0,39}$/.test(field) ? field : null;
}

const phaseOf = (path: string): MappedPhase | null =>
  path.startsWith("ping.") ? "ping" : path.startsWith("post.") ? "post" : null;

interface Use {
  path: string;
  field: string;
}

function usesOf(dialect: DialectConfig, phase: MappedPhase): Use[] {
  return dialectNames(dialect).flatMap(({ path, name }) => {
    const field = phaseOf(path) === phase ? leadField(name) : null;
    return field === null ? [] : [{ path, field }];
  });
}

export function mappingOf(
  dialect: DialectConfig,
  campaign: Pick<Campaign, "fields" | "consent">,
  contract: Pick<Contract, "consent" | "disclose">,
): Mapping {
  const [ping, post] = [usesOf(dialect, "ping"), usesOf(dialect, "post")];
  const known = new Map(campaign.fields.map((field) => [field.name, field]));
  const inPost = new Set(post.map(({ field }) => field));
  const visible = (field: string): boolean =>
    known.get(field)?.class === "public" ||
    (known.get(field)?.class !== "personal" && contract.disclose.includes(field));
  const needed = new Set([...campaign.consent.required, ...contract.consent.required]);
  const unused = campaign.fields.filter(({ name, class: kind }) => kind !== "hashed" && !inPost.has(name));
  return {
    used: { ping: names(ping), post: names(post) },
    unused: unused.toSorted((a, b) => rank(a.required) - rank(b.required)).map(({ name }) => name),
    consent_unmapped: [...needed].filter((name) => !inPost.has(name)),
    unknown: [...ping, ...post].filter(({ field }) => !known.has(field) && !HASHES.includes(field)),
    hidden_in_ping: ping.filter(({ field }) => (known.has(field) || HASHES.includes(field)) && !visible(field)),
  };
}

const names = (uses: Use[]): string[] => [...new Set(uses.map(({ field }) => field))].sort();
const rank = (required: string): number => (required === "never" ? 1 : 0);

/**
 * Names that a phase's templates use and that have no value in these facts: they are sent empty or left out. Only what is known before the
 * request: values of steps, tokens and the request itself are not looked at.
 */
export function emptyNames(
  dialect: DialectConfig,
  phase: MappedPhase,
  facts: PingFacts | PostFacts,
): { path: string; name: string }[] {
  return dialectNames(dialect).filter(({ path, name }) => {
    if (phaseOf(path) !== phase || path.startsWith("post.after")) return false;
    const value = namedValue(name, facts);
    return value !== UNKNOWN && (value === undefined || value === null || value === "");
  });
}

const UNKNOWN = Symbol("not known here");
/** Always there, or of later. */
const ELSEWHERE = new Set(["value", "item", "step", "token", "answer", "request"]);

function namedValue(name: string, facts: PingFacts | PostFacts): unknown {
  const [group = "", ...rest] = name.split(".");
  const member = rest.join(".");
  if (ELSEWHERE.has(group)) return UNKNOWN;
  if (group === "secret") return own(facts.secrets, member);
  if (group === "bid") return "bid" in facts ? own(facts.bid, member) : undefined;
  if (group === "consent") return "consent" in facts ? own(facts.consent, member) : undefined;
  if (group === "gateway") return gatewayValue(member, facts);
  const field = leadField(name);
  return field === null ? UNKNOWN : own(facts.fields, field);
}

function gatewayValue(member: string, { gateway }: PingFacts | PostFacts): unknown {
  if (/^(sub_id[1-5]|click_id)$/.test(member)) return own(gateway.sub_ids, member) ?? UNKNOWN;
  return Object.hasOwn(gateway, member) ? (gateway as unknown as Record<string, unknown>)[member] : UNKNOWN;
}

const own = (values: Readonly<Record<string, unknown>>, name: string): unknown =>
  Object.hasOwn(values, name) ? values[name] : undefined;

/**
 * Names in place of what only a live gateway has (`secret`, `bid`, `token`): for samples that show where things stand and hold nothing.
 * Where a host is meant, it is one that nobody has.
 */
export function placeholders(dialect: DialectConfig, group: "secret" | "bid" | "token"): Record<string, string> {
  const names = dialectNames(dialect).flatMap(({ name }) =>
    name.startsWith(`${group}.`) ? [name.slice(group.length + 1)] : [],
  );
  return Object.fromEntries(names.map((name) => [name, addressOf(dialect, `${group}.${name}`) ?? placeholder(name)]));
}

/** A value with which a request's URL begins is an address: of the first of its hosts. */
function addressOf({ ping, post, status, win, loss }: DialectConfig, name: string): string | undefined {
  const steps = [...(ping?.before ?? []), ...post.before, ...post.after];
  const requests = [ping, post, status, win, loss, ...steps].flatMap((one) => one?.request ?? []);
  const begins = requests.find(({ url, hosts }) => hosts && url.replace(/^\{\{\s*/, "").startsWith(name));
  const [host] = begins?.hosts ?? [];
  return host && `https://${host.replace("*", "sample")}`;
}

function placeholder(name: string): string {
  if (/url$/i.test(name)) return "https://host.example";
  return /(host|domain)$/i.test(name) ? "host.example" : `<${name}>`;
}

/** `step.<step>.<name>`, by step. */
export function stepPlaceholders(dialect: DialectConfig): Record<string, Record<string, string>> {
  const steps: Record<string, Record<string, string>> = {};
  for (const { name } of dialectNames(dialect)) {
    const [group, step = "", member = ""] = name.split(".");
    if (group === "step") steps[step] = { ...steps[step], [member]: addressOf(dialect, name) ?? `<${step}.${member}>` };
  }
  return steps;
}
