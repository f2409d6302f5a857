import { toWire } from "../../../schema/money.ts";
import type { FieldValue } from "../../../schema/rpc/auction.ts";
import type { GatewayFacts, PingFacts, PostFacts, StatusFacts } from "../dialect.ts";
import type { Scope } from "./template.ts";

type Values = Readonly<Record<string, FieldValue>>;
export type Phase = "ping" | "post" | "status";

/** Names beside lead fields that a ping's and a post's template may use, for checking a configuration. */
const GATEWAY_NAMES = [
  "ping_id",
  "campaign",
  "source",
  "test",
  "now",
  "sub_id1",
  "sub_id2",
  "sub_id3",
  "sub_id4",
  "sub_id5",
];
const POST_NAMES = ["lead_id", "reservation_id", "price", "callback_url"];
const STATUS_NAMES = ["lead_id", "reservation_id"];

/**
 * Lead fields by their own names; `gateway.*`, `consent.*`, `bid.*` and `secret.*` by group. `gateway.now` is ISO 8601 in UTC,
 * `gateway.price` a number of the currency's unit. Only own properties count: a lead cannot reach anything by a clever name.
 */
function scopeOf(fields: Values, groups: Record<string, Values>): Scope {
  return (name) => {
    const dot = name.indexOf(".");
    if (dot < 0) return own(fields, name);
    const group = own(groups, name.slice(0, dot));
    return group && own(group, name.slice(dot + 1));
  };
}

function own<T>(values: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

function gatewayValues(gateway: GatewayFacts): Record<string, FieldValue> {
  const { ping_id, campaign, source, test, now } = gateway;
  return { ...gateway.sub_ids, ping_id, campaign, source, test, now: new Date(now).toISOString() };
}

export function pingScope(facts: PingFacts): Scope {
  return scopeOf(facts.fields, { gateway: gatewayValues(facts.gateway), secret: facts.secrets });
}

export function postScope(facts: PostFacts): Scope {
  const { lead_id, reservation_id, price, callback_url } = facts.gateway;
  const gateway: Record<string, FieldValue> = {
    ...gatewayValues(facts.gateway),
    lead_id,
    reservation_id,
    price: toWire(price),
    ...(callback_url === undefined ? {} : { callback_url }),
  };
  return scopeOf(facts.fields, { gateway, consent: facts.consent, bid: facts.bid, secret: facts.secrets });
}

export function statusScope({ reservation_id, lead_id, bid, secrets }: StatusFacts): Scope {
  return scopeOf({}, { gateway: { reservation_id, lead_id }, bid, secret: secrets });
}

/** Why a template of this phase can never use `name`; null when it can. Lead fields are the campaign's to know. */
export function nameProblem(name: string, phase: Phase): string | null {
  const [group = "", rest, ...more] = name.split(".");
  const absent = `{{${name}}} does not exist in a ${phase === "status" ? "status call" : phase}`;
  if (more.length > 0) return `{{${name}}} has too many dots`;
  if (rest === undefined) {
    if (phase === "status") return absent;
    return /^[a-z][a-z0-9_]{0,39}$/.test(name) ? null : `{{${name}}} is not a field name`;
  }
  if (group === "secret") return null;
  if (group === "gateway") return NAMES[phase].includes(rest) ? null : absent;
  if (group === "bid" && phase !== "ping") return null;
  return group === "consent" && phase === "post" ? null : absent;
}

const NAMES: Readonly<Record<Phase, readonly string[]>> = {
  ping: GATEWAY_NAMES,
  post: [...GATEWAY_NAMES, ...POST_NAMES],
  status: STATUS_NAMES,
};
