import type { Hono } from "hono";
import type { OAuthState } from "../crypto/oauth-state.ts";
import type { Exchanged } from "../flows/oauth-setup.ts";
import { readConfig, type StoredConfig } from "../ledger/config-store.ts";
import type { AdminContext } from "./admin/context.ts";
import { sealCredentials } from "./admin/sealed.ts";
import { saveRecord } from "./admin/write.ts";
import { ipOf } from "./limits.ts";

export interface OAuthContext {
  admin: AdminContext;
  /** null: forged, or too old. */
  state(text: string): OAuthState | null;
  exchange(stored: StoredConfig, state: OAuthState, code: string): Promise<Exchanged>;
  rateLimit(ip: string): Promise<boolean>;
}

/** `GET /v1/oauth/callback`: where a buyer's system sends the browser of whoever consented. The state is the whole authority. */
export function oauthCallback<E extends object>(
  app: Hono<{ Bindings: E }>,
  source: (env: E, execution: ExecutionContext) => OAuthContext,
): void {
  app.get("/v1/oauth/callback", async (c) => {
    const ctx = source(c.env, c.executionCtx as ExecutionContext);
    const page = (status: number, title: string, text: string) => pageOf(status, title, text);
    if (!(await ctx.rateLimit(ipOf(c.req.raw)))) return page(429, "Not now", "Too many requests; open it again later.");
    const { state: text = "", code = "", error } = c.req.query();
    const state = ctx.state(text);
    if (!state)
      return page(
        400,
        "Not connected",
        "This link is too old, or none of ours. Begin the set-up again; it lasts ten minutes.",
      );
    if (error !== undefined || code === "" || code.length > 4_000)
      return page(400, "Not connected", "The other side gave no consent. Begin the set-up again.");
    const done = await connect(ctx, state, code);
    return done === null
      ? page(200, "Done", `Endpoint ${state.endpoint_id} has its refresh token. You can close this page.`)
      : page(409, "Not connected", done);
  });
}

/** Stores the refresh token as the endpoint's credential, as a change by whoever began the set-up. null: done. */
async function connect(ctx: OAuthContext, state: OAuthState, code: string): Promise<string | null> {
  const { admin } = ctx;
  const { endpoint_id: id, author, test } = state;
  const stored = await readConfig(admin.db, "endpoint", id);
  if (!stored) return "The endpoint is gone.";
  const exchanged = await ctx.exchange(stored, state, code);
  if (exchanged.kind === "refused") return `It did not work: ${exchanged.why}.`;
  const own = { [exchanged.name]: exchanged.refresh_token };
  const changes = { credentials: test ? undefined : own, test_credentials: test ? own : undefined };
  const saved = await saveRecord(admin, {
    kind: "endpoint",
    id,
    author,
    reason: "OAuth set-up: refresh token by consent",
    build: async (current) => ({
      ok: true,
      value: await sealCredentials(admin, id, (current ?? stored).body, changes, false),
    }),
  });
  return saved.ok ? null : "The token could not be stored; the endpoint's record was refused.";
}

async function pageOf(status: number, title: string, text: string): Promise<Response> {
  const { oauthPage } = await import("./pages/oauth.tsx");
  return oauthPage(status, title, text);
}
