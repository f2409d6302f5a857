import type { DialectConfig } from "../../../schema/config/dialect.ts";
import { compileReading } from "../dialects/answer/index.ts";
import { DialectProblem } from "../dialects/expression/problem.ts";
import { pipesOf } from "../dialects/pipes/index.ts";
import { fillOf, secretsIn } from "./compile.ts";
import type { OAuth } from "./oauth.ts";

export interface AuthProblemAt {
  path: string;
  message: string;
}

/** What is wrong with `auth` where a token is fetched: parts that its grant needs, texts that cannot be, credentials that are not there. */
export function authProblems(dialect: DialectConfig, secrets: ReadonlySet<string>): AuthProblemAt[] {
  const { auth, maps } = dialect;
  if (auth?.type !== "oauth2" && auth?.type !== "exchange") return [];
  const found: AuthProblemAt[] = [];
  const reading = compileReading(
    { format: auth.type === "exchange" ? auth.format : "json" },
    { pipe: pipesOf({ maps }), problem: (place, message) => void found.push({ path: `auth.${place}`, message }) },
    { bid: false },
  );
  for (const [name, source] of Object.entries(auth.carry)) reading.source(`carry.${name}`, source);
  if (auth.type === "exchange") {
    reading.source("token", auth.token);
    reading.source("expires_in_s", auth.expires_in_s);
    if (auth.ok !== undefined) reading.condition("ok", auth.ok);
    return found;
  }
  return [...found, ...missingParts(auth), ...textProblems(auth, maps, secrets)];
}

function missingParts(auth: OAuth): AuthProblemAt[] {
  const needs: [path: string, value: unknown, when: boolean][] = [
    ["auth.refresh_token", auth.refresh_token, auth.grant === "refresh_token"],
    ["auth.jwt", auth.jwt, auth.grant === "jwt_bearer"],
    ["auth.username", auth.username, auth.grant === "password"],
    ["auth.password", auth.password, auth.grant === "password"],
    ["auth.client_secret", auth.client_secret, auth.client_auth === "basic"],
  ];
  return needs.flatMap(([path, value, when]) =>
    when && value === undefined
      ? [{ path, message: path === "auth.client_secret" ? "is needed for Basic" : `is needed for ${auth.grant}` }]
      : [],
  );
}

/** The refresh token of a set-up by consent is not there before somebody has consented. */
function textProblems(auth: OAuth, maps: DialectConfig["maps"], secrets: ReadonlySet<string>): AuthProblemAt[] {
  const { jwt } = auth;
  const texts: [path: string, text: string | undefined][] = [
    ["token_url", auth.token_url],
    ["authorize_url", auth.authorize_url],
    ["client_id", auth.client_id],
    ["client_secret", auth.client_secret],
    ["refresh_token", auth.refresh_token],
    ["username", auth.username],
    ["password", auth.password],
    ["jwt.private_key", jwt?.private_key],
    ["jwt.issuer", jwt?.issuer],
    ["jwt.subject", jwt?.subject],
    ["jwt.audience", jwt?.audience],
    ["jwt.key_id", jwt?.key_id],
  ];
  return texts.flatMap(([name, text]): AuthProblemAt[] => {
    const path = `auth.${name}`;
    try {
      fillOf(maps, { secrets: {}, now: 0 })(text);
    } catch (error) {
      if (error instanceof DialectProblem) return [{ path, message: error.message }];
      throw error;
    }
    if (name === "refresh_token" && auth.authorize_url !== undefined) return [];
    return secretsIn(text)
      .filter((secret) => !secrets.has(secret))
      .map((secret) => ({ path, message: `{{secret.${secret}}} is not one of the endpoint's credentials` }));
  });
}
