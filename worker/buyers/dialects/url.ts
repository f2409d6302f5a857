import { compileTemplate, fill, nameAt, type Scope, type Template } from "./template.ts";

/** A host and what ends it. Parsers skip further slashes before a host: `https:///x` names the host x. */
const HOST_IS_OVER = /^https?:\/\/[^/?\\]+[/?\\]/i;

type BuiltUrl = { ok: true; url: string } | { ok: false; message: string };

/**
 * A URL with placeholders. Values are percent-encoded. In the path a value must be there (an empty segment is another address); in
 * the query it may be missing. Only credentials may stand in the host: lead data must not choose where a lead goes.
 */
export function compileUrl(text: string): (scope: Scope) => BuiltUrl {
  // As URL parsers read it: they drop tabs and line breaks wherever they stand.
  const template = compileTemplate(text.replace(/[\t\r\n]/g, "").split("#", 1)[0] ?? "");
  const hostNames = namesIn(template, (before) => !HOST_IS_OVER.test(before));
  const pathNames = namesIn(template, (before) => !before.includes("?"));
  const foreign = hostNames.find((name) => !name.startsWith("secret."));

  return (scope) => {
    if (foreign !== undefined) return { ok: false, message: `url: ${foreign} must not be part of the host` };
    const empty = pathNames.find((name) => String(scope(name) ?? "") === "");
    if (empty !== undefined) return { ok: false, message: `url: missing ${empty}` };
    const url = fill(template, scope, (value) => encodeURIComponent(value.toWellFormed()));
    const path = url.split("?", 1)[0] ?? "";
    const climbs = path.split(/[/\\]/).some((segment) => /^(\.|%2e){1,2}$/i.test(segment));
    return climbs ? { ok: false, message: "url: a path segment is . or .." } : { ok: true, url };
  };
}

/** What is wrong with a URL's placeholders whatever the facts; null = nothing. */
export function urlProblem(text: string): string | null {
  const built = compileUrl(text)(() => "x");
  return built.ok ? null : built.message;
}

function namesIn(template: Template, where: (before: string) => boolean): string[] {
  const names: string[] = [];
  nameAt(template, (name, before) => {
    if (where(before)) names.push(name);
  });
  return names;
}
