import { expect, test } from "vitest";
import * as z from "zod";
import { Api, query } from "../../../worker/console/shell/api.ts";

const seen: Request[] = [];
const api = new Api(
  async (request) => {
    seen.push(request);
    return Response.json({ at: new URL(request.url).pathname });
  },
  "https://gateway.test",
  { author: "alice", role: "viewer" },
);
const where = z.object({ at: z.string() });

test.each([
  ["/buyers/acme", "/v1/admin/buyers/acme"],
  ["/buyers/acme/pause?x=../y", "/v1/admin/buyers/acme/pause"],
  ["/buyers/../gateway/pause", "/v1/admin/nowhere"],
  ["/buyers/./x", "/v1/admin/nowhere"],
  ["/buyers/%2e%2e/gateway", "/v1/admin/nowhere"],
  ["/buyers/..\\..\\gateway", "/v1/admin/nowhere"],
  ["/buyers/a#b", "/v1/admin/nowhere"],
])("%s goes to %s", async (path, at) => {
  expect(await api.get(path, where)).toEqual({ ok: true, value: { at } });
});

test("an answer of another shape is a problem that names where, and no exception", async () => {
  const answer = await api.get("/buyers", z.object({ items: z.array(z.string()) }));
  expect(answer).toMatchObject({ ok: false, status: 500, problem: { detail: expect.stringContaining("items") } });
});

test("what is not set is not asked for", () => {
  expect(query("/leads", { state: "open", after: undefined, q: "", limit: 5, buyer: null })).toBe(
    "/leads?state=open&limit=5",
  );
  expect(query("/leads", {})).toBe("/leads");
});
