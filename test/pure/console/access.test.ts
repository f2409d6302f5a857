import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT } from "jose";
import { beforeAll, describe, expect, test } from "vitest";
import { accessIdentity, roleOf } from "../../../worker/console/shell/access.ts";
import { realDeps } from "../../../worker/deps.ts";

const NOW = 1_800_000_000_000;
const deps = { ...realDeps, now: () => NOW };
const TEAM = "acme.cloudflareaccess.com";
const AUDIENCE = "f".repeat(64);
const settings = {
  ACCESS_TEAM_DOMAIN: TEAM,
  ACCESS_AUD: AUDIENCE,
  ACCESS_ROLES: { "alice@example.com": "admin", "*@example.com": "viewer" } as const,
};

let ours: CryptoKey;
let theirs: CryptoKey;
let keys: ReturnType<typeof createLocalJWKSet>;
beforeAll(async () => {
  const pair = await generateKeyPair("RS256");
  ours = pair.privateKey;
  theirs = (await generateKeyPair("RS256")).privateKey;
  keys = createLocalJWKSet({ keys: [{ ...(await exportJWK(pair.publicKey)), kid: "k1", alg: "RS256" }] });
});

interface Claims {
  email?: string;
  issuer?: string;
  audience?: string;
  expires?: number;
  key?: CryptoKey;
}
function assertion(claims: Claims): Promise<string> {
  return new SignJWT({ email: claims.email ?? "alice@example.com" })
    .setProtectedHeader({ alg: "RS256", kid: "k1" })
    .setIssuer(claims.issuer ?? `https://${TEAM}`)
    .setAudience(claims.audience ?? AUDIENCE)
    .setExpirationTime(NOW / 1_000 + (claims.expires ?? 600))
    .sign(claims.key ?? ours);
}

test.each([
  ["alice@example.com", { author: "alice@example.com", role: "admin" }],
  ["Alice@Example.com", { author: "alice@example.com", role: "admin" }],
  ["bob@example.com", { author: "bob@example.com", role: "viewer" }],
  ["mallory@elsewhere.com", null],
  ["", null],
])("%s", async (email, identity) => {
  expect(await accessIdentity(settings, await assertion({ email }), deps, keys)).toEqual(identity);
});

describe("is nobody's", () => {
  test.each<[string, Claims]>([
    ["another team", { issuer: "https://other.cloudflareaccess.com" }],
    ["another application", { audience: "e".repeat(64) }],
    ["out of date", { expires: -1 }],
  ])("%s", async (_, claims) => {
    expect(await accessIdentity(settings, await assertion(claims), deps, keys)).toBeNull();
  });
  test("another key", async () => {
    expect(await accessIdentity(settings, await assertion({ key: theirs }), deps, keys)).toBeNull();
  });
  test.each([undefined, "", "a.b.c"])("%s", async (text) => {
    expect(await accessIdentity(settings, text, deps, keys)).toBeNull();
  });
});

test("without a domain's entry only the addresses that are named", () => {
  expect(roleOf({ "alice@example.com": "admin" }, "bob@example.com")).toBeNull();
  expect(roleOf({ "*@example.com": "viewer" }, "x@evil.example.com")).toBeNull();
});
