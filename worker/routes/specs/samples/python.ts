import type { Program, Scene } from "./index.ts";
import { literal, PYTHON } from "./literals.ts";

const head = ({ origin, timeout_s }: Scene): string => `import json, os, time, urllib.error, urllib.request
from datetime import datetime, timezone

GATEWAY = ${JSON.stringify(origin)}
KEY = os.environ["KEY"]  # your API key


def call(path, body, headers={}):
    """After any doubt (no answer, 429, 5xx) the same request is sent again: nothing is sold twice."""
    for attempt in (1, 2, 3):
        request = urllib.request.Request(
            GATEWAY + path,
            data=json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {KEY}", "Content-Type": "application/json", **headers},
        )
        wait, problem = attempt, "no answer"
        try:
            with urllib.request.urlopen(request, timeout=${timeout_s}) as response:
                return json.load(response)  # result: accepted, rejected or pending
        except urllib.error.HTTPError as error:
            problem = error.read().decode()
            if error.code != 429 and error.code < 500:
                break
            wait = int(error.headers.get("Retry-After", attempt))
        except OSError:
            pass
        time.sleep(wait)
    raise SystemExit(problem)


consent_time = datetime.now(timezone.utc).isoformat()  # when the consumer agreed`;

export const python = (scene: Scene): Program => ({
  label: "Python",
  language: "python",
  run: "Python 3.8 or later, nothing to install: save it as `sell.py`, then `python3 sell.py`.",
  two_steps: `${head(scene)}

ping = call("/v1/pings", ${literal(PYTHON, scene.ping)})
print(ping)

if ping["result"] == "accepted":
    # Before ping["expires_in"] seconds have passed. The price is a promise.
    lead = ${literal(PYTHON, scene.post.lead, 2)}
    print(call("/v1/posts", {"ping_id": ping["ping_id"], "lead": lead}))
`,
  one_step: `${head(scene)}

lead = ${literal(PYTHON, scene.lead)}
print(call("/v1/leads", lead, {"Idempotency-Key": f"order-{time.time_ns()}"}))
`,
});
