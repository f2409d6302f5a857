import { describe, expect, it } from "vitest";
import { dialectSchema, type TokenAuth } from "../../../schema/config/dialect.ts";
import { fillOf, readExchange, secretsIn } from "../../../worker/buyers/auth/compile.ts";
import { type Asked, type OAuth, readTokenAnswer, tokenRequest } from "../../../worker/buyers/auth/oauth.ts";
import { authProblems } from "../../../worker/buyers/auth/problems.ts";
import type { WireAnswer } from "../../../worker/buyers/dialect.ts";
import { OAuthServer, type ServerOptions } from "../../support/oauth-server.ts";

const NOW = 1_800_000_000_000;
const SECRETS = { id: "client one", secret: "s3cret&+ü", user: "bo", pass: "pa ss&word", refresh: "refresh-1" };
const request = { url: "https://buyer.example.com/post" };

function dialectWith(auth: Record<string, unknown>) {
  return dialectSchema.parse({ version: 1, auth, post: { request } });
}
const BASE = {
  type: "oauth2",
  token_url: "https://login.example.com/token",
  client_id: "{{secret.id}}",
  client_secret: "{{secret.secret}}",
};
function oauth(changes: object): OAuth {
  const { auth } = dialectWith({ ...BASE, ...changes });
  if (auth?.type !== "oauth2") throw new Error("not oauth2");
  return auth;
}

async function ask(auth: OAuth, asked: Asked, options: ServerOptions = {}, secrets: Record<string, string> = SECRETS) {
  const server = new OAuthServer(options);
  const fill = fillOf({}, { secrets, now: NOW });
  const wire = await tokenRequest(auth, asked, { fill, now: NOW, nonce: "0".repeat(32) });
  const headers = Object.fromEntries(wire.headers);
  const response = await server.token({ url: wire.url, method: wire.method, headers, body: wire.body ?? "" });
  return { wire, server, read: readTokenAnswer({ status: response.status, body: await response.text() }) };
}

async function keyPair(): Promise<{ pem: string; public_key: CryptoKey }> {
  const made = await crypto.subtle.generateKey(
    { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256", modulusLength: 2_048, publicExponent: new Uint8Array([1, 0, 1]) },
    true,
    ["sign", "verify"],
  );
  if (!("privateKey" in made)) throw new Error("no pair");
  const bytes = Buffer.from(await crypto.subtle.exportKey("pkcs8", made.privateKey)).toString("base64");
  const lines = bytes.match(/.{1,64}/g) ?? [];
  return {
    pem: `-----BEGIN PRIVATE KEY-----\n${lines.join("\n")}\n-----END PRIVATE KEY-----`,
    public_key: made.publicKey,
  };
}

describe("token requests, against a strict server", () => {
  const ROWS: [string, object, Asked, ServerOptions][] = [
    ["client credentials in the body", { grant: "client_credentials" }, { grant: "client_credentials" }, {}],
    [
      "client credentials by Basic, form-encoded first",
      { grant: "client_credentials", client_auth: "basic", scope: "leads" },
      { grant: "client_credentials" },
      { auth: "basic" },
    ],
    [
      "a password",
      { grant: "password", username: "{{secret.user}}", password: "{{secret.pass}}" },
      { grant: "password" },
      {},
    ],
    [
      "a refresh token",
      { grant: "refresh_token", refresh_token: "{{secret.refresh}}" },
      { grant: "refresh_token", refresh_token: "refresh-1" },
      {},
    ],
    [
      "a refresh token of a public client",
      { grant: "refresh_token", refresh_token: "{{secret.refresh}}", client_auth: "none", client_secret: undefined },
      { grant: "refresh_token", refresh_token: "refresh-1" },
      { auth: "none" },
    ],
  ];
  it.each(ROWS)("%s", async (_, auth, asked, options) => {
    const { read, server } = await ask(oauth(auth), asked, options);
    expect([read.kind, server.granted]).toEqual(["token", [asked.grant]]);
    expect(read).toMatchObject({ expires_in_s: 3_600 });
  });

  it("a JWT (RS256), also from a PEM with \\n in one line", async () => {
    const { pem, public_key } = await keyPair();
    const jwt = {
      ...{
        private_key: "{{secret.key}}",
        issuer: "issuer-1",
        subject: "bo@example.com",
        audience: "https://login.example.com",
      },
    };
    const auth = oauth({ grant: "jwt_bearer", jwt, client_auth: "none", client_secret: undefined });
    for (const key of [pem, pem.replaceAll("\n", "\\n")]) {
      const { read, wire } = await ask(
        auth,
        { grant: "jwt_bearer" },
        { auth: "none", public_key },
        { ...SECRETS, key },
      );
      expect(read.kind).toBe("token");
      expect(wire.body).not.toContain("client_id");
    }
    const other = await keyPair();
    const forged = await ask(
      auth,
      { grant: "jwt_bearer" },
      { auth: "none", public_key },
      { ...SECRETS, key: other.pem },
    );
    expect(forged.read).toMatchObject({ kind: "refused", code: "invalid_grant" });
  });

  it.each([
    ["-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY-----", "PKCS #1"],
    ["-----BEGIN ENCRYPTED PRIVATE KEY-----\nMII\n-----END ENCRYPTED PRIVATE KEY-----", "passphrase"],
    ["hunter2", "must be PEM"],
    ["-----BEGIN PRIVATE KEY-----\naHVudGVyMg==\n-----END PRIVATE KEY-----", "cannot be read"],
  ])("a key that is none is named, and not shown: %s", async (key, expected) => {
    const jwt = { private_key: "{{secret.key}}", issuer: "issuer-1" };
    const asked = ask(oauth({ grant: "jwt_bearer", jwt }), { grant: "jwt_bearer" }, {}, { ...SECRETS, key });
    await expect(asked).rejects.toThrow(expected);
    await expect(asked).rejects.not.toThrow(/MII|hunter2/);
  });

  it("a part without a value is named", async () => {
    const asked = ask(
      oauth({ grant: "client_credentials" }),
      { grant: "client_credentials" },
      {},
      { id: "client one" },
    );
    await expect(asked).rejects.toThrow("auth.client_secret has no value");
  });
});

describe("a token endpoint's answer", () => {
  const ROWS: [number, string, string][] = [
    [200, '{"access_token":"a","expires_in":"3599"}', "token 3599"],
    [200, '{"access_token":"a"}', "token null"],
    [200, '{"access_token":"a","expires_in":"soon"}', "token null"],
    [200, '{"access_token":""}', "failed"],
    [200, "<html>", "failed"],
    [200, '{"error":"invalid_grant"}', "refused"],
    [400, '{"error":"invalid_grant","error_description":"s3cret"}', "refused"],
    [401, "", "refused"],
    [403, '{"error":"<script>"}', "refused"],
    [400, '{"error":"temporarily_unavailable"}', "failed"],
    [429, "", "failed"],
    [503, '{"error":"invalid_client"}', "failed"],
  ];
  it.each(ROWS)("%d %s", (status, body, expected) => {
    const read = readTokenAnswer({ status, body });
    expect(read.kind === "token" ? `token ${read.expires_in_s}` : read.kind).toBe(expected);
    if (read.kind !== "token")
      expect(read.why).toMatch(/^the token endpoint answered \d{3}( [a-z_]+)?( without an access_token)?$/);
  });
});

describe("an exchange of the buyer's own making", () => {
  const wire = (status: number, body: string): WireAnswer => ({
    ...{ status, body, content_type: "", retry_after: null, location: null },
  });
  function read(changes: object, status: number, body: string) {
    const { auth } = dialectWith({
      type: "exchange",
      request: { url: "https://buyer.example.com/login" },
      token: "data.session",
      ...changes,
    });
    return readExchange({}, auth as Extract<TokenAuth, { type: "exchange" }>, wire(status, body));
  }
  it("reads JSON, XML and text", () => {
    const json = '{"ok":true,"data":{"session":"abc","ttl":"600","host":"https://na1.example.com"}}';
    expect(read({ ok: "ok is true", expires_in_s: "data.ttl", carry: { host: "data.host" } }, 200, json)).toEqual({
      ...{ kind: "token", values: { access_token: "abc", host: "https://na1.example.com" }, expires_in_s: 600 },
    });
    expect(read({ format: "xml", token: "login.token" }, 200, "<login><token>abc</token></login>")).toMatchObject({
      kind: "token",
    });
    expect(read({ format: "text", token: "$text" }, 200, " abc\n")).toMatchObject({ values: { access_token: "abc" } });
  });
  it.each<[object, number, string, string]>([
    [{ ok: "ok is true" }, 200, '{"ok":false,"data":{"session":"abc"}}', "refused"],
    [{}, 401, '{"data":{"session":"abc"}}', "refused"],
    [{}, 200, '{"data":{}}', "failed"],
    [{}, 502, "", "failed"],
  ])("%j %d %s: %s", (changes, status, body, kind) => {
    const result = read(changes, status, body);
    expect(result.kind).toBe(kind);
    expect(JSON.stringify(result)).not.toContain("abc");
  });
});

describe("what is wrong with auth", () => {
  const known = new Set(["id", "secret"]);
  const of = (changes: object) =>
    authProblems(dialectWith({ ...BASE, grant: "client_credentials", ...changes }), known);
  it.each<[string, object, string[]]>([
    ["nothing", {}, []],
    ["a grant without its parts", { grant: "password" }, ["auth.username", "auth.password"]],
    ["no JWT", { grant: "jwt_bearer" }, ["auth.jwt"]],
    ["Basic without a secret", { client_auth: "basic", client_secret: undefined }, ["auth.client_secret"]],
    ["a credential that is not there", { client_secret: "{{secret.other}}" }, ["auth.client_secret"]],
    ["a name that a token's request cannot use", { client_id: "{{zip}}" }, ["auth.client_id"]],
    ["a path that cannot be", { carry: { host: "a..[" } }, ["auth.carry.host"]],
    [
      "a refresh token that is to come",
      { grant: "refresh_token", refresh_token: "{{secret.later}}", authorize_url: "https://login.example.com/a" },
      [],
    ],
    [
      "a refresh token that is not there",
      { grant: "refresh_token", refresh_token: "{{secret.later}}" },
      ["auth.refresh_token"],
    ],
  ])("%s", (_, changes, expected) => {
    expect(of(changes).map(({ path }) => path)).toEqual(expected);
  });
  it("finds the credentials of a text", () => {
    expect(secretsIn("{{secret.a}}:{{secret.b | upper}}")).toEqual(["a", "b"]);
  });
});
