import { decodeEntities } from "./entities.ts";
import { collected } from "./form.ts";
import { isPage } from "./html.ts";

const MAX_LINES = 1_000;
const MAX_LENGTH = 200_000;
/** What stands before the delimiter in half a JSON document is no name. */
const NAME = /^[^"{}<>[\]]{1,200}$/;

/**
 * `name: value` or `name=value` a line (what comes first divides; or the delimiter that the dialect names). A `<br>` ends a line too, other
 * tags are dropped. Lines without a delimiter are skipped; undefined when there is none with one.
 */
export function parseLines(body: string, delimiter?: string): Record<string, unknown> | undefined {
  if (isPage(body)) return undefined;
  const read = body.slice(0, MAX_LENGTH);
  const tagged = read.includes("<");
  const pairs = read.split(/\r\n?|\n|<br[ \t]{0,20}\/?>/i, MAX_LINES).flatMap((line) => {
    const text = tagged ? decodeEntities(line.replace(/<\/?[a-z][^<>]{0,200}>/gi, "")) : line;
    const at = delimiter === undefined ? text.search(/[:=]/) : text.indexOf(delimiter);
    const name = at > 0 ? text.slice(0, at).trim() : "";
    return !NAME.test(name) ? [] : [[name, text.slice(at + (delimiter?.length ?? 1)).trim()] as const];
  });
  return pairs.length === 0 ? undefined : collected(pairs);
}
