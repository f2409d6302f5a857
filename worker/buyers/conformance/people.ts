import type { Campaign } from "../../../schema/config/campaign.ts";
import type { Fields } from "../../../schema/rpc/auction.ts";

/** Area codes for made-up numbers: 555-0100 to 555-0199 belong to nobody in any of them. */
const AREAS = [206, 212, 303, 404, 512, 602, 617, 702, 805, 916];

/** The sample lead as another made-up consumer: the n-th of this run. */
export function person(lead: Fields, seed: number, n: number): Fields {
  const at = seed + n;
  const phone = `+1${AREAS[Math.floor(at / 100) % AREAS.length]}55501${String(at % 100).padStart(2, "0")}`;
  const email = `test.lead.${at}@example.com`;
  return {
    ...lead,
    ...(lead.phone === undefined ? {} : { phone }),
    ...(lead.email === undefined ? {} : { email }),
  };
}

/** What breaks systems that glue texts together: quotes, markup, the end of a CDATA section, umlauts, an emoji, escapes. */
export const SPECIAL = `O'Brien "Q" & Søñ <script>x</script> ]]> 😀 \\ %41; --`;
export const LONG = 500;

/** A free text field and how long it may be. */
export interface TextField {
  name: string;
  max: number;
}

export const withSpecial = (lead: Fields, texts: readonly TextField[]): Fields =>
  filled(lead, texts, (max) => [...SPECIAL].slice(0, max).join(""));
export const withLong = (lead: Fields, texts: readonly TextField[]): Fields =>
  filled(lead, texts, (max) => "Long ".repeat(LONG).slice(0, Math.min(LONG, max)).trim());

function filled(lead: Fields, texts: readonly TextField[], value: (max: number) => string): Fields {
  const own = texts.filter(({ name }) => lead[name] !== undefined);
  return { ...lead, ...Object.fromEntries(own.map(({ name, max }) => [name, value(max)])) };
}

/** Where a person may write what they like: names and addresses, not the wording of a consent. */
export const textFields = ({ fields }: Pick<Campaign, "fields">): TextField[] =>
  fields
    .filter(({ type, class: kind }) => type === "string" && kind === "personal")
    .map(({ name, max_length }) => ({ name, max: max_length ?? 200 }));
