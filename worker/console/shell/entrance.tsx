import type { Context, MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { sha256Hex } from "../../crypto/hash.ts";
import { deps } from "../../deps.ts";
import type { Settings } from "../../env.ts";
import { identityOf } from "../../routes/admin/auth.ts";
import type { Identity } from "../../routes/admin/identity.ts";
import { accessIdentity } from "./access.ts";
import type { ConsoleApp, ConsoleEnv } from "./context.ts";
import { document } from "./page.tsx";
import { makeSession, readSession, SESSION_MS } from "./session.ts";
import { SignIn } from "./sign-in.tsx";

/** On plain http (one machine) a browser takes no `__Host-` cookie. */
const cookieName = (c: Context): string => (secure(c) ? "__Host-ops" : "ops");
const secure = (c: Context): boolean => new URL(c.req.url).protocol === "https:";
const MOST_TOKEN = 200;
/** Of a sign-in, which everybody may try. */
const MOST_BODY = 10_000;
const small = bodyLimit({ maxSize: MOST_BODY, onError: (c) => c.text("That form is too large.", 413) });

export interface Entrance {
  settingsOf(c: Context): Settings;
  /** False: too many tries from there. */
  allowed(c: Context): Promise<boolean>;
}

/** Signed in by session or by Cloudflare Access. */
export async function whoIs(c: Context, settings: Settings): Promise<Identity | null> {
  const cookie = getCookie(c, cookieName(c));
  const known = cookie === undefined ? null : readSession(settings, cookie, deps().now());
  if (known || settings.ACCESS_TEAM_DOMAIN === "" || settings.ACCESS_AUD === "") return known;
  return accessIdentity(settings, c.req.header("cf-access-jwt-assertion"), deps());
}

/** Everything behind it has a viewer; whoever is not signed in gets the sign-in page, and comes back. */
export function guard(entrance: Entrance): MiddlewareHandler<ConsoleEnv> {
  return async (c, next) => {
    const who = await whoIs(c, entrance.settingsOf(c));
    if (!who) {
      const { pathname, search } = new URL(c.req.url);
      const back = c.req.method === "GET" ? `${pathname}${search}` : "/ops";
      return c.redirect(`/ops/sign-in?next=${encodeURIComponent(back)}`, 303);
    }
    c.set("who", who);
    await next();
  };
}

export function entranceRoutes(app: ConsoleApp, entrance: Entrance): void {
  const page = (c: Context, next: string, wrong: boolean) =>
    document(<SignIn {...{ next, wrong }} access={entrance.settingsOf(c).ACCESS_AUD !== ""} />, wrong ? 401 : 200);
  app.get("/sign-in", (c) => page(c, ownPath(c.req.query("next")), false));
  app.post("/sign-in", small, async (c) => {
    if (!(await entrance.allowed(c))) return c.text("Too many tries from this address; wait ten seconds.", 429);
    const form = await c.req.parseBody();
    const next = ownPath(typeof form.next === "string" ? form.next : undefined);
    const settings = entrance.settingsOf(c);
    const token = typeof form.token === "string" ? form.token.trim().slice(0, MOST_TOKEN) : "";
    const who = identityOf({ tokens: settings.ADMIN_TOKENS, sha256Hex }, token);
    const session = who && makeSession(settings, who.author, deps().now());
    if (!session) return page(c, next, true);
    setCookie(c, cookieName(c), session, {
      path: "/",
      httpOnly: true,
      secure: secure(c),
      sameSite: "Strict",
      maxAge: SESSION_MS / 1_000,
    });
    return c.redirect(next, 303);
  });
  app.post("/sign-out", (c) => {
    deleteCookie(c, cookieName(c), { path: "/", secure: secure(c) });
    return c.redirect("/ops/sign-in", 303);
  });
}

/** Only pages of the console: nobody is sent elsewhere by a link that was given to him. */
const ownPath = (next: string | undefined): string =>
  next !== undefined && /^\/ops(?:[/?][\x21-\x7e]{0,1000})?$/.test(next) ? next : "/ops";
