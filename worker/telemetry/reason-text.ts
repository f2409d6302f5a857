const MOST_CHARS = 100;

/**
 * A buyer's reason as a word that can be counted and shown: lower case, digits as `#`, no addresses, nothing quoted, and nothing that the
 * lead held. "Lead 4711 (Jane Roe) is a duplicate of 88" becomes "lead # (…) is a duplicate of #".
 */
export function reasonText(reason: string, hidden: ReadonlySet<string>): string {
  return reason
    .slice(0, 400)
    .toLowerCase()
    .replace(/\S+@\S+|\bhttps?:\/\/\S+|\bwww\.\S+/g, "…")
    .replace(/"[^"]*"|“[^”]*”|'[^']*'(?!\w)|`[^`]*`/g, "…")
    .replace(/[\p{L}\p{N}][\p{L}\p{N}'’-]*/gu, (word) => (hidden.has(word) ? "…" : word))
    .replace(/\b(?=\w*\d)[\w:-]*\w/g, "#")
    .replace(/(?:…[\s,.-]*)+…/g, "…")
    .replace(/(?:#[\s,.:/()-]*)+#/g, "#")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, MOST_CHARS);
}

/** Longer values (a consent's wording, a browser's name) are made of everybody's words. */
const LONGEST = 80;

/** Every word of the lead's values, lower-case, to be kept out of what is remembered. */
export function wordsOf(values: Iterable<unknown>): Set<string> {
  const words = new Set<string>();
  for (const value of values) {
    if (typeof value !== "string" || value.length < 2 || value.length > LONGEST) continue;
    words.add(value.toLowerCase());
    for (const [word] of value.toLowerCase().matchAll(/[\p{L}\p{N}][\p{L}\p{N}'’-]*/gu))
      if (word.length > 1) words.add(word);
  }
  return words;
}
