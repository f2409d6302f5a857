import { Webhook } from "standardwebhooks";
import type { Publisher } from "../../schema/config/publisher.ts";
import { formatMoney, toWire } from "../../schema/money.ts";
import type { LeadStory } from "../../schema/rpc/book.ts";
import type { WireRequest } from "../../schema/rpc/dialer.ts";
import { dialOne } from "../buyers/http-call.ts";
import { checkUrl } from "../buyers/url-guard.ts";
import { readId } from "../crypto/ids.ts";
import { openWithRing } from "../crypto/seal.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { postbackOwner } from "./secrets.ts";

/** Seconds between tries; after the last the lead's story shows that the publisher could not be told. */
const PAUSES_S = [5, 30, 120, 600, 3_600, 10_800];
const TIMEOUT_MS = 10_000;

/** Tells a pending publisher how its lead ended. At least once: the receiver tells repetitions by the webhook's id. */
export async function sendPostback(g: Gateway, lead_id: string): Promise<void> {
  const id = readId(g.settings.HASH_SECRET, lead_id, "l");
  if (!id) return;
  const book = g.book(id.shard);
  const story = await book.story(lead_id);
  const publisher = story ? (await g.snapshot()).publisher(story.lead.publisher_id) : undefined;
  if (!story?.lead.postback_due || !story.lead.outcome) return;
  const tries = story.steps.filter((step) => step.step === "postback").length;
  // What cannot be made (a secret that opens no more, say) counts as a try, or it would be tried without an end.
  const ok = publisher?.postback ? await send(g, publisher, publisher.postback, story).catch(() => false) : false;
  const pause = PAUSES_S[tries];
  await book.postbackDone(lead_id, ok, ok || pause === undefined ? null : pause * 1_000);
  g.log({ event: "postback", lead_id, publisher: story.lead.publisher_id, ok, attempt: tries + 1 });
}

async function send(
  g: Gateway,
  publisher: Publisher,
  postback: NonNullable<Publisher["postback"]>,
  story: LeadStory,
): Promise<boolean> {
  const request =
    postback.method === "GET" ? getRequest(postback.url, story) : await signedPost(g, publisher, postback.url, story);
  if (!request || !checkUrl(request.url, { local: g.settings.LOCAL_MODE }).ok) return false;
  const result = await dialOne(g.deps, { request, timeout_ms: TIMEOUT_MS, max_bytes: 64_000 });
  return result.kind === "answer" && result.status >= 200 && result.status < 300;
}

/** `{macro}` in the publisher's URL; values are percent-encoded, and what is no text (half a surrogate pair) must not stop that. */
function getRequest(template: string, { lead }: LeadStory): WireRequest {
  const values: Record<string, string> = {
    lead_id: lead.lead_id,
    result: lead.outcome?.result ?? "",
    code: lead.outcome?.code ?? "",
    price: lead.outcome ? formatMoney(lead.outcome.price) : "",
    click_id: lead.click_id ?? "",
    ...lead.sub_ids,
  };
  const url = template.replace(/\{(lead_id|result|code|price|click_id|sub_id[1-5])\}/g, (_, name: string) =>
    encodeURIComponent((values[name] ?? "").toWellFormed()),
  );
  return { method: "GET", url, headers: [], body: null };
}

/** Signed after Standard Webhooks (webhook-id, webhook-timestamp, webhook-signature). */
async function signedPost(
  g: Gateway,
  publisher: Publisher,
  url: string,
  { lead }: LeadStory,
): Promise<WireRequest | null> {
  if (!publisher.postback_secret_sealed) return null;
  const secret = await openWithRing(await g.ring(), publisher.postback_secret_sealed, postbackOwner(publisher.id));
  const body = JSON.stringify({
    type: "lead.ended",
    lead_id: lead.lead_id,
    ping_id: lead.ping_id,
    result: lead.outcome?.result,
    code: lead.outcome?.code ?? null,
    price: lead.outcome ? toWire(lead.outcome.price) : 0,
    click_id: lead.click_id ?? null,
    ...lead.sub_ids,
    test: lead.test,
  });
  const now = new Date(g.deps.now());
  const headers: [string, string][] = [
    ["content-type", "application/json"],
    ["webhook-id", `lead_${lead.lead_id}`],
    ["webhook-timestamp", String(Math.floor(now.getTime() / 1_000))],
    ["webhook-signature", new Webhook(secret).sign(`lead_${lead.lead_id}`, now, body)],
  ];
  return { method: "POST", url, headers, body };
}
