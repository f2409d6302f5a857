import { Buffer } from "node:buffer";
import type { AuthConfig } from "../../../../schema/config/dialect.ts";
import { fill, type Getter } from "../expression/value.ts";
import type { Build } from "./build.ts";
import { type BuildHeaders, type Header, hasHeader, headerValue } from "./headers.ts";
import type { RequestLanguage } from "./language.ts";

/** The header that `auth` adds to every request of a dialect that does not bring its own. */
export function compileAuth(auth: AuthConfig | undefined, language: RequestLanguage): BuildHeaders {
  const [name, value] = language.sink.at("auth", () => authHeader(auth, language), NO_HEADER);
  if (!value) return () => [];
  return (build) => {
    const text = value(build);
    return text === undefined ? [] : [[name, String(text)] satisfies Header];
  };
}

const NO_HEADER: [string, Getter<Build> | null] = ["", null];

function authHeader(auth: AuthConfig | undefined, language: RequestLanguage): [string, Getter<Build> | null] {
  switch (auth?.type) {
    case "basic": {
      const pair = [language.text(auth.username), language.text(auth.password)];
      return [
        "Authorization",
        (build) => `Basic ${Buffer.from(pair.map((text) => fill(text, build)).join(":"), "utf8").toString("base64")}`,
      ];
    }
    case "bearer":
      return ["Authorization", headerValue(`Bearer ${auth.token}`, language)];
    case "oauth2": {
      if (auth.header === null) return NO_HEADER;
      const named = /^([A-Za-z0-9-]{1,60}): (.*)$/s.exec(auth.header);
      return [named?.[1] ?? "Authorization", headerValue(named?.[2] ?? auth.header, language)];
    }
    default:
      return NO_HEADER;
  }
}

export const withAuth = (headers: Header[], auth: Header[]): Header[] => [
  ...headers,
  ...auth.filter(([name]) => !hasHeader(headers, name.toLowerCase())),
];
