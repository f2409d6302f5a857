import { createHmac, timingSafeEqual } from "node:crypto";
import { base62, base62Bytes, fromBase62, utf8 } from "./encoding.ts";

/**
 * Ids of pings and leads. 28 characters of [A-Za-z0-9], unguessable, and they say which book holds them:
 *
 *     kind 1 | region 1 | shard 2 | time 6 (seconds) | random 9 | MAC 9
 *
 * A MAC over the rest tells a genuine id (whose row may have been lost) from a forged one, without any look-up. Test pings have
 * MACs of their own: with its row lost, a test must still not be sold to anybody.
 */
export type IdKind = "p" | "l";
export interface GatewayId {
  kind: IdKind;
  /** Name of the book, `<region>-<shard>`. */
  shard: string;
  /** Epoch ms, to the second. */
  at: number;
  test: boolean;
}

/** Location hints of the platform, by one letter each. Append only: ids in the wild carry the letters. */
const REGIONS: Record<string, string> = {
  a: "wnam",
  b: "enam",
  c: "sam",
  d: "weur",
  e: "eeur",
  f: "apac",
  g: "oc",
  h: "afr",
  i: "me",
};
const LETTERS = Object.fromEntries(Object.entries(REGIONS).map(([letter, name]) => [name, letter]));
const RANDOM = 9;
const MAC = 9;
const LENGTH = 10 + RANDOM + MAC;

export function shardName(region: string, number: number): string {
  return `${region}-${String(number).padStart(2, "0")}`;
}

/** `number` of shards in use may grow; a name stays what it was. */
export function parseShard(name: string): { region: string; number: number } {
  const at = name.lastIndexOf("-");
  return { region: name.slice(0, at), number: Number(name.slice(at + 1)) };
}

export function makeId(
  secret: string,
  kind: IdKind,
  shard: string,
  now: number,
  random: Uint8Array,
  test = false,
): string {
  const { region, number } = parseShard(shard);
  const letter = LETTERS[region];
  if (letter === undefined) throw new Error("a shard's region must be one of the platform's location hints");
  const body = `${kind}${letter}${base62(number, 2)}${base62(Math.floor(now / 1_000), 6)}${base62Bytes(random, RANDOM)}`;
  return body + mac(secret, body, test);
}

/** null when it is not an id that we made. */
export function readId(secret: string, text: string, kind: IdKind): GatewayId | null {
  if (text.length !== LENGTH || text[0] !== kind) return null;
  const body = text.slice(0, LENGTH - MAC);
  const given = utf8Padded(text.slice(LENGTH - MAC));
  const live = timingSafeEqual(utf8(mac(secret, body, false)), given);
  if (!live && !timingSafeEqual(utf8(mac(secret, body, true)), given)) return null;
  const region = REGIONS[body[1] ?? ""];
  const number = fromBase62(body.slice(2, 4));
  const seconds = fromBase62(body.slice(4, 10));
  if (region === undefined || number === null || seconds === null) return null;
  return { kind, shard: shardName(region, number), at: seconds * 1_000, test: !live };
}

function mac(secret: string, body: string, test: boolean): string {
  return base62Bytes(
    createHmac("sha256", secret)
      .update(`${test ? "test-id" : "id"}:${body}`)
      .digest(),
    MAC,
  );
}

/** Other characters than ASCII take more bytes: such a text is never ours. */
function utf8Padded(text: string): Uint8Array {
  const bytes = utf8(text);
  return bytes.length === MAC ? bytes : new Uint8Array(MAC);
}
