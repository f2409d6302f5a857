import type { Campaign } from "../../schema/config/campaign.ts";
import type { Fields } from "../../schema/rpc/auction.ts";
import type { PersonMarks } from "../../schema/rpc/book.ts";
import { consumerKey, md5Hex, sha256Hex, suppressionHash } from "../crypto/hash.ts";
import { shardName } from "../crypto/ids.ts";
import type { Settings } from "../env.ts";
import type { GivenHash } from "./answers.ts";

/** One consumer as far as a call tells: digests of phone and e-mail. */
export interface ConsumerHashes {
  phone?: GivenHash;
  email?: GivenHash;
}

/** Digests of a full lead. Phone: E.164 with +; e-mail: trimmed, lower-case (both normalised by the campaign's fields). */
export function hashesOf(lead: Fields): {
  phone?: { sha256: string; md5: string };
  email?: { sha256: string; md5: string };
} {
  const digest = (value: unknown) =>
    typeof value === "string" && value !== "" ? { sha256: sha256Hex(value), md5: md5Hex(value) } : undefined;
  return { phone: digest(lead.phone), email: digest(lead.email) };
}

/** Keys of the consumer's rows in the books. Only SHA-256 identifies: an MD5 cannot be compared with it. */
export function consumerKeys(settings: Settings, campaign: Campaign, hashes: ConsumerHashes): string[] {
  const shardOf = (spread: number) => shardName(settings.REGION, spread % settings.BOOK_SHARDS);
  const keys: string[] = [];
  if (hashes.phone?.algorithm === "sha256")
    keys.push(consumerKey(settings.HASH_SECRET, campaign.id, "phone", hashes.phone.hex, shardOf));
  const email = hashes.email?.algorithm === "sha256" ? hashes.email.hex : undefined;
  if (email && (campaign.duplicate_by_email || keys.length === 0))
    keys.push(consumerKey(settings.HASH_SECRET, campaign.id, "email", email, shardOf));
  return keys;
}

/** The person's marks in the suppression list, in buyers' duplicate windows and for erasure: the same in every campaign. */
export function personMarks(settings: Settings, hashes: ConsumerHashes): PersonMarks {
  const mark = (kind: "phone" | "email") => {
    const hash = hashes[kind];
    return hash?.algorithm === "sha256" ? suppressionHash(settings.HASH_SECRET, kind, hash.hex) : undefined;
  };
  return { phone: mark("phone"), email: mark("email") };
}

export function consumerMarks(settings: Settings, hashes: ConsumerHashes): string[] {
  const { phone, email } = personMarks(settings, hashes);
  return [phone, email].filter((mark) => mark !== undefined);
}
