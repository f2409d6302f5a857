const NAMED = new Map(
  Object.entries({
    amp: "&",
    lt: "<",
    gt: ">",
    quot: '"',
    apos: "'",
    nbsp: "\u00A0",
    copy: "©",
    reg: "®",
    trade: "™",
    hellip: "…",
    ndash: "–",
    mdash: "—",
    lsquo: "‘",
    rsquo: "’",
    ldquo: "“",
    rdquo: "”",
    laquo: "«",
    raquo: "»",
    bull: "•",
    middot: "·",
    euro: "€",
    pound: "£",
    cent: "¢",
    yen: "¥",
    sect: "§",
    deg: "°",
    aacute: "á",
    eacute: "é",
    iacute: "í",
    oacute: "ó",
    uacute: "ú",
    ntilde: "ñ",
    ccedil: "ç",
    auml: "ä",
    ouml: "ö",
    uuml: "ü",
    szlig: "ß",
  }),
);

/** The text of `&name;`, `&#39;` or `&#x27;`, given what is between & and ;. undefined = not known. */
export function entityText(name: string): string | undefined {
  if (!name.startsWith("#")) return NAMED.get(name) ?? NAMED.get(name.toLowerCase());
  const code = /^#x[0-9a-f]{1,6}$/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
  return Number.isInteger(code) && code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)
    ? String.fromCodePoint(code)
    : undefined;
}

/** Characters in which entities are looked for: each costs a call. */
const MAX_LENGTH = 40_000;

/** Entities to characters, once; what is not known stays as it is. */
export function decodeEntities(text: string): string {
  if (!text.includes("&")) return text;
  const decoded = text
    .slice(0, MAX_LENGTH)
    .replace(/&(#?[A-Za-z0-9]{1,32});/g, (whole, name: string) => entityText(name) ?? whole);
  return decoded + text.slice(MAX_LENGTH);
}
