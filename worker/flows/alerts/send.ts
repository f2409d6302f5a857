import { Webhook } from "standardwebhooks";
import type { AlertChannel } from "../../../schema/config/alerting.ts";
import type { Notice } from "../../../schema/rpc/alerts.ts";
import type { WireRequest } from "../../../schema/rpc/dialer.ts";
import type { Sent } from "../../alerts/notices.ts";
import { payloadOf, plainText, slackOf, subjectOf } from "../../alerts/text.ts";
import { dialOne } from "../../buyers/http-call.ts";
import { openWithRing } from "../../crypto/seal.ts";
import { within } from "../../deps.ts";
import { channelSecretOwner, guardOf, hookUrlOwner } from "../secrets.ts";
import type { AlertContext } from "./context.ts";

const TIMEOUT_MS = 10_000;
/** Of an answer nothing is read but its status. */
const MOST_BYTES = 64_000;

const no = (why: string): Sent => ({ ok: false, why });

/** One try to hand over a notice. Never throws; `why` names neither address nor secret. Repeats carry the same id. */
export async function sendNotice(c: AlertContext, notice: Notice, channel: AlertChannel): Promise<Sent> {
  const sent = await handOver(c, notice, channel).catch(() => no("it could not be made ready: save the channel again"));
  c.g.deps.crash("notice_sent");
  c.g.log({
    event: "notice",
    notice: notice.id,
    channel: channel.id,
    ok: sent.ok,
    attempt: notice.tries,
    alerts: notice.items.length,
  });
  return sent;
}

function handOver(c: AlertContext, notice: Notice, channel: AlertChannel): Promise<Sent> {
  switch (channel.type) {
    case "email":
      return mail(c, notice, channel);
    case "webhook":
      return webhook(c, notice, channel);
    case "slack":
      return slack(c, notice, channel);
  }
}

const placesOf = ({ g }: AlertContext) => ({ public_url: g.settings.PUBLIC_URL });

async function mail(c: AlertContext, notice: Notice, { from, to }: AlertChannel): Promise<Sent> {
  if (!c.mail) return no("the Worker has no binding for e-mail (send_email)");
  if (from === undefined || to === undefined) return no("the channel names no sender or no receiver");
  const message = {
    from,
    to,
    subject: subjectOf(notice),
    text: plainText(notice, placesOf(c)),
    // The message's own id is the platform's to give; a repeat is known by this one.
    headers: { "X-Notice-Id": notice.id },
  };
  return within(c.g.deps, TIMEOUT_MS, c.mail(message)).then(
    (): Sent => ({ ok: true }),
    (error: unknown) => no(`e-mail was not taken: ${nameOf(error)}`),
  );
}

/** The binding's own words name addresses. */
const nameOf = (error: unknown): string => {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return code === "" ? (error instanceof Error ? error.name : "failure") : code.slice(0, 60);
};

async function webhook(c: AlertContext, notice: Notice, { id, url, secret_sealed }: AlertChannel): Promise<Sent> {
  if (url === undefined || secret_sealed === undefined) return no("the channel has no url or no secret");
  const secret = await openWithRing(await c.g.ring(), secret_sealed, channelSecretOwner(id));
  const body = JSON.stringify(payloadOf(notice, placesOf(c)));
  const now = new Date(c.g.deps.now());
  const headers: [string, string][] = [
    ["content-type", "application/json"],
    ["webhook-id", notice.id],
    ["webhook-timestamp", String(Math.floor(now.getTime() / 1_000))],
    ["webhook-signature", new Webhook(secret).sign(notice.id, now, body)],
  ];
  return dial(c, { method: "POST", url, headers, body });
}

async function slack(c: AlertContext, notice: Notice, { id, hook_url_sealed }: AlertChannel): Promise<Sent> {
  if (hook_url_sealed === undefined) return no("the channel has no hook_url");
  const url = await openWithRing(await c.g.ring(), hook_url_sealed, hookUrlOwner(id));
  const body = JSON.stringify(slackOf(notice, placesOf(c)));
  return dial(c, { method: "POST", url, headers: [["content-type", "application/json"]], body });
}

async function dial({ g }: AlertContext, request: WireRequest): Promise<Sent> {
  const verdict = guardOf(g)(request.url);
  if (!verdict.ok) return no(`the address may not be called: ${verdict.message}`);
  const result = await dialOne(g.deps, { request, timeout_ms: TIMEOUT_MS, max_bytes: MOST_BYTES });
  // The status is the answer; a body that is too large or breaks off after it changes nothing.
  const status = result.kind === "answer" ? result.status : result.kind === "failed" ? result.status : undefined;
  if (status !== undefined && status >= 200 && status < 300) return { ok: true };
  if (status !== undefined) return no(`it answered ${status}`);
  return no(result.kind === "timeout" ? `no answer within ${TIMEOUT_MS / 1_000} s` : "the connection failed");
}
