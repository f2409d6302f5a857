import { base64url, fromBase64, fromUtf8, utf8 } from "./encoding.ts";

/**
 * Encryption at rest. Each lead has a key of its own, wrapped by the newest key of the ring: erase the wrapped key and the
 * lead is unreadable. AES-256-GCM with a random 96-bit nonce; the owner's id is bound in, so that a sealed text cannot be
 * moved to another record. Form: `<key name>.<base64url of nonce and ciphertext>`, key name `l` = the lead's own.
 */
export interface Keyring {
  newest: string;
  keys: Map<string, CryptoKey>;
}

const rings = new Map<string, Promise<Keyring>>();

/** Parsed once per isolate. `text` as in {@link Settings.KEYRING}. */
export function keyring(text: string): Promise<Keyring> {
  const known = rings.get(text);
  if (known) return known;
  const ring = parse(text);
  rings.set(text, ring);
  return ring;
}

async function parse(text: string): Promise<Keyring> {
  const keys = new Map<string, CryptoKey>();
  for (const part of text.split(",")) {
    const [name = "", encoded = ""] = part.split(":");
    keys.set(name, await importKey(fromBase64(encoded)));
  }
  const newest = keys.keys().next().value;
  if (newest === undefined) throw new Error("the keyring is empty");
  return { newest, keys };
}

const importKey = (raw: Uint8Array<ArrayBuffer>) =>
  crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);

/** Seals with the ring's newest key: credentials, webhook secrets, a ping's quasi-identifying facts. */
export async function sealWithRing(
  ring: Keyring,
  nonce: Uint8Array<ArrayBuffer>,
  plain: string,
  owner: string,
): Promise<string> {
  const key = ring.keys.get(ring.newest);
  if (!key) throw new Error("the keyring has no newest key");
  return `${ring.newest}.${base64url(await encrypt(key, nonce, utf8(plain), owner))}`;
}

/** Throws when the key is gone, the text was changed, or it belongs to another owner. */
export async function openWithRing(ring: Keyring, sealed: string, owner: string): Promise<string> {
  const [name = "", text = ""] = sealed.split(".");
  const key = ring.keys.get(name);
  if (!key) throw new Error(`the keyring has no key ${name}`);
  return fromUtf8(await decrypt(key, fromBase64(text), owner));
}

/** Name of the ring's key that something was sealed or wrapped with. */
export const keyNameOf = (sealed: string): string => sealed.slice(0, Math.max(0, sealed.indexOf(".")));

/** What a wrapped lead key is bound to. */
export const leadKeyOwner = (lead_id: string): string => `lead-key:${lead_id}`;

/** The same content, sealed (or wrapped) anew by the ring's newest key. Throws as {@link openWithRing} does. */
export async function resealed(
  ring: Keyring,
  nonce: Uint8Array<ArrayBuffer>,
  sealed: string,
  owner: string,
): Promise<string> {
  const [from, to] = [ring.keys.get(keyNameOf(sealed)), ring.keys.get(ring.newest)];
  if (!from || !to) throw new Error(`the keyring has no key ${from ? ring.newest : keyNameOf(sealed)}`);
  const plain = new Uint8Array(await decrypt(from, fromBase64(sealed.slice(sealed.indexOf(".") + 1)), owner));
  return `${ring.newest}.${base64url(await encrypt(to, nonce, plain, owner))}`;
}

/** One lead's key, in the clear only in memory. */
export interface LeadKey {
  lead_id: string;
  key: CryptoKey;
  wrapped: string;
}

export async function newLeadKey(
  ring: Keyring,
  random: (count: number) => Uint8Array<ArrayBuffer>,
  lead_id: string,
): Promise<LeadKey> {
  const raw = random(32);
  const wrapping = ring.keys.get(ring.newest);
  if (!wrapping) throw new Error("the keyring has no newest key");
  const wrapped = `${ring.newest}.${base64url(await encrypt(wrapping, random(12), raw, leadKeyOwner(lead_id)))}`;
  return { lead_id, key: await importKey(raw), wrapped };
}

export async function openLeadKey(ring: Keyring, wrapped: string, lead_id: string): Promise<LeadKey> {
  const [name = "", text = ""] = wrapped.split(".");
  const wrapping = ring.keys.get(name);
  if (!wrapping) throw new Error(`the keyring has no key ${name}`);
  const raw = new Uint8Array(await decrypt(wrapping, fromBase64(text), leadKeyOwner(lead_id)));
  return { lead_id, key: await importKey(raw), wrapped };
}

export async function sealForLead(key: LeadKey, nonce: Uint8Array<ArrayBuffer>, value: unknown): Promise<string> {
  return `l.${base64url(await encrypt(key.key, nonce, utf8(JSON.stringify(value)), key.lead_id))}`;
}

export async function openForLead(key: LeadKey, sealed: string): Promise<unknown> {
  return JSON.parse(fromUtf8(await decrypt(key.key, fromBase64(sealed.slice(2)), key.lead_id)));
}

async function encrypt(key: CryptoKey, nonce: Uint8Array<ArrayBuffer>, plain: Uint8Array<ArrayBuffer>, owner: string) {
  const cipher = new Uint8Array(
    await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce, additionalData: utf8(owner) }, key, plain),
  );
  const joined = new Uint8Array(nonce.length + cipher.length);
  joined.set(nonce);
  joined.set(cipher, nonce.length);
  return joined;
}

function decrypt(key: CryptoKey, joined: Uint8Array<ArrayBuffer>, owner: string): Promise<ArrayBuffer> {
  return crypto.subtle.decrypt(
    { name: "AES-GCM", iv: joined.slice(0, 12), additionalData: utf8(owner) },
    key,
    joined.slice(12),
  );
}
