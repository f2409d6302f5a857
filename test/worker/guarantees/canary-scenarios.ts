import type { BuyerAnswer, Received, World } from "../../support/world.ts";
import { bids, silent } from "../../support/world.ts";

/** Everything that a buyer got, as it may come back. */
const echoOf = (request: Received): string => `${request.url} ${request.body} ${JSON.stringify(request.headers)}`;

/** An answer that says `result`, and repeats what was sent in every place that somebody might read, store or log. */
export const echo =
  (status: number, result: object): BuyerAnswer =>
  (request) => {
    const all = echoOf(request);
    const ascii = encodeURIComponent(request.body).slice(0, 1_500);
    return new Response(
      JSON.stringify({
        reason: all.slice(0, 400),
        id: request.body.slice(0, 400),
        redirect: `https://buyer.example/thanks?e=${ascii}`,
        echo: all,
        ...result,
      }),
      {
        status,
        headers: {
          "content-type": "application/json",
          "x-echo": ascii,
          location: `https://buyer.example/?${ascii}`,
          ...(status === 429 || status === 503 ? { "retry-after": "1" } : {}),
        },
      },
    );
  };

const page: BuyerAnswer = (request) =>
  new Response(`<html><title>Whoops</title><body>${echoOf(request)}</body></html>`, {
    headers: { "content-type": "text/html" },
  });
const reset: BuyerAnswer = (request) => {
  throw new TypeError(`Network connection lost: ${echoOf(request)}`);
};

/** One answer to the first request of each reservation, another to the rest. */
function afterFirst(first: BuyerAnswer, then: BuyerAnswer): BuyerAnswer {
  const seen = new Set<string>();
  return (request) => {
    const key = request.headers["idempotency-key"] ?? "";
    const answer = seen.has(key) ? then : first;
    seen.add(key);
    return answer(request);
  };
}

/** What the first buyer of each auction does with the post. */
export const POSTS: Record<string, BuyerAnswer> = {
  accepted: echo(200, { result: "accepted" }),
  "accepted for less": echo(200, { result: "accepted", price: 3 }),
  "accepted for more": echo(201, { result: "accepted", price: 99 }),
  rejected: echo(200, { result: "rejected" }),
  duplicate: echo(409, { result: "duplicate" }),
  "not now": echo(429, { result: "busy" }),
  "set-up error": echo(401, { result: "who are you" }),
  "held for review": echo(200, { result: "pending review" }),
  "server error": echo(500, { result: "error" }),
  redirect: echo(302, {}),
  "unreadable page": page,
  reset,
  silent,
  "silent, then accepted": afterFirst(silent, echo(200, { result: "accepted" })),
  "reset, then duplicate": afterFirst(reset, echo(409, { result: "duplicate" })),
  "server error, then rejected": afterFirst(echo(503, {}), echo(200, { result: "rejected" })),
};

/** Buyers by what they do with a ping; `main` outbids `next`, and `next` takes what `main` does not. */
export const PINGS: Record<string, BuyerAnswer> = {
  main: (request) => echo(200, { result: "bid", price: 20, ref: request.body.slice(0, 400) })(request),
  next: bids(20),
  low: (request) => echo(200, { result: "bid", price: 7, ref: JSON.stringify(request.headers).slice(0, 450) })(request),
  no: echo(200, { result: "no" }),
  wrong: echo(200, { result: "bid", price: "12,50" }),
  error: echo(500, { result: "error" }),
  page,
  reset,
  silent,
};

/** Puts the simulated buyers of one campaign into the world; `prefix` keeps campaigns apart. */
export function cast(world: World, prefix: string, post: BuyerAnswer): void {
  for (const [name, ping] of Object.entries(PINGS))
    world.buyers.set(`${prefix}_${name}`, { ping, post: name === "main" ? post : echo(200, { result: "accepted" }) });
}

/** As {@link dialect} of the world, with credentials in both phases and every personal field of the campaign in the post. */
export const greedyDialect = (name: string, fields: string[]) => ({
  version: 1,
  ping: {
    request: {
      url: `http://127.0.0.1/${name}/ping`,
      headers: { "x-api-key": "{{secret.token}}" },
      body: { zip: "{{zip}}", ref: "{{gateway.ping_id}}" },
    },
    answer: {
      rules: [
        { when: { path: "result", equals: "bid" }, outcome: "bid" },
        { when: { path: "result", equals: "no" }, outcome: "no_bid" },
      ],
      price: "price",
      ref: "ref",
      reason: "reason",
    },
  },
  post: {
    request: {
      url: `http://127.0.0.1/${name}/post?phone={{phone}}&token={{secret.token}}`,
      headers: { authorization: "Bearer {{secret.token}}" },
      body: { ref: "{{bid.ref}}", ...Object.fromEntries(fields.map((field) => [field, `{{${field}}}`])) },
    },
    answer: { rules: [], redirect_url: "redirect", price: "price", reason: "reason", buyer_lead_id: "id" },
  },
});
