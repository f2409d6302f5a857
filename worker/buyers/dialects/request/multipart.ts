import { pairsOf } from "./pairs.ts";

export interface Multipart {
  boundary: string;
  body: string;
}

/** A form as multipart/form-data. The boundary comes from the request's nonce, and is in none of the values. */
export function multipart(content: unknown, nonce: string): Multipart {
  const pairs = pairsOf(content);
  let boundary = `form-${nonce}`;
  while (pairs.some((pair) => pair.some((text) => text.includes(boundary)))) boundary += "x";
  const parts = pairs.map(
    ([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(name)}"\r\n\r\n${value}\r\n`,
  );
  return { boundary, body: `${parts.join("")}--${boundary}--\r\n` };
}

/** As browsers write names: what would end the name or the line is percent-encoded. */
const quoted = (name: string): string =>
  name.replace(/[\r\n"]/g, (mark) => (mark === '"' ? "%22" : mark === "\r" ? "%0D" : "%0A"));
