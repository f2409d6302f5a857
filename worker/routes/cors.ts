import type { Form } from "../../schema/config/publisher.ts";

/** Whether a form may be sent from where the request came from, and the headers with which a page's script may read the answer. */
export interface Origin {
  allowed: boolean;
  headers: Record<string, string>;
}

const READABLE = "retry-after, ratelimit-limit, ratelimit-remaining, ratelimit-reset, ratelimit, ratelimit-policy";

/** A form without a list takes any origin. With one, a request that does not say where it comes from is refused. */
export function originOf(form: Form, request: Request): Origin {
  const stated = request.headers.get("origin") ?? refererOrigin(request);
  const allowed = form.allowed_origins.length === 0 || (stated !== null && form.allowed_origins.includes(stated));
  const origin = request.headers.get("origin");
  return {
    allowed,
    headers: {
      vary: "Origin",
      ...(allowed && origin !== null
        ? { "access-control-allow-origin": origin, "access-control-expose-headers": READABLE }
        : {}),
    },
  };
}

/** The answer to a browser's preliminary question. */
export function preflight(origin: Origin): Response {
  return new Response(null, {
    status: 204,
    headers: {
      ...origin.headers,
      "access-control-allow-methods": "POST",
      "access-control-allow-headers": "content-type, accept, idempotency-key",
      "access-control-max-age": "86400",
    },
  });
}

function refererOrigin(request: Request): string | null {
  const url = httpUrl(request.headers.get("referer"));
  return url === null ? null : new URL(url).origin;
}

/** An absolute http(s) address, or null: what a buyer or a browser names may be anything. */
export function httpUrl(text: string | null | undefined): string | null {
  if (!text) return null;
  try {
    const url = new URL(text);
    return url.protocol === "https:" || url.protocol === "http:" ? url.href : null;
  } catch {
    return null;
  }
}
