import { describe, expect, it } from "vitest";
import { endpointSchema } from "../../../schema/config/buyer.ts";
import { fetchToken } from "../../../worker/flows/token-fetch.ts";
import type { Gateway } from "../../../worker/gateway/gateway.ts";
import { dialect } from "../buyers/dialect-fixtures.ts";

const endpointOf = (auth: object | undefined) =>
  endpointSchema.parse({
    id: "e1",
    name: "One",
    buyer_id: "b1",
    dialect: { ...dialect(), ...(auth ? { auth } : {}) },
  });

const OAUTH = {
  type: "oauth2",
  grant: "client_credentials",
  token_url: "{{secret.base}}/token",
  client_id: "{{secret.id}}",
  hosts: ["login.example.com"],
};
const EXCHANGE = {
  type: "exchange",
  request: {
    url: "https://buyer.example.com/session",
    body: { id: "{{secret.id}}" },
    test: { url: "https://sandbox.example.com/session" },
  },
  token: "token",
};

/** A gateway whose snapshot holds the endpoint in one version, with its credentials opened. */
function gatewayWith(auth: object | undefined, version: number | null, secrets: Record<string, string> = {}) {
  const urls: string[] = [];
  const known = version === null ? undefined : { body: endpointOf(auth), version };
  const sealed = { credentials_sealed: { id: "sealed" }, test_credentials_sealed: { id: "sealed" } };
  const endpoint = known && { ...known, body: { ...known.body, ...sealed } };
  const g = {
    snapshot: async () => ({ endpoint: () => endpoint }),
    isolate: { snapshots: { expire: () => {} }, secrets: { get: () => secrets } },
    settings: { LOCAL_MODE: false, HASH_SECRET: "h" },
    deps: {
      now: () => 0,
      bytes: (n: number) => new Uint8Array(n),
      timer: () => () => {},
      fetch: async ({ url }: { url: string }) => {
        urls.push(url);
        return Response.json({ error: "invalid_client" }, { status: 401 });
      },
    },
  };
  return { g: g as unknown as Gateway, urls };
}
const order = (version: number, test = false) => ({ endpoint_id: "e1", test, version, refresh: null });

describe("a configuration that is not there yet", () => {
  it.each<[string, number | null]>([
    ["no endpoint at all", null],
    ["an older version, without a token", 1],
  ])('%s: another try, never "no token is needed", which would forget a rotated refresh token', async (_, version) => {
    expect(await fetchToken(gatewayWith(undefined, version).g, order(2))).toMatchObject({ kind: "failed" });
  });

  it("the wanted version without a token needs none", async () => {
    expect(await fetchToken(gatewayWith(undefined, 2).g, order(2))).toEqual({ kind: "unneeded" });
  });
});

describe("where a token's request goes", () => {
  it("an address that a credential begins is held to the hosts as well", async () => {
    const evil = gatewayWith(OAUTH, 1, { base: "https://login.example.com.evil.example", id: "i" });
    expect(await fetchToken(evil.g, order(1))).toMatchObject({
      kind: "refused",
      why: expect.stringContaining("auth.hosts"),
    });
    expect(evil.urls).toEqual([]);
    const good = gatewayWith(OAUTH, 1, { base: "https://login.example.com", id: "i" });
    expect(await fetchToken(good.g, order(1))).toMatchObject({ kind: "refused" });
    expect(good.urls).toEqual(["https://login.example.com/token"]);
  });

  it("an exchange of the test credentials goes where the request's `test` says", async () => {
    const { g, urls } = gatewayWith(EXCHANGE, 1, { id: "i" });
    await fetchToken(g, order(1));
    await fetchToken(g, order(1, true));
    expect(urls).toEqual(["https://buyer.example.com/session", "https://sandbox.example.com/session"]);
  });
});
