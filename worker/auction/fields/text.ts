import { type Reader, Refusal } from "./reading.ts";

const DEFAULT_MAX_LENGTH = 500;
/** Printable ASCII with single inner spaces: nothing to do, which is nearly always. */
const PLAIN = /^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/;
const CONTROL = /\p{Cc}/u;

/**
 * Trims, makes every run of white space (line breaks too) one space, and composes accents (Unicode NFC), so that equal texts
 * are equal strings. null for control characters and for text that is not well-formed Unicode.
 */
export function clean(text: string): string | null {
  if (PLAIN.test(text)) return text;
  if (!text.isWellFormed()) return null;
  const tidy = text.normalize("NFC").replace(/\s+/g, " ").trim();
  return CONTROL.test(tidy) ? null : tidy;
}

/** Free text: names, addresses, user agents. Numbers and booleans become their text. Length counts UTF-16 units. */
export function textReader(max_length = DEFAULT_MAX_LENGTH): Reader {
  const tooLong = new Refusal(`must be at most ${max_length} characters long`);
  const unreadable = new Refusal("must be text without control characters");
  return (raw) => {
    const text = clean(String(raw));
    if (text === null) return unreadable;
    return text.length > max_length ? tooLong : text;
  };
}
