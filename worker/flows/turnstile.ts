import * as z from "zod";
import { parseJson } from "../buyers/dialects/formats/json.ts";
import { dialOne } from "../buyers/http-call.ts";
import type { Deps } from "../deps.ts";

const VERIFY_URL = "https://challenges.cloudflare.com/turnstile/v0/siteverify";
const answerSchema = z.object({ success: z.boolean(), "error-codes": z.array(z.string()).default([]) });

/**
 * Asks Cloudflare whether a form's Turnstile token is good (a token is good once).
 * @throws where it does not say: that is nothing against the person, who may send again.
 */
export async function verifyTurnstile(deps: Deps, secret: string, token: string, ip: string): Promise<boolean> {
  const body = new URLSearchParams({ secret, response: token, remoteip: ip }).toString();
  const request = {
    method: "POST",
    url: VERIFY_URL,
    headers: [["content-type", "application/x-www-form-urlencoded"]] as [string, string][],
    body,
  };
  const result = await dialOne(deps, { request, timeout_ms: 3_000, max_bytes: 16_000 });
  const answer = result.kind === "answer" ? answerSchema.safeParse(parseJson(result.body)).data : undefined;
  // Its own fault, by its own word (Cloudflare: Turnstile, "Error codes").
  if (!answer || answer["error-codes"].includes("internal-error")) throw new Error("Turnstile cannot be asked");
  return answer.success;
}
