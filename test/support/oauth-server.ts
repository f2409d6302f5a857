import { createHash } from "node:crypto";
import type { Received } from "./world.ts";

export interface ServerOptions {
  client_id?: string;
  client_secret?: string;
  /** How the client must name itself. */
  auth?: "basic" | "body" | "none";
  lifetime_s?: number;
  /** Each refresh token works once and is replaced. */
  rotate?: boolean;
  /** SPKI of the key that assertions are signed with. */
  public_key?: CryptoKey;
}

/**
 * An authorization server as RFC 6749, 7523 and 7636 have it, strict about what they say "must": wrong content type, missing or doubled
 * client authentication, unknown or used refresh tokens, a verifier that does not fit are refused.
 */
export class OAuthServer {
  /** Grant types of the requests that were answered with a token, and of those that were refused. */
  readonly granted: string[] = [];
  readonly refused: string[] = [];
  refresh_token = "refresh-1";
  /** A code that a person's consent would bring, with the challenge that it was asked with. */
  code: { code: string; challenge: string; redirect_uri: string } | null = null;
  /** Answers with this in place of a token. */
  broken: Response | null = null;
  down = false;
  private valid = new Set<string>();
  private count = 0;

  constructor(private readonly options: ServerOptions = {}) {}

  /** Does it take this `Authorization` header for a request of its own interface? */
  takes(authorization: string | undefined): boolean {
    return authorization !== undefined && this.valid.has(authorization.replace(/^Bearer /, ""));
  }

  /** Every access token so far is no good any more. */
  revoke(): void {
    this.valid = new Set();
  }

  readonly token = async (request: Received): Promise<Response> => {
    if (this.down) throw new TypeError("Network connection lost.");
    if (this.broken) return this.broken.clone();
    const form = new URLSearchParams(request.body);
    const grant = form.get("grant_type") ?? "";
    const error = (await this.wrong(request, form, grant)) ?? null;
    if (error !== null) {
      this.refused.push(`${grant} ${error}`);
      return Response.json({ error }, { status: error === "invalid_client" ? 401 : 400 });
    }
    this.granted.push(grant);
    const access_token = `access-${++this.count}-${"x".repeat(20)}`;
    this.valid.add(access_token);
    const rotates = grant === "authorization_code" || (grant === "refresh_token" && this.options.rotate);
    if (rotates) this.refresh_token = `refresh-${this.count + 100}`;
    const { lifetime_s = 3_600 } = this.options;
    const more = rotates ? { refresh_token: this.refresh_token } : {};
    return Response.json({
      access_token,
      token_type: "Bearer",
      expires_in: lifetime_s,
      instance_url: "https://eu7.example.com",
      ...more,
    });
  };

  private async wrong(request: Received, form: URLSearchParams, grant: string): Promise<string | null> {
    if (request.method !== "POST" || request.headers["content-type"] !== "application/x-www-form-urlencoded")
      return "invalid_request";
    if ([...form.keys()].some((name) => form.getAll(name).length > 1)) return "invalid_request";
    if (!this.isClient(request.headers.authorization, form)) return "invalid_client";
    switch (grant) {
      case "client_credentials":
        return null;
      case "password":
        return form.get("username") === "bo" && form.get("password") === "pa ss&word" ? null : "invalid_grant";
      case "refresh_token":
        return form.get("refresh_token") === this.refresh_token ? null : "invalid_grant";
      case "authorization_code":
        return this.codeFits(form) ? null : "invalid_grant";
      case "urn:ietf:params:oauth:grant-type:jwt-bearer":
        return (await this.assertionHolds(form.get("assertion") ?? "")) ? null : "invalid_grant";
      default:
        return "unsupported_grant_type";
    }
  }

  private isClient(authorization: string | undefined, form: URLSearchParams): boolean {
    const { client_id = "client one", client_secret = "s3cret&+ü", auth = "body" } = this.options;
    const basic = authorization === undefined ? null : /^Basic (.+)$/.exec(authorization)?.[1];
    const decoded = (text: string) => new URLSearchParams(`t=${text}`).get("t");
    if (auth === "basic") {
      const [id = "", secret = ""] = Buffer.from(basic ?? "", "base64")
        .toString("utf8")
        .split(":");
      return decoded(id) === client_id && decoded(secret) === client_secret && !form.has("client_secret");
    }
    if (authorization !== undefined) return false;
    return auth === "none" || (form.get("client_id") === client_id && form.get("client_secret") === client_secret);
  }

  private codeFits(form: URLSearchParams): boolean {
    const { code } = this;
    this.code = null;
    const challenge = createHash("sha256")
      .update(form.get("code_verifier") ?? "")
      .digest("base64url");
    return (
      code !== null &&
      form.get("code") === code.code &&
      challenge === code.challenge &&
      form.get("redirect_uri") === code.redirect_uri
    );
  }

  private async assertionHolds(assertion: string): Promise<boolean> {
    const [head = "", body = "", signature = ""] = assertion.split(".");
    const json = (part: string): Record<string, unknown> => JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
    if (!this.options.public_key || json(head).alg !== "RS256") return false;
    const { iss, sub, aud, exp, iat } = json(body);
    const fresh = typeof exp === "number" && typeof iat === "number" && exp > iat && exp - iat <= 300;
    const says = iss === "issuer-1" && sub === "bo@example.com" && aud === "https://login.example.com" && fresh;
    const bytes = new Uint8Array(Buffer.from(signature, "base64url"));
    return (
      says &&
      crypto.subtle.verify(
        "RSASSA-PKCS1-v1_5",
        this.options.public_key,
        bytes,
        new TextEncoder().encode(`${head}.${body}`),
      )
    );
  }
}
