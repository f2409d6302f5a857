import type { Program, Scene } from "./index.ts";
import { JAVASCRIPT, literal } from "./literals.ts";

const head = ({ origin, timeout_s }: Scene): string => `const GATEWAY = ${JSON.stringify(origin)};
const KEY = process.env.KEY; // your API key

// After any doubt (no answer, 429, 5xx) the same request is sent again: nothing is sold twice.
async function call(path, body, headers = {}) {
  for (let attempt = 1; ; attempt++) {
    const response = await fetch(GATEWAY + path, {
      method: "POST",
      headers: { authorization: \`Bearer \${KEY}\`, "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(${timeout_s * 1_000}),
    }).catch(() => null);
    const answer = await response?.json().catch(() => null);
    if (response?.ok && answer) return answer; // result: accepted, rejected or pending
    const again = !response || response.status === 429 || response.status >= 500;
    if (!again || attempt === 3) throw new Error(answer ? JSON.stringify(answer, null, 2) : "no answer");
    const seconds = Number(response?.headers.get("retry-after") ?? attempt);
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  }
}

const consentTime = new Date().toISOString(); // when the consumer agreed`;

export const javascript = (scene: Scene): Program => ({
  label: "JavaScript",
  language: "js",
  run: "Node.js 18 or later: save it as `sell.mjs`, then `node sell.mjs`.",
  two_steps: `${head(scene)}

const ping = await call("/v1/pings", ${literal(JAVASCRIPT, scene.ping)});
console.log(ping);

if (ping.result === "accepted") {
  // Before ping.expires_in seconds have passed. The price is a promise.
  const post = await call("/v1/posts", {
    ping_id: ping.ping_id,
    lead: ${literal(JAVASCRIPT, scene.post.lead, 2)},
  });
  console.log(post);
}
`,
  one_step: `${head(scene)}

const lead = ${literal(JAVASCRIPT, scene.lead)};
console.log(await call("/v1/leads", lead, { "idempotency-key": \`order-\${Date.now()}\` }));
`,
});
