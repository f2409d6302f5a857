import { raw } from "hono/html";
import type { Child } from "hono/jsx";

const STYLE = `
:root{color-scheme:light dark;--line:#8884;--soft:#8881;--link:#0b62c4;--on-link:#fff;--ground:#fff;--text:#16191f}
@media (prefers-color-scheme:dark){:root{--link:#7db7ff;--on-link:#10151c;--ground:#14181e;--text:#e8ebf0}}
*{box-sizing:border-box}html{background:var(--ground);color:var(--text)}
body{font:16px/1.55 system-ui,sans-serif;margin:0 auto;padding:2rem 1.2rem 4rem;max-width:60rem}
h1{font-size:1.7rem;line-height:1.2;margin:0 0 .6rem}h2{font-size:1.2rem;margin:2.2rem 0 .5rem}
a{color:var(--link)}code,pre{font:.86em/1.5 ui-monospace,monospace}
code{background:var(--soft);padding:.1em .3em;border-radius:4px;overflow-wrap:anywhere}
pre{background:var(--soft);border:1px solid var(--line);border-radius:6px;padding:.8rem 1rem;overflow:auto}pre code{background:none;padding:0;overflow-wrap:normal}
table{border-collapse:collapse;width:100%;font-size:.93rem}th,td{text-align:left;vertical-align:top;padding:.45rem .7rem .45rem 0;border-bottom:1px solid var(--line)}
tr:target{background:#fd03}nav{margin:0 0 1.6rem}nav a{margin-right:1rem}
.swagger-ui{background:#fff;color-scheme:light;border-radius:6px;padding:.1rem 0}
@media (max-width:40rem){body>table tr,body>table td{display:block}body>table tr:has(th){display:none}body>table tr{padding:.6rem 0;border-bottom:1px solid var(--line)}body>table td{padding:.1rem 0;border:0}body>table td[data-label]::before{content:attr(data-label) ": ";font-weight:600}}`;

/** Only our own scripts; styles inline because they are ours too. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

export interface PageProps {
  title: string;
  head?: Child;
  children: Child;
}

export function Page({ title, head, children }: PageProps) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{title}</title>
        <link rel="icon" href="/console/icon.svg" type="image/svg+xml" />
        {head}
        <style>{raw(STYLE)}</style>
      </head>
      <body>{children}</body>
    </html>
  );
}

export function Navigation() {
  return (
    <nav>
      <a href="/">Gateway</a>
      <a href="/docs">API</a>
      <a href="/docs/errors">Codes</a>
      <a href="/specs">Posting specifications</a>
      <a href="/status">Status</a>
      <a href="/openapi.json">openapi.json</a>
    </nav>
  );
}

/** A page as an answer. */
export function page(
  element: { toString(): string | Promise<string> },
  status = 200,
  headers: Record<string, string> = {},
): Response {
  return new Response(`<!doctype html>${String(element)}`, {
    status,
    headers: {
      "cache-control": "no-store",
      ...headers,
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": POLICY,
      "x-content-type-options": "nosniff",
      "referrer-policy": "strict-origin-when-cross-origin",
    },
  });
}
