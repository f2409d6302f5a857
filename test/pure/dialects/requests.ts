import { type DialectInput, dialectSchema } from "../../../schema/config/dialect.ts";
import type { PostFacts } from "../../../worker/buyers/dialect.ts";
import { compileDialect, dialectProblems } from "../../../worker/buyers/dialects/index.ts";
import { postFacts } from "../buyers/dialect-fixtures.ts";

export type Template = DialectInput["post"]["request"];
type Rest = Omit<Partial<DialectInput>, "post"> & { post?: Omit<Partial<DialectInput["post"]>, "request"> };

/** A dialect whose post is the request in question. */
export const postDialect = (request: Partial<Template>, { post, ...rest }: Rest = {}) =>
  dialectSchema.parse({
    version: 1,
    ...rest,
    post: { ...post, request: { url: "https://buyer.example/post", ...request } },
  });

export const facts = (fields: PostFacts["fields"] = {}, changes: Partial<PostFacts> = {}): PostFacts => ({
  ...postFacts,
  fields: { ...postFacts.fields, ...fields },
  ...changes,
});

export const build = (request: Partial<Template>, of: PostFacts = facts(), rest: Rest = {}) =>
  compileDialect(postDialect(request, rest)).buildPost(of);

/** The request that is made; fails the test when none is. */
export function made(request: Partial<Template>, of: PostFacts = facts(), rest: Rest = {}) {
  const result = build(request, of, rest);
  if (!result.ok) throw new Error(result.message);
  const headers = new Map(result.request.headers.map(([name, value]) => [name.toLowerCase(), value]));
  return { ...result.request, text: result.request.body ?? "", header: (name: string) => headers.get(name) };
}

/** The body as JSON. */
export const json = (body: Template["body"], of: PostFacts = facts(), rest: Rest = {}): unknown =>
  JSON.parse(made({ body }, of, rest).text);

export const problems = (request: Partial<Template>, rest: Rest = {}): string[] =>
  dialectProblems(postDialect(request, rest)).map(({ path, message }) => `${path}: ${message}`);
