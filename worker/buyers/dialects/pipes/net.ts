import { onText, type PipeTable } from "./pipe.ts";

export const NET: PipeTable = {
  email_user: onText((text) => emailOf(text)?.[1]),
  email_domain: onText((text) => emailOf(text)?.[2]?.toLowerCase()),
  host: onText((text) => urlOf(text)?.hostname),
  path_last: onText((text) => {
    const path = urlOf(text)?.pathname ?? text.split(/[?#]/, 1)[0] ?? "";
    const last = path.split("/").findLast((segment) => segment !== "");
    return last === undefined ? undefined : decoded(last);
  }),
  "query NAME": onText((text, name = "") => {
    const search = text.includes("?") ? (text.slice(text.indexOf("?") + 1).split("#", 1)[0] ?? "") : text;
    return new URLSearchParams(search).get(name) ?? undefined;
  }),
  url_encode: onText((text) => encodeURIComponent(text.toWellFormed())),
  url_decode: onText(decoded),
  form_decode: onText((text) => decoded(text.replaceAll("+", " "))),
};

const emailOf = (text: string): RegExpExecArray | null =>
  /^\s*([^\s@]{1,200})@([^\s@]{1,253})\s*$/.exec(text.slice(0, 500));

function urlOf(text: string): URL | undefined {
  const trimmed = text.slice(0, 10_000).trim();
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed) ? trimmed : `https://${trimmed.replace(/^\/\//, "")}`;
  return URL.canParse(whole) ? new URL(whole) : undefined;
}

/** What is not an encoding stays as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text.replace(/(?:%[0-9a-f]{2})+/gi, (run) => {
      const bytes = Uint8Array.from(run.slice(1).split("%"), (hex) => Number.parseInt(hex, 16));
      return new TextDecoder().decode(bytes);
    });
  }
}
