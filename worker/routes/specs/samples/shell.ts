import { CONSENT_TIME } from "../least-lead.ts";

/** For a shell: single quotes, with the quotes inside them taken out and put back. */
export const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** A body as one argument. Words in capitals stand for the shell's own expressions. */
export function jsonArgument(body: unknown, words: Record<string, string>): string {
  return Object.entries(words).reduce(
    (text, [word, expression]) => text.replaceAll(`"${word}"`, `"'"${expression}"'"`),
    quoted(JSON.stringify(body, null, 2)),
  );
}

/** One call with the key in the header. `more`: further options, such as headers. */
export const curl = (url: string, argument: string, more = ""): string =>
  `curl -s ${url} \\\n  -H "Authorization: Bearer $KEY" -H 'Content-Type: application/json' ${more}\\\n  -d ${argument}`;

/** Expressions for the time of consent: now, or what was noted before. */
export const NOW = { [CONSENT_TIME]: "$(date -u +%Y-%m-%dT%H:%M:%SZ)" };
