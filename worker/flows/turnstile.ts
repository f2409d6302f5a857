import * as z from "zod";
import { dialOne } from "../buyers/http-call.ts";
import type { Deps } from "../deps.ts";

const VERIFY_URL = "https://challenges.cloudflare.com/turnstile/v0/siteverify";
const answerSchema = z.object({ success: z.boolean() });

/** Asks Cloudflare whether a form's Turnstile token is good (a token is good once). Unreachable counts as no. */
export async function verifyTurnstile(deps: Deps, secret: string, token: string, ip: string): Promise<boolean> {
  const body = new URLSearchParams({ secret, response: token, remoteip: ip }).toString();
  const request = {
    method: "POST",
    url: VERIFY_URL,
    headers: [["content-type", "application/x-www-form-urlencoded"]] as [string, string][],
    body,
  };
  const result = await dialOne(deps, { request, timeout_ms: 3_000, max_bytes: 16_000 });
  if (result.kind !== "answer") return false;
  try {
    return answerSchema.parse(JSON.parse(result.body)).success;
  } catch {
    return false;
  }
}
