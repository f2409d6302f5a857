import type { DialectConfig, TokenAuth } from "../../../schema/config/dialect.ts";
import type { WireAnswer } from "../dialect.ts";
import { compileReading } from "../dialects/answer/index.ts";
import { textOf } from "../dialects/answer/text.ts";
import { DialectProblem } from "../dialects/expression/problem.ts";
import { asText, compileText, fill as fillText, type Language } from "../dialects/expression/value.ts";
import { pipesOf } from "../dialects/pipes/index.ts";
import { type Fill, seconds } from "./oauth.ts";

interface Facts {
  secrets: Record<string, string>;
  now: number;
}

/** Texts of `auth` know the credentials and the time, nothing else. */
function authLanguage(maps: DialectConfig["maps"]): Language<Facts> {
  return {
    pipe: pipesOf({ maps }),
    now: ({ now }) => now,
    name: (name) => {
      const secret = /^secret\.(.+)$/.exec(name)?.[1];
      if (secret === undefined) throw new DialectProblem(`{{${name}}}: only {{secret.<name>}} is known here`);
      return ({ secrets }) => (Object.hasOwn(secrets, secret) ? secrets[secret] : undefined);
    },
  };
}

/** Fills in the texts of a dialect's `auth`; a text with a credential that is not there has no value. */
export function fillOf(maps: DialectConfig["maps"], facts: Facts): Fill {
  const language = authLanguage(maps);
  return (template) => {
    if (template === undefined) return undefined;
    const text = compileText(template, language);
    const holes = text.parts.some((part) => typeof part !== "string" && asText(part(facts)) === "");
    return holes ? undefined : fillText(text, facts);
  };
}

/** Names of the credentials that a text of `auth` uses. */
export function secretsIn(template: string | undefined): string[] {
  return [...(template ?? "").matchAll(/\{\{[^{}]*?\bsecret\.([A-Za-z0-9_]+)/g)].flatMap(([, name]) => name ?? []);
}

export type ReadToken =
  | { kind: "token"; values: Record<string, string>; expires_in_s: number | null }
  | { kind: "refused" | "failed"; why: string };

/** The values of a token's answer beside the access token: `carry`. */
export function carriedBy(maps: DialectConfig["maps"], auth: TokenAuth, answer: WireAnswer): Record<string, string> {
  const format = auth.type === "exchange" ? auth.format : "json";
  const reading = compileReading({ format }, { pipe: pipesOf({ maps }) }, { bid: false });
  const parsed = reading.parse(answer);
  return Object.fromEntries(
    Object.entries(auth.carry).flatMap(([name, source]) => {
      const value = textOf(reading.source(`carry.${name}`, source)(parsed), 4_000);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** Reads the answer of an `exchange`. */
export function readExchange(
  maps: DialectConfig["maps"],
  auth: Extract<TokenAuth, { type: "exchange" }>,
  answer: WireAnswer,
): ReadToken {
  const reading = compileReading({ format: auth.format }, { pipe: pipesOf({ maps }) }, { bid: false });
  const parsed = reading.parse(answer);
  const { status } = answer;
  if (status === 429 || status === 408 || status >= 500)
    return { kind: "failed", why: `the token's request was answered ${status}` };
  const ok = auth.ok === undefined ? status >= 200 && status < 300 : reading.condition("ok", auth.ok)(parsed) === true;
  if (!ok) return { kind: "refused", why: `the token's request was answered ${status}, and that is no yes` };
  const token = textOf(reading.source("token", auth.token)(parsed), 16_000);
  if (token === undefined) return { kind: "failed", why: `the token's request was answered ${status} without a token` };
  const expires_in_s =
    auth.expires_in_s === undefined ? null : seconds(textOf(reading.source("expires_in_s", auth.expires_in_s)(parsed)));
  return { kind: "token", values: { access_token: token, ...carriedBy(maps, auth, answer) }, expires_in_s };
}
