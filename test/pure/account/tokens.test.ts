import { describe, expect, it } from "vitest";
import { AccountCore } from "../../../durable-objects/account/core.ts";
import type { TokenOrder } from "../../../durable-objects/account/tokens.ts";
import type { TokenFetched, TokenGrant } from "../../../durable-objects/token-rules.ts";
import { breakerSettingsSchema } from "../../../schema/config/buyer.ts";
import type { NumberedEvent } from "../../../schema/events.ts";
import type { EndpointTerms } from "../../../schema/rpc/account.ts";
import { endpointStatusSchema } from "../../../schema/status.ts";
import { nodeSql } from "../../support/node-sql.ts";

const START = 1_800_000_000_000;
const HOUR = 3_600_000;

/** A buyer's account whose tokens a stand-in fetches: each answer when the test says so. */
function setUp() {
  let now = START;
  const orders: TokenOrder[] = [];
  const answers: (TokenFetched | Promise<TokenFetched>)[] = [];
  const events: NumberedEvent[] = [];
  const core = new AccountCore(
    nodeSql(),
    "acme",
    () => now,
    async (order) => {
      orders.push(order);
      const answer = answers.shift();
      if (!answer) throw new Error("nobody answers");
      return answer;
    },
  );
  const ports = {
    project: async (_object: string, batch: NumberedEvent[]) => {
      events.push(...batch);
      return { refused: [] };
    },
    probes: { ping: async () => "ok" as const, post: async () => "ok" as const },
  };
  const work = async () => {
    for (let n = 0; n < 5 && (core.next() ?? Number.POSITIVE_INFINITY) <= now; n++) await core.work(ports);
  };
  /** Lets time pass as the alarm sees it: everything that is due is done when it is due. */
  const pass = async (ms: number) => {
    const end = now + ms;
    for (let next = core.next(); next !== null && next <= end; next = core.next()) {
      now = Math.max(now, next);
      await work();
    }
    now = end;
  };
  const rows = (table: string) => events.filter((event) => event.table === table).map(({ row }) => row);
  const status = () => {
    const last = rows("status")
      .filter((row) => "kind" in row && row.kind === "endpoint")
      .at(-1);
    return endpointStatusSchema.parse(JSON.parse(last && "body" in last ? String(last.body) : "{}"));
  };
  const terms = (version = 1, changes: Partial<EndpointTerms> = {}) =>
    core.terms({
      endpoints: [
        {
          endpoint_id: "e1",
          version,
          paused: false,
          breaker: breakerSettingsSchema.parse({}),
          tokens: ["live"],
          ...changes,
        },
      ],
    });
  const token = (refused?: number) =>
    core.token({ v: 1, endpoint_id: "e1", test: false, ...(refused === undefined ? {} : { refused }) });
  return { core, orders, answers, work, pass, rows, status, terms, token, time: () => now - START };
}

const granted = (sealed: string, changes: Partial<TokenGrant> = {}): TokenGrant => ({
  kind: "granted",
  sealed,
  lifetime_ms: HOUR,
  version: 1,
  refresh: null,
  ...changes,
});
const kinds = (rows: object[]) => rows.map((row) => ("kind" in row ? row.kind : "?"));

describe("an endpoint's token", () => {
  it("is fetched as soon as the terms want one, told sealed in the status row, and refreshed at about 80 % of its life", async () => {
    const t = setUp();
    t.answers.push(granted("k1.first"), granted("k1.second"));
    t.terms();
    await t.pass(1);
    expect(t.status().token).toEqual({ sealed: "k1.first", serial: 1, expires_at: START + HOUR });
    await t.pass(HOUR * 0.74);
    expect(t.orders).toHaveLength(1);
    await t.pass(HOUR * 0.12);
    expect([t.orders.length, t.status().token?.sealed, t.status().token?.serial]).toEqual([2, "k1.second", 2]);
  });

  it("is fetched once however many ask at once", async () => {
    const t = setUp();
    const { promise, resolve } = Promise.withResolvers<TokenFetched>();
    t.answers.push(promise);
    const asked = Array.from({ length: 50 }, () => t.token());
    resolve(granted("k1.one"));
    const replies = await Promise.all(asked);
    expect(t.orders).toHaveLength(1);
    expect(new Set(replies.map((reply) => (reply.kind === "token" ? reply.sealed : reply.why)))).toEqual(
      new Set(["k1.one"]),
    );
  });

  it("is fetched again when the buyer refused it, only if it is still the one that was refused", async () => {
    const t = setUp();
    t.answers.push(granted("k1.a"), granted("k1.b"));
    t.terms();
    await t.pass(5_000);
    const replies = await Promise.all([t.token(1), t.token(1), t.token(1)]);
    expect(replies.map((reply) => reply.kind === "token" && [reply.sealed, reply.serial])).toEqual(
      Array(3).fill(["k1.b", 2]),
    );
    expect(await t.token(1)).toMatchObject({ sealed: "k1.b" });
    expect(t.orders).toHaveLength(2);
    // One that is refused as soon as it is there is not what is wrong: no fetch after fetch.
    expect(await t.token(2)).toMatchObject({ kind: "none" });
    expect(t.orders).toHaveLength(2);
  });

  it("is told to nobody once it was refused and no other can be had", async () => {
    const t = setUp();
    t.answers.push(granted("k1.a"), { kind: "failed", why: "the token endpoint answered 503" });
    t.terms();
    await t.pass(5_000);
    expect(await t.token(1)).toMatchObject({ kind: "none", why: "failed: the token endpoint answered 503" });
    await t.pass(1_100);
    expect(t.status().token).toBeUndefined();
  });

  it("stays in use while a refresh fails, and the operator hears of it once", async () => {
    const t = setUp();
    t.answers.push(granted("k1.a"));
    t.terms();
    await t.pass(1);
    await t.pass(HOUR * 0.95);
    expect(t.orders.length).toBeGreaterThan(3);
    expect(await t.token()).toMatchObject({ kind: "token", sealed: "k1.a" });
    expect(kinds(t.rows("alerts"))).toEqual(["token_failed"]);
    t.answers.push(granted("k1.b"));
    await t.pass(70_000);
    expect(kinds(t.rows("alerts"))).toEqual(["token_failed", "token_restored"]);
    expect(JSON.stringify(t.rows("alerts"))).not.toContain("k1.");
  });

  it("a refusal of our credentials is told at once, and asked again with growing pauses until the set-up changes", async () => {
    const t = setUp();
    const no: TokenFetched = { kind: "refused", why: "the token endpoint answered 400 invalid_client" };
    t.answers.push(no, no, no);
    t.terms();
    await t.pass(1);
    expect(t.rows("alerts").map((row) => "message" in row && row.message)).toEqual([
      "token of e1 cannot be had: refused: the token endpoint answered 400 invalid_client",
    ]);
    expect(await t.token()).toMatchObject({
      kind: "none",
      why: "refused: the token endpoint answered 400 invalid_client",
    });
    await t.pass(120_000);
    expect(t.orders).toHaveLength(3);
    t.answers.push(granted("k1.mended", { version: 2 }));
    t.terms(2);
    await t.pass(1);
    expect([await t.token(), kinds(t.rows("alerts"))]).toMatchObject([
      { sealed: "k1.mended" },
      ["token_failed", "token_restored"],
    ]);
  });

  it("a rotated refresh token is kept for the next fetch", async () => {
    const t = setUp();
    const refresh = { sealed: "k1.rotated", basis: "b1" };
    t.answers.push(granted("k1.a", { refresh }), granted("k1.b", { refresh: { sealed: "k1.rotated2", basis: "b1" } }));
    t.terms();
    await t.pass(HOUR);
    expect(t.orders.map((order) => order.refresh)).toEqual([null, refresh]);
  });

  it("the old one serves until new credentials have brought another", async () => {
    const t = setUp();
    t.answers.push(granted("k1.old"));
    t.terms();
    await t.pass(1);
    t.terms(2);
    expect(await t.token()).toMatchObject({ sealed: "k1.old" });
    t.answers.push(granted("k1.new", { version: 2 }));
    await t.pass(10_000);
    expect([await t.token(), t.orders.at(-1)?.version]).toMatchObject([{ sealed: "k1.new" }, 2]);
  });

  it("one that was fetched with an older configuration is fetched again soon", async () => {
    const t = setUp();
    t.answers.push(granted("k1.stale", { version: 1 }), granted("k1.right", { version: 2 }));
    t.terms(2);
    await t.pass(40_000);
    expect(await t.token()).toMatchObject({ sealed: "k1.right" });
  });

  it("test credentials have a token of their own", async () => {
    const t = setUp();
    t.answers.push(granted("k1.live"), granted("k1.test"));
    t.terms(1, { tokens: ["live", "test"] });
    await t.pass(1);
    expect(t.orders.map(({ test }) => test)).toEqual([false, true]);
    expect([t.status().token?.sealed, t.status().test_token?.sealed]).toEqual(["k1.live", "k1.test"]);
  });

  it("is forgotten when the endpoint needs none any more, and its count goes on", async () => {
    const t = setUp();
    t.answers.push(granted("k1.a"));
    t.terms();
    await t.pass(1);
    t.terms(2, { tokens: undefined });
    await t.pass(2_000);
    expect([t.status().token, t.core.next()]).toEqual([undefined, null]);
    t.answers.push(granted("k1.b", { version: 3 }));
    t.terms(3);
    await t.pass(1);
    expect(t.status().token?.serial).toBe(2);
  });

  it("a paused endpoint fetches none", async () => {
    const t = setUp();
    t.terms(1, { paused: true });
    await t.pass(HOUR);
    expect(t.orders).toHaveLength(0);
  });
});
