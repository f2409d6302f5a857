import type { Campaign, Field } from "../../../schema/config/campaign.ts";
import type { FieldClass } from "../../../schema/lists.ts";
import { fieldTable } from "../../auction/fields/table.ts";
import { type Block, heading, table, text } from "../../flows/specification/blocks.ts";

/** What each type reads and keeps. Exhaustive: a new type without words does not compile. */
export const TYPE_TEXTS: Readonly<Record<Field["type"], { reads: string; keeps: string }>> = {
  string: { reads: "text", keeps: "the text, trimmed, without control characters" },
  integer: { reads: '`1234`, `"1,234"`, `"$1,234"`', keeps: "the whole number" },
  number: { reads: '`1234.5`, `"1,234.50"`, `"$1,234.50"`', keeps: "the number" },
  boolean: { reads: "true/false, 1/0, yes/no, y/n, t/f, on/off", keeps: "true or false" },
  enum: { reads: "one of its values, in any case", keeps: "the value as listed" },
  date: { reads: "`1980-12-31`, `12/31/1980`", keeps: "`1980-12-31`" },
  datetime: { reads: "ISO 8601 with its offset: `2026-11-20T15:04:05Z`", keeps: "UTC" },
  zip: { reads: "`02134`, `02134-1000`, the number `2134`", keeps: "five digits" },
  state: { reads: "`CA`, `California`, `N.Y.`", keeps: "two letters" },
  phone: { reads: "any notation of a valid +1 number: `(212) 555-0123`", keeps: "`+12125550123`" },
  email: { reads: "an address", keeps: "trimmed, lower case" },
  ip: { reads: "an IPv4 or IPv6 address", keeps: "the address" },
  url: { reads: "a complete address: `https://…`", keeps: "letter by letter" },
  user_agent: { reads: "the browser's own text", keeps: "the text" },
};

const CLASS_TEXTS: Readonly<Record<FieldClass, string>> = {
  public: "in a ping every buyer that is asked sees it",
  quasi: "in a ping only buyers see it whose contract names it; the winner gets it with the lead",
  hashed: "digests: in a ping only buyers see them whose contract names them",
  personal: "refused in a ping; nobody sees it but the buyer who has won the lead",
};

/** One field as the page, the text and the data show it. */
export interface FieldRow {
  name: string;
  label?: string;
  type: Field["type"];
  class: FieldClass;
  /** In which call it must be. A ping's fields need not be repeated in its post; a lead in one step needs both. */
  required: Field["required"];
  values?: string[];
  min?: number;
  max?: number;
  max_length?: number;
  aliases: string[];
  description?: string;
  sample: Field["sample"] | null;
}

/** Every field that the parser knows, by the rules that it reads with. */
export function fieldRows(campaign: Pick<Campaign, "fields" | "consent">): FieldRow[] {
  const configured = new Map(campaign.fields.map((field) => [field.name, field]));
  return fieldTable(campaign).fields.map(({ name, type, class: kind, required }) => {
    const { label, values, min, max, max_length, aliases = [], description, sample } = configured.get(name) ?? {};
    const own = {
      ...(label === undefined ? {} : { label }),
      ...(values === undefined ? {} : { values }),
      ...(min === undefined ? {} : { min }),
      ...(max === undefined ? {} : { max }),
      ...(max_length === undefined ? {} : { max_length }),
      ...(description === undefined ? {} : { description }),
    };
    return { name, type, class: kind, required, ...own, aliases, sample: sample ?? null };
  });
}

const REQUIRED = { ping: "ping", post: "post", never: "" } as const;
const FEW = 12;

export function fieldBlocks(rows: readonly FieldRow[], campaign: Pick<Campaign, "unknown_fields">): Block[] {
  const types = [...new Set(rows.map(({ type }) => type))];
  const classes = [...new Set(rows.map((row) => row.class))];
  const filled = rows.some(({ type }) => type === "zip") && rows.some(({ type }) => type === "state");
  return [
    heading("Fields"),
    text(
      "Names are matched whatever their case. Empty text and `null` count as not sent.",
      campaign.unknown_fields === "reject"
        ? "A name that is not here is an error that names it: a misspelt field would be lost silently otherwise."
        : "Names that are not here are ignored.",
      "More fields mean more and better bids.",
      filled ? "A missing state is filled in from the ZIP." : "",
    ),
    ...table(
      ["field", "required in", "type and values", "class", "sample", "about"],
      rows.map((row) => [
        `\`${row.name}\``,
        REQUIRED[row.required],
        typeText(row),
        row.class,
        row.sample === null ? "" : `\`${String(row.sample)}\``,
        aboutText(row),
      ]),
    ),
    heading("Classes", 3),
    ...table(
      ["class", "who sees it"],
      classes.map((kind) => [kind, CLASS_TEXTS[kind]]),
    ),
    heading("Types", 3),
    ...table(
      ["type", "reads", "keeps"],
      types.map((type) => [type, TYPE_TEXTS[type].reads, TYPE_TEXTS[type].keeps]),
    ),
  ];
}

function typeText({ type, values, min, max, max_length }: FieldRow): string {
  if (values) {
    const more = values.length > FEW ? ` and ${values.length - FEW} more: see \`?format=json\`` : "";
    return `${values
      .slice(0, FEW)
      .map((value) => `\`${value}\``)
      .join(" ")}${more}`;
  }
  const limits = [
    min === undefined ? "" : `from ${min}`,
    max === undefined ? "" : `to ${max}`,
    max_length === undefined ? "" : `up to ${max_length} characters`,
  ].filter((one) => one !== "");
  return [type, ...limits].join(" ");
}

function aboutText({ label, description, aliases, name }: FieldRow): string {
  const known = /^(phone|email)_hash$/.test(name) && description === undefined ? "SHA-256, see Hashes" : description;
  const also = aliases.length === 0 ? "" : `Also: ${aliases.map((alias) => `\`${alias}\``).join(" ")}`;
  const parts = [label, known, also].filter((one) => one !== undefined && one !== "");
  return parts.map((one) => one?.replace(/\.$/, "")).join(". ");
}
