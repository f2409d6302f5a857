import type { DialectConfig } from "../../../schema/config/dialect.ts";
import type { PostFacts } from "../dialect.ts";
import { postScope } from "./scope.ts";
import { compileUrl } from "./url.ts";

/**
 * Where to ask whether the system that takes posts is up: the post's address without its query. Credentials are filled in only where
 * there is no address without them. A post by GET carries its lead in the address, and many systems answer HEAD as they do GET:
 * there it is the host alone. null: it cannot be told.
 */
export function postAddress({ post: { request } }: DialectConfig, facts: PostFacts): string | null {
  const url = compileUrl(request.url);
  for (const secrets of [{}, facts.secrets]) {
    const built = url(postScope({ ...facts, secrets }));
    if (!built.ok || !URL.canParse(built.url)) continue;
    const { origin, pathname } = new URL(built.url);
    return request.method === "GET" ? `${origin}/` : `${origin}${pathname}`;
  }
  return null;
}
