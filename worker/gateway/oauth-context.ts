import { endpointSchema } from "../../schema/config/buyer.ts";
import type { Env } from "../env.ts";
import { consentState, exchangeCode } from "../flows/oauth-setup.ts";
import type { OAuthContext } from "../routes/oauth.ts";
import { adminContext } from "./contexts.ts";
import { realGateway } from "./real.ts";

/** What the answer to a consent may use, wired to the flows. */
export function oauthContext(env: Env, execution: ExecutionContext): OAuthContext {
  const g = realGateway(env, execution);
  return {
    admin: adminContext(env, execution),
    state: (text) => consentState(g, text),
    exchange: async (stored, state, code) => {
      const endpoint = endpointSchema.safeParse(stored.body);
      if (!endpoint.success) return { kind: "refused", why: "the endpoint's record is outdated: save it again" };
      return exchangeCode(g, { endpoint: endpoint.data, version: stored.version }, state, code);
    },
    rateLimit: async (ip) => (await env.FLOOD_ANONYMOUS.limit({ key: `anonymous/ip:${ip}` })).success,
  };
}
