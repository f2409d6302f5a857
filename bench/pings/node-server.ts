import fastify from "fastify";
import { Agent, request } from "undici";

/** What a user would write instead: Fastify, undici's pool, all buyers at once with a timeout, the maximum. */
const [buyers = "", timeout = "100"] = process.argv.slice(2);
const dispatcher = new Agent({ connections: 256, pipelining: 1 });
const app = fastify({ logger: false });

async function bidOf(url: string, body: string): Promise<number> {
  try {
    const headers = { "content-type": "application/json" };
    const answer = await request(url, {
      method: "POST",
      body,
      headers,
      dispatcher,
      signal: AbortSignal.timeout(Number(timeout)),
    });
    return ((await answer.body.json()) as { bid: number }).bid;
  } catch {
    return 0;
  }
}

app.post<{ Querystring: { n: string }; Body: { mark: string } }>("/", async ({ query, body }) => {
  const facts = JSON.stringify({ mark: body.mark, zip: "90210", state: "CA" });
  const urls = Array.from({ length: Number(query.n) }, (_, i) => `${buyers}/b${i}/ping`);
  const bids = await Promise.all(urls.map((url) => bidOf(url, facts)));
  return { best: Math.max(0, ...bids), bids: bids.filter((bid) => bid > 0).length };
});
await app.listen({ host: "127.0.0.1", port: 0 });
const address = app.server.address();
process.send?.({ port: typeof address === "object" ? address?.port : 0 });
process.once("disconnect", () => process.exit(0));
