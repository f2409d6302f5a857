import type { DialectConfig } from "../../../schema/config/dialect.ts";
import type { PostFacts } from "../dialect.ts";
import { Compiler } from "./compiler.ts";
import { postBuild } from "./request/build.ts";

/**
 * Where to ask whether the system that takes posts is up: the post's address without its query. Credentials are filled in only where
 * there is no address without them. A post by GET carries its lead in the address, and many systems answer HEAD as they do GET:
 * there it is the host alone. null: it cannot be told.
 */
export function postAddress(config: DialectConfig, facts: PostFacts): string | null {
  const { method, url, hosts, test } = config.post.request;
  const bare = {
    method,
    url: facts.gateway.test ? (test?.url ?? url) : url,
    hosts,
    headers: {},
    encoding: "json" as const,
    omit: "missing" as const,
    sign: [],
  };
  const build = new Compiler({ ...config, auth: undefined }).request(bare, { kind: "post", path: "post.request" });
  for (const secrets of [{}, facts.secrets]) {
    const built = build({ ...postBuild({ ...facts, secrets }) });
    if (!built.ok || !URL.canParse(built.request.url)) continue;
    const { origin, pathname } = new URL(built.request.url);
    return method === "GET" ? `${origin}/` : `${origin}${pathname}`;
  }
  return null;
}
