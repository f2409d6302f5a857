import { readFileSync } from "node:fs";
import { Webhook } from "standardwebhooks";
import { expect, it } from "vitest";
import { VERIFIERS } from "../../../worker/routes/specs/samples/verify.ts";

const SECRET = `whsec_${Buffer.from("0123456789abcdef0123456789abcdef").toString("base64")}`;

it("docs/publishers.md shows the same programs as the posting specification", () => {
  const docs = readFileSync(new URL("../../../docs/publishers.md", import.meta.url), "utf8");
  for (const { text } of VERIFIERS) expect(docs).toContain(text);
});

it("the JavaScript one believes a signed postback, and no other", async () => {
  const text = VERIFIERS.find(({ language }) => language === "js")?.text ?? "";
  const { verify } = (await import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(text)}`)) as {
    verify: (secret: string, headers: Record<string, string>, body: string, now: number) => boolean;
  };
  const [at, body] = [1_800_000_000, '{"type":"lead.ended"}'];
  const signature = new Webhook(SECRET).sign("msg_1", new Date(at * 1_000), body);
  const headers = { "webhook-id": "msg_1", "webhook-timestamp": String(at), "webhook-signature": signature };
  expect(verify(SECRET, headers, body, at)).toBe(true);
  expect(verify(SECRET, headers, `${body} `, at)).toBe(false);
  expect(verify(SECRET, headers, body, at + 301)).toBe(false);
});
