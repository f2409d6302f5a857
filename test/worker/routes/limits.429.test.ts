import { expect, test } from "vitest";
import { KEY, PING, problemOf, raw, send, world } from "./support.ts";

test("answers carry what is left, and beyond the limit it is 429 until the second is over", async () => {
  const w = world({}, { publisher: { pings_per_second: 2 } });
  const remaining: (string | null)[] = [];
  for (let n = 0; n < 2; n++) remaining.push((await send(w, "/v1/pings", PING)).headers.get("ratelimit-remaining"));
  expect(remaining).toEqual(["1", "0"]);
  const third = await send(w, "/v1/pings", PING);
  expect(third.status).toBe(429);
  expect((await problemOf(third)).code).toBe("rate_limited");
  expect(Object.fromEntries(third.headers)).toMatchObject({
    "retry-after": "1",
    "ratelimit-limit": "2",
    "ratelimit-remaining": "0",
    "ratelimit-reset": "1",
    "ratelimit-policy": '"pings";q=2;w=1',
    ratelimit: '"pings";r=0;t=1',
  });
  expect(w.pings).toHaveLength(2);
  w.clock.now += 1_000;
  expect((await send(w, "/v1/pings", PING)).status).toBe(200);
});

test("pings and posts are counted apart; refusals carry the headers too", async () => {
  const w = world({}, { publisher: { pings_per_second: 1 } });
  await send(w, "/v1/pings", PING);
  const post = await send(w, "/v1/posts", {});
  expect(post.status).toBe(422);
  expect(post.headers.get("ratelimit-remaining")).toBe("0");
});

test("the platform's guard refuses a publisher", async () => {
  const response = await send(world({ rateLimit: (key) => key !== "acme" }), "/v1/pings", PING);
  expect(response.status).toBe(429);
  expect(response.headers.get("retry-after")).toBe("1");
});

test("strangers are limited by address, whatever is wrong with them", async () => {
  const asked: string[] = [];
  const w = world({
    rateLimit: (key, kind) => {
      asked.push(`${kind} ${key}`);
      return kind !== "anonymous";
    },
  });
  const headers = { "cf-connecting-ip": "203.0.113.9" };
  expect((await send(w, "/v1/pings", PING, { key: null, headers })).status).toBe(429);
  expect((await raw(w, "/v1/pings", "{", { ...headers, "content-type": "application/json" })).status).toBe(429);
  expect(
    (await raw(w, "/f/form_nosuchform", "a=1", { ...headers, "content-type": "application/x-www-form-urlencoded" }))
      .status,
  ).toBe(429);
  expect(asked).toEqual(Array.from({ length: 3 }, () => "anonymous ip:203.0.113.9"));
});

test("a guard that is broken lets pass", async () => {
  const w = world({ rateLimit: () => Promise.reject(new Error("away")) });
  expect((await send(w, "/v1/pings", PING, { key: KEY })).status).toBe(200);
});
