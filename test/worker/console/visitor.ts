import { exports } from "cloudflare:workers";
import { TEST_OPERATOR_TOKEN } from "../../support/settings.ts";

export const ORIGIN = "https://gateway.test";
let cookie = "";

/** The console as an operator's browser meets it, after {@link signIn}. `more`: cookies beside the session's. */
export const open = (path: string, init: RequestInit = {}, more = ""): Promise<Response> =>
  exports.default.fetch(`${ORIGIN}${path}`, {
    redirect: "manual",
    ...init,
    headers: { cookie: `${cookie}${more}`, origin: ORIGIN, ...init.headers },
  });

/** A form that is sent. */
export const send = (path: string, values: Record<string, string> | [string, string][]): Promise<Response> =>
  open(path, {
    method: "POST",
    body: new URLSearchParams(values).toString(),
    headers: { "content-type": "application/x-www-form-urlencoded" },
  });

export async function signIn(): Promise<void> {
  const answer = await send("/ops/sign-in", { token: TEST_OPERATOR_TOKEN });
  cookie = (answer.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
}
