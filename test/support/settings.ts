/** Secrets of the test runs; nothing real was ever sealed with them. */
export const TEST_OPERATOR_TOKEN = "operator-token-of-the-tests";
export const TEST_BINDINGS = {
  KEYRING: `k1:${Buffer.alloc(32, 7).toString("base64")}`,
  HASH_SECRET: "a-hash-secret-for-the-tests-of-32-characters",
  /** SHA-256 of the token above. */
  ADMIN_TOKENS: JSON.stringify({ tester: "11371aff22562e1c8540b6417a2429007fbbdb4ae0ffda050503b3d77632e972" }),
  LOCAL_MODE: "1",
  PUBLIC_URL: "https://gateway.test/",
  BOOK_SHARDS: "2",
  DIALERS: "20",
};

/** A Worker in place of a client certificate's binding: bids, accepts, and says which way it was reached. */
export const MTLS_STANDIN = `export default {
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname.endsWith("/ping")) return Response.json({ result: "bid", price: 20, ref: "by certificate" });
    return Response.json({ result: "accepted", redirect: "https://buyer.example/by-certificate" });
  },
};`;
