import { fill, type Getter } from "../expression/value.ts";
import { type Build, BuildFailure } from "./build.ts";
import type { RequestLanguage } from "./language.ts";

/** Names that belong to the connection, not to a configuration. */
const FORBIDDEN = new Set(
  "host,content-length,connection,transfer-encoding,upgrade,te,trailer,expect,keep-alive,proxy-authorization".split(
    ",",
  ),
);

/** Longest header value; servers take about as much. */
const MAX_LENGTH = 16_384;

/** Of every request that a dialect gives none itself. */
export const USER_AGENT = "pingpost-gateway/1";

export type Header = [name: string, value: string];
export type BuildHeaders = (build: Build) => Header[];

export function compileHeaders(headers: Record<string, string>, path: string, language: RequestLanguage): BuildHeaders {
  const compiled = Object.entries(headers).flatMap(([name, text]) => {
    const place = `${path}.${name}`;
    if (FORBIDDEN.has(name.toLowerCase())) {
      language.sink.wrong(place, "belongs to the connection");
      return [];
    }
    const none: Getter<Build> = () => undefined;
    return [{ name, value: language.sink.at(place, () => headerValue(text, language), none) }];
  });
  return (build) => {
    const made: Header[] = [];
    for (const { name, value } of compiled) {
      const text = value(build);
      if (text !== undefined) made.push([name, String(text)]);
    }
    return made;
  };
}

/** A header that is one missing value is left out. */
export function headerValue(text: string, language: RequestLanguage): Getter<Build> {
  const compiled = language.text(text);
  const { exact } = compiled;
  return (build) => {
    if (exact && exact(build) === undefined) return undefined;
    const value = headerText(fill(compiled, build));
    if (value.length > MAX_LENGTH) throw new BuildFailure("a header would be too long");
    return value;
  };
}

/** No line breaks or other control characters, and only ASCII: anything else would let a value write headers of its own. */
export function headerText(value: string): string {
  if (/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(value)) return value;
  return value
    .replace(/[^\t\x20-\u{10ffff}]|\x7f/gu, "")
    .replace(/[^\t\x20-\x7e]/gu, "?")
    .trim();
}

export const hasHeader = (headers: readonly Header[], name: string): boolean =>
  headers.some(([known]) => known.toLowerCase() === name);
