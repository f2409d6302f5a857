import { Buffer } from "node:buffer";
import { createHmac } from "node:crypto";
import type { Signature } from "../../../../schema/config/dialect.ts";
import { fill } from "../expression/value.ts";
import { type Build, BuildFailure } from "./build.ts";
import { type Header, headerText } from "./headers.ts";
import type { RequestLanguage } from "./language.ts";

/** What signatures add to a request: headers, and pairs of the query. */
export interface Signed {
  headers: Header[];
  query: [string, string][];
}
type Sign = (build: Build, onto: Signed) => void;

/** Compiles the signatures of a request. They see its body and address as they are sent. `step`: part of the id where there are more requests. */
export function compileSign(
  list: readonly Signature[],
  path: string,
  language: RequestLanguage,
  step: string | undefined,
): (build: Build) => Signed {
  const none: Sign = () => {};
  const signs = list.map((signature, at) =>
    language.sink.at(
      `${path}.${at}`,
      () =>
        "hmac" in signature ? hmacSign(signature, language) : webhookSign(signature.standard_webhooks, language, step),
      none,
    ),
  );
  return (build) => {
    const signed: Signed = { headers: [], query: [] };
    for (const sign of signs) sign(build, signed);
    return signed;
  };
}

type HmacSignature = Extract<Signature, { hmac: string }>;

function hmacSign(signature: HmacSignature, language: RequestLanguage): Sign {
  const { header, hmac, key_encoding, encode, prefix } = signature;
  const key = language.text(signature.key);
  const over = language.text(signature.over);
  return (build, onto) => {
    const bytes = keyBytes(fill(key, build), key_encoding);
    const value = prefix + createHmac(hmac, bytes).update(fill(over, build)).digest(encode);
    if (header.startsWith("query.")) onto.query.push([header.slice("query.".length), value]);
    else onto.headers.push([header, headerText(value)]);
  };
}

/** A signature with an empty key proves nothing, and would be anybody's. */
function keyBytes(text: string, encoding: HmacSignature["key_encoding"]): Buffer {
  const bytes = Buffer.from(text, encoding === "text" ? "utf8" : encoding);
  if (bytes.length === 0) throw new BuildFailure("sign: the key is missing");
  return bytes;
}

/**
 * Standard Webhooks: HMAC-SHA-256 over id, timestamp and body, one signature for each secret, so that a receiver may know either during
 * a rotation. A secret that is not there is passed over, as long as another is.
 */
function webhookSign(templates: readonly string[], language: RequestLanguage, step: string | undefined): Sign {
  const secrets = templates.map((template) => language.with({ asks: true }).text(template));
  return (build, onto) => {
    const given = secrets.map((secret) => fill(secret, build)).filter((secret) => secret !== "");
    if (given.length === 0) throw new BuildFailure("sign: the secret is missing");
    const id = webhookId(build, step);
    const timestamp = Math.floor(build.now / 1_000);
    const signatures = given.map((secret) => {
      const key = keyBytes(secret.replace(/^whsec_/, ""), "base64");
      return `v1,${createHmac("sha256", key).update(`${id}.${timestamp}.${build.body}`).digest("base64")}`;
    });
    onto.headers.push(
      ["webhook-id", headerText(id)],
      ["webhook-timestamp", String(timestamp)],
      ["webhook-signature", signatures.join(" ")],
    );
  };
}

/** The same message sent again has the same id, so that a receiver can drop it. Other requests are each their own. */
function webhookId({ gateway, nonce }: Build, step: string | undefined): string {
  const { reservation_id } = gateway;
  if (reservation_id === undefined) return `msg_${nonce}`;
  return step === undefined ? reservation_id : `${reservation_id}.${step}`;
}
