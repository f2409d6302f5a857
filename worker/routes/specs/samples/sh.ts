import { CONSENT_TIME } from "../least-lead.ts";
import type { Program, Scene } from "./index.ts";
import { curl, jsonArgument } from "./shell.ts";

const NOTED = { [CONSENT_TIME]: "$CONSENT_TIME", PING_ID: "$PING_ID" };
const HEAD = `: "\${KEY:?export KEY=your-api-key first}"
CONSENT_TIME=$(date -u +%Y-%m-%dT%H:%M:%SZ)  # when the consumer agreed`;

export const sh = ({ origin, ping, post, lead }: Scene): Program => ({
  label: "curl",
  language: "sh",
  run: "Paste it into a shell.",
  two_steps: `${HEAD}

# 1. Ping: what would this lead bring?
ANSWER=$(${curl(`${origin}/v1/pings`, jsonArgument(ping, NOTED))})
echo "$ANSWER"
PING_ID=$(printf %s "$ANSWER" | sed -n 's/.*"ping_id":"\\([^"]*\\)".*/\\1/p')

# 2. Post: sell it, before expires_in seconds have passed
${curl(`${origin}/v1/posts`, jsonArgument({ ping_id: "PING_ID", ...post }, NOTED))}
`,
  one_step: `${HEAD}

${curl(`${origin}/v1/leads`, jsonArgument(lead, NOTED), `-H "Idempotency-Key: order-$(date +%s)" `)}
`,
});
