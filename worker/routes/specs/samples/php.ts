import type { Program, Scene } from "./index.ts";
import { literal, PHP } from "./literals.ts";

const head = ({ origin, timeout_s }: Scene): string => `<?php
const GATEWAY = ${literal(PHP, origin)};
$key = getenv('KEY'); // your API key

// After any doubt (no answer, 429, 5xx) the same request is sent again: nothing is sold twice.
function call(string $path, array $body, array $headers = []): array {
  global $key;
  for ($attempt = 1; ; $attempt++) {
    $wait = $attempt;
    $curl = curl_init(GATEWAY . $path);
    curl_setopt_array($curl, [
      CURLOPT_POST => true,
      CURLOPT_RETURNTRANSFER => true,
      CURLOPT_TIMEOUT => ${timeout_s},
      CURLOPT_HTTPHEADER => array_merge(["Authorization: Bearer $key", 'Content-Type: application/json'], $headers),
      CURLOPT_POSTFIELDS => json_encode($body, JSON_THROW_ON_ERROR),
      CURLOPT_HEADERFUNCTION => function ($_, string $line) use (&$wait): int {
        if (preg_match('/^retry-after:\\s*(\\d+)/i', $line, $found)) $wait = (int) $found[1];
        return strlen($line);
      },
    ]);
    $text = curl_exec($curl);
    $status = (int) curl_getinfo($curl, CURLINFO_RESPONSE_CODE);
    $answer = json_decode((string) $text, true);
    if ($status === 200 && is_array($answer)) return $answer; // result: accepted, rejected or pending
    $again = $text === false || $status === 429 || $status >= 500;
    if (!$again || $attempt === 3) throw new RuntimeException($text ?: 'no answer');
    sleep($wait);
  }
}

$consentTime = gmdate('Y-m-d\\TH:i:s\\Z'); // when the consumer agreed`;

export const php = (scene: Scene): Program => ({
  label: "PHP",
  language: "php",
  run: "PHP 7.4 or later with its curl extension: save it as `sell.php`, then `php sell.php`.",
  two_steps: `${head(scene)}

$ping = call('/v1/pings', ${literal(PHP, scene.ping)});
print_r($ping);

if ($ping['result'] === 'accepted') {
  // Before $ping['expires_in'] seconds have passed. The price is a promise.
  print_r(call('/v1/posts', [
    'ping_id' => $ping['ping_id'],
    'lead' => ${literal(PHP, scene.post.lead, 2)},
  ]));
}
`,
  one_step: `${head(scene)}

$lead = ${literal(PHP, scene.lead)};
print_r(call('/v1/leads', $lead, ['Idempotency-Key: order-' . hrtime(true)]));
`,
});
