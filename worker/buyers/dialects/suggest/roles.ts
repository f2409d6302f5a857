import type { Leaf } from "./leaves.ts";

/** What values usually are called, most telling first. */
const PRICE = words(
  "price bid bidamount payout bidprice totalprice amount cost commission commision revenue offer rate value",
);
const REF = words(
  "pingid bidid leadtoken promise token authcode confirmation confirmationid confirmationnumber transactionid auctionid leadauctionid requestid uuid reference referenceid ref leadid id guid",
);
const LEAD_ID = words(
  "leadid id contactid recordid vendorresponseid transactionid confirmation confirmationid confirmationnumber reference referenceid leadtoken uuid guid",
);
const REASON = words(
  "reason rejectreason rejectionreason errorreason message errormessage msg details detail description errordescription statusmessage statustext error errors note type",
);
const REDIRECT = words("redirecturl redirect redirecturi url link typagelink thankyouurl nexturl");
const EXPIRES_IN = words("expiresin expireinseconds expiresinseconds ttl expiry validfor");
const EXPIRES_AT = words("expiresat expiration expirationdate validuntil expires");
const DESTINATION = words(
  "phonenumber inboundnumber destination destinationnumber transfernumber number sipaddress sip did",
);
const DURATION = words("minduration minimumduration seconds minseconds retreaverseconds duration connectduration");
const BRAND = words("brand brandname buyer buyername companyname");

function words(text: string): readonly string[] {
  return text.split(" ");
}

const numeric = (value: unknown): boolean =>
  (typeof value === "number" && Number.isFinite(value)) ||
  (typeof value === "string" && /^\s*\$?\d[\d,]*(\.\d+)?\s*$/.test(value));
const filled = (value: unknown): boolean => value !== null && value !== "" && typeof value !== "boolean";
const texts = (value: unknown): boolean => typeof value === "string" && value.trim() !== "";

/** The first by name that fits; what lies less deep goes first. */
function pick(leaves: readonly Leaf[], names: readonly string[], fits: (leaf: Leaf) => boolean): Leaf | undefined {
  for (const name of names) {
    const found = leaves.filter((leaf) => leaf.name === name && fits(leaf)).sort((a, b) => a.depth - b.depth)[0];
    if (found) return found;
  }
  // "retreaver_payout" is a payout too.
  return leaves.find((leaf) => names.some((name) => name.length > 4 && leaf.name.endsWith(name)) && fits(leaf));
}

export interface Roles {
  price?: Leaf;
  ref?: Leaf;
  lead_id?: Leaf;
  reason?: Leaf;
  redirect?: Leaf;
  expires_in?: Leaf;
  expires_at?: Leaf;
  destination?: Leaf;
  duration?: Leaf;
  brand?: Leaf;
}

/** "LeadAmpID" is some id; so is the one value of an answer that has no other. */
const named = (leaves: readonly Leaf[]): Leaf | undefined =>
  leaves.find((leaf) => leaf.name.endsWith("id") && isId(leaf)) ??
  (leaves.length === 1 ? leaves.find(({ value }) => /^[\w-]*\d[\w-]*$/.test(String(value))) : undefined);

const isId = (leaf: Leaf): boolean => filled(leaf.value) && String(leaf.value).length <= 200;
const isUrl = (leaf: Leaf): boolean => texts(leaf.value) && /^https?(:|%3A)/i.test(String(leaf.value));
const isPhone = (leaf: Leaf): boolean =>
  texts(leaf.value) && /^(\+?[\d() -]{7,20}|sips?:.+|[^@\s]+@[^@\s]+)$/.test(String(leaf.value));

/** Which value is what. A leaf may have several roles; the one that decides (`verdict`) has none of them. */
export function rolesOf(all: readonly Leaf[], verdict: Leaf | undefined): Roles {
  const leaves = all.filter((leaf) => leaf !== verdict);
  const single = leaves.filter(({ many }) => !many);
  const reasons = leaves.filter(({ value, name }) => texts(value) && !/url|link/.test(name));
  return {
    price: pick(single, PRICE, ({ value }) => numeric(value)),
    ref: pick(single, REF, isId) ?? named(single),
    lead_id: pick(single, LEAD_ID, isId) ?? named(single),
    reason: pick(reasons, REASON, ({ value }) => texts(value)) ?? reasons.find(({ above }) => /^errors?$/.test(above)),
    redirect: pick(single, REDIRECT, isUrl),
    expires_in: pick(single, EXPIRES_IN, ({ value }) => numeric(value)),
    expires_at: pick(single, EXPIRES_AT, ({ value }) => filled(value) && !numeric(value)),
    destination: pick(single, DESTINATION, isPhone),
    duration: pick(single, DURATION, ({ value }) => numeric(value)),
    brand: pick(single, BRAND, ({ value }) => texts(value)),
  };
}

/** Where the value is, with what it needs to be read: `{{a | url_decode}}`. */
export function sourceOf(leaf: Leaf | undefined, as: "text" | "number" | "url"): string | undefined {
  if (!leaf) return undefined;
  if (as === "url" && /^https?%3A/i.test(String(leaf.value))) return `{{${leaf.path} | url_decode}}`;
  if (as === "number" && typeof leaf.value === "string" && /[$,]/.test(leaf.value)) return `{{${leaf.path} | number}}`;
  return as === "text" && leaf.many ? `{{${leaf.path} | join "; "}}` : leaf.path;
}

/** A list of offers: where each one's price, id and name are. */
export function offerOf(item: Record<string, unknown>): { price?: string; ref?: string; name?: string } {
  const named = Object.entries(item).map(([name, value]) => ({
    own: name,
    name: name.toLowerCase().replace(/[^a-z0-9]/g, ""),
    value,
  }));
  const find = (names: readonly string[], fits: (value: unknown) => boolean) =>
    names.flatMap((name) => named.filter((one) => one.name === name && fits(one.value)))[0]?.own;
  return {
    price: find(PRICE, numeric),
    ref: find([...REF, "pxid", "hash", "bidid"], filled),
    name: find(["name", ...BRAND], texts),
  };
}
