/** How a publisher checks a postback's signature (Standard Webhooks), by language; docs/publishers.md shows the same ones. */
export const VERIFIERS = [
  {
    label: "JavaScript",
    language: "js",
    text: `// Node.js
import { createHmac, timingSafeEqual } from "node:crypto";
export function verify(secret, headers, rawBody, now = Date.now() / 1000) {
  const id = headers["webhook-id"], at = headers["webhook-timestamp"];
  if (Math.abs(now - Number(at)) > 300) return false;
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const wanted = createHmac("sha256", key).update(\`\${id}.\${at}.\${rawBody}\`).digest();
  return headers["webhook-signature"].split(" ").some((part) => {
    const given = Buffer.from(part.split(",")[1] ?? "", "base64");
    return part.startsWith("v1,") && given.length === wanted.length && timingSafeEqual(given, wanted);
  });
}`,
  },
  {
    label: "PHP",
    language: "php",
    text: `<?php
function verify(string $secret, array $headers, string $rawBody, ?int $now = null): bool {
  [$id, $at] = [$headers['webhook-id'], $headers['webhook-timestamp']];
  if (abs(($now ?? time()) - (int) $at) > 300) return false;
  $key = base64_decode(preg_replace('/^whsec_/', '', $secret));
  $wanted = 'v1,' . base64_encode(hash_hmac('sha256', "$id.$at.$rawBody", $key, true));
  foreach (explode(' ', $headers['webhook-signature']) as $part) if (hash_equals($wanted, $part)) return true;
  return false;
}`,
  },
  {
    label: "Python",
    language: "python",
    text: `import base64, hashlib, hmac, time
def verify(secret: str, headers: dict, raw_body: bytes, now: float | None = None) -> bool:
    msg_id, at = headers["webhook-id"], headers["webhook-timestamp"]
    if abs((now or time.time()) - int(at)) > 300:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(key, f"{msg_id}.{at}.".encode() + raw_body, hashlib.sha256).digest()
    wanted = "v1," + base64.b64encode(digest).decode()
    return any(hmac.compare_digest(wanted, part) for part in headers["webhook-signature"].split(" "))`,
  },
  {
    label: "C#",
    language: "csharp",
    text: `using System.Security.Cryptography;
using System.Text;

static bool Verify(string secret, IReadOnlyDictionary<string, string> headers, string rawBody)
{
    var (id, at) = (headers["webhook-id"], headers["webhook-timestamp"]);
    if (Math.Abs(DateTimeOffset.UtcNow.ToUnixTimeSeconds() - long.Parse(at)) > 300) return false;
    var key = Convert.FromBase64String(secret.StartsWith("whsec_") ? secret[6..] : secret);
    var wanted = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{id}.{at}.{rawBody}"));
    return headers["webhook-signature"].Split(' ').Any(part =>
        part.StartsWith("v1,") && CryptographicOperations.FixedTimeEquals(wanted, Convert.FromBase64String(part[3..])));
}`,
  },
] as const;
