import { isPage } from "./html.ts";

const MAX_PAIRS = 1_000;

/** `a=1&b=2` (or another mark between pairs), with + and %; a name that is repeated is a list. undefined when it is not that. */
export function parseForm(body: string, delimiter = "&"): Record<string, unknown> | undefined {
  const text = body.trim().replace(/^\?/, "");
  if (!/^[^\s=&<>{}"]{1,200}=/.test(text) || isPage(text)) return undefined;
  return collected(
    text.split(delimiter, MAX_PAIRS).map((pair) => {
      const equals = pair.indexOf("=");
      const [name, value] = equals < 0 ? [pair, ""] : [pair.slice(0, equals), pair.slice(equals + 1)];
      return [decoded(name).trim(), decoded(value)];
    }),
  );
}

/** Names and values as an object; what is repeated as a list. */
export function collected(pairs: (readonly [string, string])[]): Record<string, unknown> {
  const members = new Map<string, string | string[]>();
  for (const [name, value] of pairs) {
    const before = members.get(name);
    if (before === undefined) members.set(name, value);
    else if (Array.isArray(before)) before.push(value);
    else members.set(name, [before, value]);
  }
  return Object.fromEntries(members);
}

/** As form fields are encoded; what is not is left as it is. */
export function decoded(text: string): string {
  const spaced = text.replaceAll("+", " ");
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}
