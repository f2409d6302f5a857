import type { IncomingMessage, ServerResponse } from "node:http";
import { formPage, thankYouPage, welcomePage } from "./form.ts";

const HEADERS = {
  "content-type": "text/html; charset=utf-8",
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
};

/** The demo's pages: the consumer's form, and where its browser goes afterwards. `action` is known once the gateway runs. */
export function siteHandler(action: () => string | null): (request: IncomingMessage, response: ServerResponse) => void {
  const pages: Record<string, () => string> = {
    "/": () => formPage(action() ?? ""),
    "/thank-you": thankYouPage,
    "/welcome": welcomePage,
  };
  return (request, response) => {
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    const page = pages[path];
    if (!page) return void response.writeHead(404, { "content-type": "text/plain" }).end("not found\n");
    if (request.method !== "GET" && request.method !== "HEAD")
      return void response.writeHead(405, { allow: "GET, HEAD" }).end();
    if (path === "/" && action() === null)
      return void response.writeHead(503, { "retry-after": "2" }).end("starting\n");
    response.writeHead(200, HEADERS).end(request.method === "HEAD" ? undefined : page());
  };
}
