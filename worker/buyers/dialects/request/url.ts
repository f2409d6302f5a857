import { parseTemplate } from "../expression/parse.ts";
import { DialectProblem } from "../expression/problem.ts";
import { namesIn } from "../expression/syntax.ts";
import { asText, type Getter } from "../expression/value.ts";
import { type Build, BuildFailure } from "./build.ts";
import { hostsTest } from "./hosts.ts";
import type { RequestLanguage } from "./language.ts";

/** A host and what ends it. Parsers skip further slashes before a host: `https:///x` names the host x. */
const HOST_IS_OVER = /^https?:\/\/[^/?\\]+[/?\\]/i;
/** What a whole address may be made of, as it comes from a token's answer or a lead. */
const PLAIN_URL = /^https?:\/\/[\x21-\x7e]{1,4000}$/i;

interface Part {
  value: Getter<Build>;
  names: string[];
  where: "start" | "host" | "path" | "query";
}

/**
 * A URL with placeholders. Values are percent-encoded, but for one that the whole begins with: that is an address of its own. In the path
 * a value must be there (an empty segment is another address); in the query it may be missing. Credentials may decide the host;
 * anything else only among `hosts`, so that lead data cannot choose where a lead goes.
 */
export function compileUrl(
  text: string,
  language: RequestLanguage,
  hosts?: readonly string[],
): (build: Build) => string {
  // As URL parsers read it: they drop tabs and line breaks wherever they stand.
  const parts = partsOf(text.replace(/[\t\r\n]/g, "").split("#", 1)[0] ?? "", language);
  const placed = parts.filter((part) => typeof part !== "string");
  const inHost = placed.filter(({ where }) => where === "start" || where === "host");
  const foreign = inHost.flatMap(({ names }) => names).find((name) => !name.startsWith("secret."));
  if (foreign !== undefined && !hosts)
    throw new DialectProblem(`${foreign} must not be part of the host; name the allowed ones in hosts`);
  const allowed = hosts && hostsTest(hosts);
  const mustExist = placed.filter(({ where }) => where !== "query");
  const checked = (url: string): string => {
    const path = url.split("?", 1)[0] ?? "";
    if (path.split(/[/\\]/).some((segment) => /^(\.|%2e){1,2}$/i.test(segment)))
      throw new BuildFailure("url: a path segment is . or ..");
    if (allowed && !allowed(url)) throw new BuildFailure("url: the host is not one of hosts");
    return url;
  };
  let constant: string | undefined;
  return (build) => {
    // Most URLs hold nothing of the lead: they are looked at once.
    if (placed.length === 0) {
      constant ??= checked(parts.join(""));
      return constant;
    }
    for (const { value, names } of mustExist)
      if (asText(value(build)) === "") throw new BuildFailure(`url: missing ${names.join(", ")}`);
    const written = parts.map((part, at) => (typeof part === "string" ? part : filled(part, build, parts[at + 1])));
    return checked(written.join(""));
  };
}

function filled({ value, where }: Part, build: Build, next: string | Part | undefined): string {
  const text = asText(value(build));
  if (where !== "start") return encodeURIComponent(text.toWellFormed());
  const address = text.trim().split("#", 1)[0] ?? "";
  if (!PLAIN_URL.test(address)) throw new BuildFailure("url: what it begins with is no address");
  return typeof next === "string" && next.startsWith("/") ? address.replace(/\/+$/, "") : address;
}

function partsOf(text: string, language: RequestLanguage): (string | Part)[] {
  let before = "";
  return parseTemplate(text).map((piece) => {
    if (typeof piece === "string") {
      before += piece;
      return piece;
    }
    const where = placeAfter(before);
    // After an address of its own comes its path.
    before += where === "start" ? "https://x" : "x";
    return { value: language.expression(piece), names: namesIn(piece), where };
  });
}

function placeAfter(before: string): Part["where"] {
  if (before === "") return "start";
  if (!HOST_IS_OVER.test(before)) return "host";
  return before.includes("?") ? "query" : "path";
}
