import type { Context } from "hono";
import * as z from "zod";
import { fieldNameSchema } from "../../../schema/config/common.ts";
import type { StoredConfig } from "../../ledger/config-store.ts";
import { problem } from "../problem.ts";
import { etag } from "./answers.ts";
import { iso, no, type Read, readBodyAs, reasonSchema } from "./body.ts";
import type { AdminApp, AdminEnv } from "./context.ts";
import { secretSchema } from "./kinds.ts";
import { ifMatchOf, storedOf } from "./records.ts";
import { sealCredentials } from "./sealed.ts";
import { saveRecord } from "./write.ts";

const group = z.record(fieldNameSchema, secretSchema).optional();

/** Which credentials change. `null` takes one away. */
export const credentialsSchema = z
  .strictObject({
    credentials: group.meta({ description: "By name, in plain; sealed at once and never shown again." }),
    test_credentials: group.meta({ description: "What test leads use in their place." }),
    reason: reasonSchema.optional(),
  })
  .refine((body) => body.credentials !== undefined || body.test_credentials !== undefined, {
    path: ["credentials"],
    message: "name credentials or test_credentials",
  });

export const credentialsAnswerSchema = z.object({
  id: z.string(),
  version: z.number(),
  author: z.string(),
  updated_at: z.string(),
  credentials: z.array(z.string()),
  test_credentials: z.array(z.string()),
  at_buyer: z.boolean().optional().meta({ description: "The buyer's object has the change already." }),
});

export const startOAuthSchema = z.strictObject({
  test: z.boolean().default(false).meta({ description: "For the test credentials." }),
});
export const startedOAuthSchema = z.object({
  authorize_url: z.string(),
  state: z.string(),
  redirect_uri: z.string(),
  expires_at: z.string(),
});

type C = Context<AdminEnv>;
type Groups = Record<"credentials" | "test_credentials", Record<string, string | null> | undefined>;

/** An endpoint's credentials by themselves: what is named is changed (PATCH), or becomes all that there is (PUT). */
export function credentialRoutes(app: AdminApp): void {
  app.get("/endpoints/:id/credentials", show);
  app.patch("/endpoints/:id/credentials", (c) => change(c, false));
  app.put("/endpoints/:id/credentials", (c) => change(c, true));
  app.post("/endpoints/:id/oauth/start", start);
}

const missing = () => no(404, "not_found", "there is no such endpoint");

async function show(c: C): Promise<Response> {
  const stored = await storedOf(c, "endpoint");
  return stored ? c.json(answerOf(stored), 200, etag(stored.version)) : missing().response;
}

async function change(c: C, whole: boolean): Promise<Response> {
  const [body, expect] = [await readBodyAs(c, credentialsSchema), ifMatchOf(c)];
  if (!body.ok) return body.response;
  if (!expect.ok) return expect.response;
  const { ctx, author } = c.var;
  const id = c.req.param("id") ?? "";
  const { reason, ...groups } = body.value;
  const saved = await saveRecord(ctx, {
    kind: "endpoint",
    id,
    author,
    reason: reason ?? "credentials changed",
    expect: expect.value,
    build: async (current): Promise<Read<Record<string, unknown>>> =>
      current ? { ok: true, value: await sealCredentials(ctx, id, current.body, groups as Groups, whole) } : missing(),
  });
  if (!saved.ok) return saved.response;
  const { stored, at_buyer } = saved.value;
  const extra = at_buyer === undefined ? {} : { at_buyer };
  return c.json({ ...answerOf(stored), ...extra }, 200, etag(stored.version));
}

const names = (sealed: unknown): string[] =>
  typeof sealed === "object" && sealed !== null ? Object.keys(sealed).sort() : [];

function answerOf({ id, version, author, updated_at, body }: StoredConfig) {
  return {
    id,
    version,
    author,
    updated_at: iso(updated_at),
    credentials: names(body.credentials_sealed),
    test_credentials: names(body.test_credentials_sealed),
  };
}

/** Where a person consents, so that the endpoint gets its refresh token. */
async function start(c: C): Promise<Response> {
  const body = await readBodyAs(c, startOAuthSchema);
  if (!body.ok) return body.response;
  const { ctx, author } = c.var;
  const stored = await storedOf(c, "endpoint");
  if (!stored) return missing().response;
  if (!ctx.startOAuth) return problem(503, "unavailable", "this gateway cannot begin an OAuth set-up");
  const started = await ctx.startOAuth(stored, { author, test: body.value.test });
  if (started.kind === "refused") return problem(409, "oauth_not_possible", started.why);
  const { kind: _, expires_at, ...rest } = started;
  return c.json({ ...rest, expires_at: iso(expires_at) }, 200, { "cache-control": "no-store" });
}
