import type { RequestTemplate, Signature } from "../../../schema/config/dialect.ts";
import { type Block, code, heading, text } from "./blocks.ts";

/** How the buyer proves that a request is ours: each signature, with code that verifies it. No key is in it. */
export function signatureBlocks(request: RequestTemplate): Block[] {
  return request.sign.flatMap((signature) => ("hmac" in signature ? hmacBlocks(signature, request) : webhookBlocks()));
}

type Hmac = Extract<Signature, { hmac: string }>;

const DIGEST: Readonly<Record<string, string>> = { hex: "hex", base64: "base64", base64url: "base64url" };

function hmacBlocks(signature: Hmac, request: RequestTemplate): Block[] {
  const { header, hmac, over, encode, prefix, key_encoding } = signature;
  const place = header.startsWith("query.") ? `the query parameter \`${header.slice(6)}\`` : `the header \`${header}\``;
  const parts = partsOf(over, request);
  const key = key_encoding === "text" ? "KEY" : `Buffer.from(KEY, "${key_encoding}")`;
  return [
    heading(`Signature in ${header}`, 3),
    text(
      `${place.replace(/^t/, "T")} is ${prefix === "" ? "" : `\`${prefix}\` followed by `}the HMAC-${hmac.toUpperCase()} (${encode}) of \`${over.replace(/\{\{(request\.)?/g, "{").replace(/\}\}/g, "}")}\`,`,
      `with the key that we agreed on${key_encoding === "text" ? "" : ` (${key_encoding}-encoded)`}. Take the body as it arrives, before you parse it.`,
    ),
    code(
      [
        'const { createHmac, timingSafeEqual } = require("node:crypto");',
        `function isOurs(headers, rawBody) {`,
        `  const signed = ${parts.map(({ js }) => js).join(" + ") || '""'};`,
        `  const expected = ${JSON.stringify(prefix)} + createHmac("${hmac}", ${key}).update(signed).digest("${DIGEST[encode]}");`,
        `  const given = ${header.startsWith("query.") ? `query[${JSON.stringify(header.slice(6))}]` : `headers[${JSON.stringify(header.toLowerCase())}]`} ?? "";`,
        "  return given.length === expected.length && timingSafeEqual(Buffer.from(given), Buffer.from(expected));",
        "}",
      ].join("\n"),
      "js",
    ),
    code(
      [
        "import base64, hashlib, hmac",
        "def is_ours(headers, raw_body: bytes) -> bool:",
        `    signed = ${parts.map(({ py }) => py).join(" + ") || 'b""'}`,
        `    digest = hmac.new(${key_encoding === "text" ? "KEY.encode()" : key_encoding === "hex" ? "bytes.fromhex(KEY)" : "base64.b64decode(KEY)"}, signed, hashlib.${hmac})`,
        `    expected = ${JSON.stringify(prefix)} + ${PYTHON[encode]}`,
        `    return hmac.compare_digest(headers.get(${JSON.stringify(header)}, ""), expected)`,
      ].join("\n"),
      "python",
    ),
  ];
}

const PYTHON: Readonly<Record<string, string>> = {
  hex: "digest.hexdigest()",
  base64: "base64.b64encode(digest.digest()).decode()",
  base64url: 'base64.urlsafe_b64encode(digest.digest()).decode().rstrip("=")',
};

/** What is signed, piece by piece: the body, what other headers carry, and literal text. */
function partsOf(over: string, { headers }: RequestTemplate): { js: string; py: string }[] {
  const literal = (piece: string) => ({ js: JSON.stringify(piece), py: `${JSON.stringify(piece)}.encode()` });
  return over.split(/(\{\{.*?\}\})/).flatMap((piece) => {
    if (piece === "") return [];
    if (!piece.startsWith("{{")) return [literal(piece)];
    const name = piece.slice(2, -2).trim();
    if (name === "request.body") return [{ js: "rawBody", py: "raw_body" }];
    const carried = Object.entries(headers).find(([, template]) => template.includes(name))?.[0];
    if (carried !== undefined)
      return [
        { js: `headers[${JSON.stringify(carried.toLowerCase())}]`, py: `headers[${JSON.stringify(carried)}].encode()` },
      ];
    return [literal(`<${name}>`)];
  });
}

function webhookBlocks(): Block[] {
  return [
    heading("Signature after Standard Webhooks", 3),
    text(
      "The headers `webhook-id`, `webhook-timestamp` and `webhook-signature` follow the Standard Webhooks specification, for which there are libraries in most languages. During a change of keys the last one holds several signatures: one that fits is enough.",
    ),
    code(
      [
        'const { createHmac, timingSafeEqual } = require("node:crypto");',
        "function isOurs(headers, rawBody) {",
        '  const key = Buffer.from(SECRET.replace(/^whsec_/, ""), "base64");',
        '  const signed = [headers["webhook-id"], headers["webhook-timestamp"], rawBody].join(".");',
        '  const expected = createHmac("sha256", key).update(signed).digest();',
        '  const fresh = Math.abs(Number(new Date) / 1000 - Number(headers["webhook-timestamp"])) < 300;',
        '  return fresh && headers["webhook-signature"].split(" ").some((one) => {',
        '    const given = Buffer.from(one.split(",")[1] ?? "", "base64");',
        "    return given.length === expected.length && timingSafeEqual(given, expected);",
        "  });",
        "}",
      ].join("\n"),
      "js",
    ),
  ];
}
