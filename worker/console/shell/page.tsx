import type { Child } from "hono/jsx";
import type { Identity } from "../../routes/admin/identity.ts";
import type { Problem } from "./api.ts";
import type { ConsoleContext } from "./context.ts";
import { AREAS, type Area } from "./navigation.ts";
import { ViewerContext } from "./viewer.ts";

/** Our own scripts and styles only; no inline script, so that nothing that a lead or a buyer says can run. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const HEADERS = {
  "content-type": "text/html; charset=utf-8",
  "cache-control": "no-store",
  "content-security-policy": POLICY,
  "x-content-type-options": "nosniff",
  "referrer-policy": "same-origin",
};
const HTMX = '{"includeIndicatorCSS":false,"history":"reload"}';

export interface PageOptions {
  title: string;
  area: Area;
  children: Child;
  /** Beside the title: buttons, links. */
  actions?: Child;
  /** The way here, before the title. */
  crumbs?: { href: string; label: string }[];
  /** Scripts of this page alone, under /console/. */
  scripts?: string[];
  /** Told above the page; `?done=word` tells by itself. */
  notice?: { tone: "good" | "bad" | "warn" | "info"; text: Child };
  status?: number;
}

/** A whole page of the console as an answer. */
export function consolePage(c: ConsoleContext, options: PageOptions): Response {
  const { who, zone, now } = c.var;
  return document(
    <ViewerContext.Provider value={{ zone, now, role: who.role }}>
      <Frame who={who} path={new URL(c.req.url).pathname} options={{ ...options, notice: options.notice ?? done(c) }} />
    </ViewerContext.Provider>,
    options.status,
  );
}

/** A piece of a page, for htmx. */
export function fragment(c: ConsoleContext, children: Child, status = 200): Response {
  const { who, zone, now } = c.var;
  const view = <ViewerContext.Provider value={{ zone, now, role: who.role }}>{children}</ViewerContext.Provider>;
  return new Response(String(view), { status, headers: HEADERS });
}

/** A page that is there for what went wrong: what, and what to do. */
export function problemPage(c: ConsoleContext, problem: Problem, area: Area = "overview"): Response {
  const title = problem.status === 404 ? "Not found" : problem.status === 403 ? "Not allowed" : "That did not work";
  return consolePage(c, {
    title,
    area,
    status: problem.status,
    children: (
      <>
        <p>{problem.detail || problem.title || "The gateway could not answer."}</p>
        <ul>
          {problem.errors.map(({ field, message }) => (
            <li>
              <code>{field}</code> {message}
            </li>
          ))}
        </ul>
        <p class="quiet">
          <code>{problem.code}</code>, HTTP {problem.status}: <a href={`/docs/errors#${problem.code}`}>what it means</a>
        </p>
      </>
    ),
  });
}

/** After a change: back to a page that says that it was done. `word` is one of the page's own. */
export function doneAt(c: ConsoleContext, path: string, word: string): Response {
  const url = new URL(path, c.req.url);
  url.searchParams.set("done", word);
  return c.redirect(`${url.pathname}${url.search}${url.hash}`, 303);
}

function done(c: ConsoleContext): PageOptions["notice"] {
  const word = c.req.query("done") ?? "";
  return /^[a-z][a-z ,.'_-]{1,80}$/i.test(word)
    ? { tone: "good", text: `Done: ${word.replaceAll("_", " ")}.` }
    : undefined;
}

export function document(view: Child, status = 200): Response {
  return new Response(`<!doctype html>${String(view)}`, { status, headers: HEADERS });
}

export function Head({ title, scripts = [] }: { title: string; scripts?: string[] }) {
  return (
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <meta name="htmx-config" content={HTMX} />
      <title>{`${title} · Gateway`}</title>
      <link rel="icon" href="/console/icon.svg" type="image/svg+xml" />
      <link rel="stylesheet" href="/console/console.css" />
      {["vendor/htmx.min.js", "console/console.js", ...scripts].map((path) => (
        <script src={`/${path}`} defer></script>
      ))}
    </head>
  );
}

function Frame({ who, path, options }: { who: Identity; path: string; options: PageOptions }) {
  const { title, area, children, actions, crumbs = [], scripts, notice } = options;
  return (
    <html lang="en">
      <Head title={title} scripts={scripts} />
      <body>
        <a class="skip" href="#main">
          Skip to the page
        </a>
        <Navigation area={area} path={path} who={who} />
        <main id="main">
          {crumbs.length > 0 && (
            <nav class="crumbs" aria-label="Breadcrumb">
              {crumbs.map(({ href, label }) => (
                <a href={href}>{label}</a>
              ))}
            </nav>
          )}
          <header class="title">
            <h1>{title}</h1>
            {actions && <div class="actions">{actions}</div>}
          </header>
          {notice && (
            <p class={`notice ${notice.tone}`} role="status">
              {notice.text}
            </p>
          )}
          {children}
        </main>
      </body>
    </html>
  );
}

function Navigation({ area, path, who }: { area: Area; path: string; who: Identity }) {
  return (
    <header class="bar">
      <a class="home" href="/ops">
        Gateway
      </a>
      <search>
        <form class="find" action="/ops/leads" method="get">
          <input
            type="search"
            name="q"
            aria-label="Find a lead or an auction by its id"
            placeholder="Lead or ping id ( / )"
            autocomplete="off"
            spellcheck={false}
          />
        </form>
      </search>
      <button type="button" class="menu" aria-expanded="false" aria-controls="areas">
        Menu
      </button>
      <nav id="areas" aria-label="Areas">
        <ul>
          {AREAS.map((one) => (
            <li>
              <a href={one.path} aria-current={one.area === area ? (one.path === path ? "page" : "true") : undefined}>
                {one.label}
              </a>
            </li>
          ))}
        </ul>
        <div class="who">
          <span>
            {who.author} <small>{who.role}</small>
          </span>
          <form method="post" action="/ops/sign-out">
            <button type="submit" class="link">
              Sign out
            </button>
          </form>
        </div>
      </nav>
    </header>
  );
}
