import type { JsonValue } from "../../../../schema/config/dialect.ts";
import { recognise } from "./format.ts";
import { type Leaf, leavesOf, step } from "./leaves.ts";
import { offerOf, type Roles, rolesOf, sourceOf } from "./roles.ts";
import { rulesOf, rulesWithoutWord, type SuggestedRule, type SuggestPhase, written } from "./rules.ts";
import { ofText } from "./text.ts";
import { unknownCode, type Verdict, verdictOf } from "./verdict.ts";

export type { SuggestedRule, SuggestPhase } from "./rules.ts";

export interface Sample {
  status: number;
  body: string;
}
export interface Suggestion {
  phase: SuggestPhase;
  /** As it would stand under `answer:`. */
  answer: Record<string, JsonValue>;
  rules: SuggestedRule[];
  /** What a person should look at. */
  notes: string[];
}

/** Words that only an answer to a ping has. */
const OF_PINGS = /ping|bid|promise|token|auction|expire|available|reserved|continue/i;

/**
 * A first draft of how to read an answer, from one sample of it: format, rules, and where price, ids and reasons are. A draft: one
 * sample shows one outcome, and what is guessed is said.
 */
export function suggest(sample: Sample, phase?: SuggestPhase): Suggestion {
  const found = recognise(sample.body);
  const own = phase ?? (OF_PINGS.test(sample.body) ? "ping" : "post");
  if (found.format === "text") return ofText(sample, own, found.tree as string);
  const { leaves, lists } = leavesOf(found.tree);
  const looked = found.format === "html" ? leaves.filter(({ name }) => name !== "text" && name !== "title") : leaves;
  const said = verdictOf(looked);
  // An error page that says "accept" accepts nothing.
  const verdict = said && sample.status >= 400 && said.says === "yes" ? null : said;
  const roles = rolesOf(looked, verdict?.leaf);
  const offers = own === "ping" ? offersOf(lists) : null;
  const known = offers && !roles.price ? { ...roles, price: undefined } : roles;
  const code = verdict ? undefined : unknownCode(looked);
  const rules =
    found.format === "html" && !verdict && own === "post" && sample.status < 300
      ? [ALWAYS]
      : rulesFor(sample.status, own, { verdict, roles: known, code, leaves: looked });
  const reading: Record<string, JsonValue> = {
    ...(found.format === "json" ? {} : { format: found.format }),
    ...(found.delimiter === undefined || found.delimiter === "," ? {} : { delimiter: found.delimiter }),
    ...(found.columns ? { columns: found.columns } : {}),
    ...(found.inner.length > 0 ? { inner: found.inner.map(({ at, format }) => ({ at, format })) } : {}),
  };
  const answer = {
    ...reading,
    rules: rules.map(written),
    ...valuesOf(own, known, offers),
  };
  const notes = notesOf(rules, verdict === null, sample.status, known, own);
  if (code) notes.push(`what does ${code.path} = ${String(code.value)} mean? No word says it`);
  return { phase: own, answer, rules, notes };
}

/** A page that says nothing is what some systems answer to everything. */
const ALWAYS: SuggestedRule = { outcome: "accepted", when: "$status is 200", guessed: true, unverified: true };

function rulesFor(
  status: number,
  phase: SuggestPhase,
  { verdict, roles, code, leaves }: { verdict: Verdict | null; roles: Roles; code?: Leaf; leaves: Leaf[] },
): SuggestedRule[] {
  // What a broken system says of itself is no rule: the defaults hold.
  if (status >= 500 && status !== 508) return [];
  if (verdict) return rulesOf(phase, verdict, roles);
  const errors = leaves.find(({ name, above }) => /^errors?$/.test(name) || /^errors?$/.test(above));
  if (errors)
    return [{ outcome: phase === "ping" ? "error" : "rejected", when: `${errorsPath(errors)} exists`, guessed: false }];
  return code ? [] : rulesWithoutWord(phase, status, roles);
}

const errorsPath = ({ path }: Leaf): string => /^(.*?\berrors?)\b/i.exec(path)?.[1] ?? path;

type Offers = { each: string; price: string; ref?: string; name?: string };

function offersOf(lists: ReturnType<typeof leavesOf>["lists"]): Offers | null {
  for (const { path, items } of lists) {
    const { price, ref, name } = offerOf(items[0] ?? {});
    if (price !== undefined)
      return {
        each: path,
        price: step(price),
        ...(ref === undefined ? {} : { ref: step(ref) }),
        ...(name === undefined ? {} : { name: step(name) }),
      };
  }
  return null;
}

function valuesOf(phase: SuggestPhase, roles: Roles, offers: Offers | null): Record<string, JsonValue> {
  const values: Record<string, string | undefined> = {
    price: sourceOf(roles.price, "number"),
    ...(phase === "ping"
      ? {
          ref: sourceOf(roles.ref, "text"),
          brand: sourceOf(roles.brand, "text"),
          expires_in_s: sourceOf(roles.expires_in, "number"),
          expires_at: sourceOf(roles.expires_at, "text"),
          min_duration_s: sourceOf(roles.duration, "number"),
        }
      : { buyer_lead_id: sourceOf(roles.lead_id, "text"), redirect_url: sourceOf(roles.redirect, "url") }),
    destination: sourceOf(roles.destination, "text"),
    reason: sourceOf(roles.reason, "text"),
  };
  const named = Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { ...Object.fromEntries(named), ...(offers ? { bids: { ...offers } } : {}) };
}

function notesOf(rules: SuggestedRule[], silent: boolean, status: number, roles: Roles, phase: SuggestPhase): string[] {
  const notes: string[] = [];
  const guessed = rules.filter((rule) => rule.guessed).map(({ outcome, when }) => `${outcome}: ${when}`);
  if (guessed.length > 0)
    notes.push(`not in the sample, compare with the buyer's specification: ${guessed.join("; ")}`);
  if (silent)
    notes.push(
      `no word of the answer decides; the rules go by ${roles.price && phase === "ping" ? "its price" : `the HTTP status ${status}`}`,
    );
  if (phase === "ping" && !roles.price)
    notes.push("no price was found: the contract's fixed price would count, or name where it is");
  if (phase === "ping" && !roles.ref) notes.push("no id of the bid was found: the post cannot name it");
  if (rules.length === 0) notes.push("no rule can be made of it; the defaults by HTTP status hold");
  return notes;
}
