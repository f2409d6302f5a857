import type { Campaign, Field } from "../../../schema/config/campaign.ts";
import type { FieldClass } from "../../../schema/lists.ts";
import { readerOf } from "./readers.ts";
import type { Reader } from "./reading.ts";

/** One field, ready to read. */
export interface TableField {
  /** Place in the campaign's order. */
  index: number;
  name: string;
  type: Field["type"];
  class: FieldClass;
  required: Field["required"];
  read: Reader;
}

/** A campaign's fields with everything that parsing looks up. */
export interface FieldTable {
  fields: TableField[];
  /** By name and alias, lower case. */
  byName: Map<string, TableField>;
  byCanonicalName: Map<string, TableField>;
  /** `state` and `zip`, when the campaign has both with these types: a missing state is filled in. */
  state: TableField | undefined;
  zip: TableField | undefined;
}

/** Every campaign takes the digests that stand for phone and e-mail in a ping. */
const HASHES = ["phone_hash", "email_hash"] as const;

/** A name wins over an alias, an earlier field over a later one. */
export function fieldTable(config: Pick<Campaign, "fields" | "consent">): FieldTable {
  const consent = new Set(config.consent.required);
  const fields: TableField[] = [];
  const byCanonicalName = new Map<string, TableField>();
  const put = (name: string, rules: Omit<TableField, "index" | "name">): void => {
    if (byCanonicalName.has(name)) return;
    const field = { index: fields.length, name, ...rules };
    fields.push(field);
    byCanonicalName.set(name, field);
  };
  for (const field of config.fields) {
    // Consent that the campaign requires travels with every post.
    const required = field.required === "never" && consent.has(field.name) ? "post" : field.required;
    put(field.name, { type: field.type, class: field.class, required, read: readerOf(field) });
  }
  for (const name of HASHES) {
    put(name, {
      type: "string",
      class: "hashed",
      required: "never",
      read: readerOf({ type: "string", class: "hashed" }),
    });
  }
  const byName = new Map(byCanonicalName);
  for (const { name, aliases } of config.fields) {
    const field = byCanonicalName.get(name);
    for (const alias of aliases) if (field && !byName.has(alias)) byName.set(alias, field);
  }
  const [state, zip] = [byCanonicalName.get("state"), byCanonicalName.get("zip")];
  const fills = state?.type === "state" && zip?.type === "zip";
  return { fields, byName, byCanonicalName, state: fills ? state : undefined, zip: fills ? zip : undefined };
}
