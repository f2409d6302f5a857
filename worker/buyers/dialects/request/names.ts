import { toWire } from "../../../../schema/money.ts";
import { compilePath } from "../expression/path.ts";
import { DialectProblem } from "../expression/problem.ts";
import type { Getter } from "../expression/value.ts";
import { nearest } from "../pipes/nearest.ts";
import type { Build } from "./build.ts";
import {
  CONSENT_NAMES,
  EARLY_REQUEST_NAMES,
  GATEWAY_NAMES,
  LATE_REQUEST_NAMES,
  PHASE_WORDS,
  type Phase,
} from "./phase.ts";

/** Where in a request a template stands, as far as names go. */
export interface Place {
  phase: Phase;
  method: string;
  /** Body and address are built: `request.body`. */
  late?: boolean;
  /** Within `$each`. */
  item?: boolean;
  /** A missing credential is no reason to make no request: in conditions. */
  asks?: boolean;
}

type Get = Getter<Build>;

/** Only own properties count: a lead cannot reach anything by a clever name. */
const own = <T>(values: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(values, name) ? values[name] : undefined;

/**
 * What a name stands for in that place. `{{zip}}` and `{{lead.zip}}` are lead fields; all else is in a group. A name that can never
 * be there is a problem of the configuration. (`value.*` is resolved by values.ts.)
 */
export function nameGetter(name: string, place: Place): Get {
  const [group = "", rest, ...more] = name.split(".");
  if (group === "item" && place.item) return itemGetter(name);
  if (name === "item_number" && place.item) return ({ item_number }) => item_number;
  if (rest === undefined) return fieldGetter(name, name, place.phase);
  if (group === "step") return stepGetter(name, place.phase);
  if (more.length > 0) throw new DialectProblem(`{{${name}}} has too many dots`);
  if (group === "lead") return fieldGetter(name, rest, place.phase);
  const find = GROUPS[group];
  if (!find) throw unknown(name, group, Object.keys(GROUPS).concat("lead", "value", "step"));
  return find(name, rest, place);
}

function itemGetter(name: string): Get {
  if (name === "item") return ({ item }) => item;
  const find = compilePath(name.slice("item.".length));
  return ({ item }) => find(item);
}

function fieldGetter(name: string, field: string, { kind }: Phase): Get {
  if (kind !== "ping" && kind !== "post") throw absent(name, kind);
  if (!/^[a-z][a-z0-9_]{0,39}$/.test(field))
    throw new DialectProblem(`{{${name}}} is not a field name; texts stand in quotes`);
  return ({ fields }) => (Object.hasOwn(fields, field) ? fields[field] : undefined);
}

function stepGetter(name: string, { steps }: Phase): Get {
  const [, step = "", value = ""] = name.split(".");
  const carried = steps.get(step);
  if (!carried) throw unknown(name, step, steps.keys(), "is no earlier step");
  if (!carried.has(value)) throw unknown(name, value, carried, `is not carried from step ${step}`);
  return (build) => own(own(build.steps, step) ?? {}, value) ?? own(build.bid, name);
}

const absent = (name: string, kind: Phase["kind"]): DialectProblem =>
  new DialectProblem(`{{${name}}} does not exist in ${PHASE_WORDS[kind]}`);

function unknown(name: string, word: string, known: Iterable<string>, what = "does not exist"): DialectProblem {
  const like = nearest(word, known);
  return new DialectProblem(`{{${name}}} ${what}${like ? `; did you mean ${name.replace(word, like)}?` : ""}`);
}

/** Every name of a group, by what is known of it. */
const GROUPS: Readonly<Record<string, (name: string, rest: string, place: Place) => Get>> = {
  gateway: (name, rest, { phase: { kind } }) => {
    const get = GATEWAY_NAMES[kind].includes(rest) ? own(GATEWAY, rest) : undefined;
    if (get) return get;
    throw Object.hasOwn(GATEWAY, rest) ? absent(name, kind) : unknown(name, rest, GATEWAY_NAMES[kind]);
  },
  consent: (name, rest, { phase: { kind } }) => {
    if (kind !== "post") throw absent(name, kind);
    if (!CONSENT_NAMES.includes(rest)) throw unknown(name, rest, CONSENT_NAMES);
    return ({ consent }) => own(consent, rest);
  },
  bid: (name, rest, { phase: { kind, bid } }) => {
    if (kind === "ping" || kind === "token") throw absent(name, kind);
    if (bid !== null && !bid.has(rest)) throw unknown(name, rest, bid, "is not carried from the ping's answer");
    return (build) => listOrText(own(build.bid, rest));
  },
  answer: (name, rest, { phase: { kind, answer } }) => {
    if (answer === null) throw absent(name, kind);
    if (!answer.has(rest)) throw unknown(name, rest, answer, "is not carried from the post's answer");
    return (build) => listOrText(own(build.answer, rest));
  },
  secret: (name, rest, { asks }) => needed(name, ({ secrets }) => own(secrets, rest), asks),
  token: (name, rest, { phase: { kind, token }, asks }) => {
    if (token === null)
      throw kind === "token"
        ? absent(name, kind)
        : new DialectProblem(`{{${name}}}: the dialect has no auth that gives a token`);
    if (!token.has(rest)) throw unknown(name, rest, token, "is not carried from the token's answer");
    return needed(name, (build) => own(build.token, rest), asks);
  },
  request: (name, rest, { late, method }) => {
    const get = own(REQUEST, rest);
    if (!get) throw unknown(name, rest, [...EARLY_REQUEST_NAMES, ...LATE_REQUEST_NAMES]);
    if (!late && LATE_REQUEST_NAMES.includes(rest))
      throw new DialectProblem(`{{${name}}} is only there for headers and sign: the request is not built yet`);
    return rest === "method" ? () => method : get;
  },
};

/** Without a credential there is no request. */
function needed(name: string, get: (build: Build) => string | undefined, asks: boolean | undefined): Get {
  if (asks) return get;
  return (build) => {
    const value = get(build);
    if (value === undefined || value === "") build.missing.add(name);
    return value;
  };
}

/** Lists are carried as JSON text. */
function listOrText(text: string | undefined): unknown {
  if (text === undefined || !text.startsWith('["')) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const sub =
  (id: string): Get =>
  ({ gateway }) =>
    own(gateway.sub_ids ?? {}, id);

/** `gateway.now` is ISO 8601 in UTC; amounts are numbers of the currency's unit. */
const GATEWAY: Readonly<Record<string, Get>> = {
  ping_id: ({ gateway }) => gateway.ping_id,
  campaign: ({ gateway }) => gateway.campaign,
  source: ({ gateway }) => gateway.source,
  test: ({ gateway }) => gateway.test,
  now: ({ now }) => new Date(now).toISOString(),
  lead_id: ({ gateway }) => gateway.lead_id,
  reservation_id: ({ gateway }) => gateway.reservation_id,
  callback_url: ({ gateway }) => gateway.callback_url,
  price: ({ gateway: { price } }) => (price === undefined ? undefined : toWire(price)),
  min_price: ({ gateway: { min_price } }) => (min_price === undefined ? undefined : toWire(min_price)),
  winning_price: ({ gateway: { winning_price } }) => (winning_price === undefined ? undefined : toWire(winning_price)),
  loss_reason: ({ gateway }) => gateway.loss_reason,
  timeout_ms: ({ gateway }) => gateway.timeout_ms,
  times_sold: () => 0,
  click_id: sub("click_id"),
  ...Object.fromEntries([1, 2, 3, 4, 5].map((n) => [`sub_id${n}`, sub(`sub_id${n}`)])),
};

const REQUEST: Readonly<Record<string, Get>> = {
  method: () => undefined,
  nonce: ({ nonce }) => nonce,
  timestamp: ({ now }) => Math.floor(now / 1_000),
  body: ({ body }) => body,
  url: ({ url }) => url,
  path: ({ url }) => (URL.canParse(url) ? new URL(url).pathname : undefined),
  query: ({ url }) => (URL.canParse(url) ? new URL(url).search.slice(1) : undefined),
};
