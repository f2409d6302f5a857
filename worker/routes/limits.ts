import type { Publisher } from "../../schema/config/publisher.ts";
import type { LimitKind, PublicContext } from "./context.ts";
import { refuse } from "./refuse.ts";

const WINDOW_MS = 1_000;
/** Publishers times kinds; far above any real number. When it is passed, counting starts anew. */
const MAX_WINDOWS = 20_000;

/** Headers of every answer to a publisher, and whether the request is within its limit. */
export interface Allowance {
  ok: boolean;
  headers: Record<string, string>;
}

/** Counts per publisher and kind in one isolate, by the second. The platform's binding guards against floods across isolates. */
export class RateWindows {
  private readonly windows = new Map<string, { began: number; count: number }>();

  take(publisher: Pick<Publisher, "id" | "pings_per_second">, kind: LimitKind, now: number): Allowance {
    const key = `${publisher.id}/${kind}`;
    let window = this.windows.get(key);
    if (!window || now - window.began >= WINDOW_MS || now < window.began) {
      if (this.windows.size >= MAX_WINDOWS) this.windows.clear();
      window = { began: now, count: 0 };
      this.windows.set(key, window);
    }
    window.count++;
    const limit = publisher.pings_per_second;
    const remaining = Math.max(0, limit - window.count);
    const reset = Math.max(1, Math.ceil((window.began + WINDOW_MS - now) / 1_000));
    return { ok: window.count <= limit, headers: rateHeaders(kind, limit, remaining, reset) };
  }
}

/** The three separate fields that clients read today, and the two structured ones of the current IETF draft. */
function rateHeaders(kind: LimitKind, limit: number, remaining: number, reset: number): Record<string, string> {
  return {
    "ratelimit-limit": String(limit),
    "ratelimit-remaining": String(remaining),
    "ratelimit-reset": String(reset),
    "ratelimit-policy": `"${kind}";q=${limit};w=${WINDOW_MS / 1_000}`,
    ratelimit: `"${kind}";r=${remaining};t=${reset}`,
  };
}

/** A broken guard lets pass: it is there for floods, never for exactness. */
export async function withinFlood(
  ctx: Pick<PublicContext, "rateLimit">,
  key: string,
  kind: LimitKind,
): Promise<boolean> {
  try {
    return await ctx.rateLimit(key, kind);
  } catch {
    return true;
  }
}

export function tooMany(headers: Record<string, string> = {}): Response {
  return refuse("rate_limited", { headers: { ...headers, "retry-after": headers["ratelimit-reset"] ?? "10" } });
}

/** The caller's address as the platform saw it. */
export const ipOf = (request: Request): string => request.headers.get("cf-connecting-ip") ?? "unknown";
