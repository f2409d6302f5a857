import { describe, expect, it } from "vitest";
import { conclude } from "../../../worker/auction/settle.ts";
import type { AttemptResult, DeliveryJob, TokenSource } from "../../../worker/buyers/channel.ts";
import type { Dialect, PostFacts } from "../../../worker/buyers/dialect.ts";
import { httpChannel } from "../../../worker/buyers/http-channel.ts";
import { SlotPool } from "../../../worker/buyers/slots.ts";
import { EmulatedPlatform } from "../../support/emulated-platform.ts";
import type { Reply } from "../../support/emulated-transport.ts";
import { fakeDialect, stepAfter, stepBefore } from "../../support/fake-dialect.ts";

const FACTS: PostFacts = {
  fields: { phone: "+15551234567" },
  consent: {},
  bid: { ref: "r1" },
  secrets: { key: "s3cr3t" },
  nonce: "n0",
  gateway: {
    ...{ ping_id: "p1", campaign: "c1", source: "pub", sub_ids: {}, test: false, now: 0 },
    ...{ lead_id: "l1", reservation_id: "r1", price: 100_000 as never },
  },
};

/** Replies by the path's last part, one after the other; the last one stays. */
type Replies = Record<string, Reply[]>;
const said = (result: string, more: object = {}, after_ms = 10): Reply => ({
  after_ms,
  body: JSON.stringify({ result, ...more }),
});

function setUp(replies: Replies, dialect: Partial<Dialect>, changes: Partial<DeliveryJob> = {}) {
  const platform = new EmulatedPlatform(1);
  const paths: string[] = [];
  platform.buyer("buyer.example", ({ url }) => {
    const path = new URL(url).pathname.slice(1);
    paths.push(path);
    const list = replies[path] ?? [];
    return (list.length > 1 ? list.shift() : list[0]) ?? { after_ms: 0, fault: "silent" };
  });
  const slots = new SlotPool();
  const deps = platform.deps();
  const channel = httpChannel(deps, slots, () => ({ ok: true }));
  const job = (): DeliveryJob => ({
    endpoint: {} as DeliveryJob["endpoint"],
    dialect: fakeDialect(dialect),
    facts: FACTS,
    context: { after_unknown: false, idempotent: false },
    timeout_ms: 1_000,
    may_dispatch: () => true,
    ...changes,
  });
  const start = platform.time.now();
  const run = async (): Promise<AttemptResult & { paths: string[]; took: number }> => {
    const result = await platform.time.run(() => channel.attempt(job()));
    expect(slots.free).toBe(6);
    return { ...result, paths, took: platform.time.now() - start };
  };
  return { run, traffic: platform.network.traffic, deps };
}

const steps = (changes: Partial<Dialect["steps"]>): Partial<Dialect> => ({
  steps: { beforePing: [], beforePost: [], afterPost: [], ...changes },
});
const short = ({ outcome, class: cls }: AttemptResult) => `${outcome} ${cls}`;

describe("steps before a post", () => {
  it("carry values on, each after the one before, all in the record", async () => {
    const dialect = steps({
      beforePost: [stepBefore("login"), stepBefore("skipped", { when: () => false }), stepBefore("check")],
    });
    const replies = {
      login: [said("go_on", { session: "abc" })],
      check: [said("go_on", { session: "xyz" })],
      post: [said("accepted", { id: "7" })],
    };
    const { run, traffic } = setUp(replies, dialect);
    const result = await run();
    expect([short(result), result.paths, result.ms]).toEqual(["accepted ok", ["login", "check", "post"], 30]);
    expect(JSON.parse(traffic[2]?.body ?? "")).toMatchObject({
      steps: { login: { session: "abc" }, check: { session: "xyz" } },
    });
    expect(result.request).toMatch(/^\[1 login\]\nPOST .*\n\n\[2 check\]\nPOST .*\n\n\[3 post\]\nPOST /s);
    expect(result.answer).toMatch(/^\[1 login\]\nHTTP 200.*\[2 check\]\nHTTP 200.*\[3 post\]\nHTTP 200/s);
    expect(traffic[2]?.headers.get("idempotency-key")).toBe("r1");
    expect(traffic[0]?.headers.get("idempotency-key")).toBeNull();
  });

  const ROWS: [string, { delivers: boolean; first: Reply; post?: Reply }, string, string[]][] = [
    [
      "no answer to a session",
      { delivers: false, first: { after_ms: 0, fault: "silent" } },
      "not_taken step_failed",
      ["a"],
    ],
    ["no answer to a delivery", { delivers: true, first: { after_ms: 0, fault: "silent" } }, "unknown timeout", ["a"]],
    ["a broken session", { delivers: false, first: { after_ms: 5, fault: "reset" } }, "not_taken step_failed", ["a"]],
    ["a broken delivery", { delivers: true, first: { after_ms: 5, fault: "reset" } }, "unknown transport", ["a"]],
    ["a step's own no", { delivers: false, first: said("rejected") }, "rejected rejected", ["a"]],
    ["wrong credentials", { delivers: false, first: { after_ms: 5, status: 401 } }, "set_up_error auth", ["a"]],
    ["an error page", { delivers: false, first: { after_ms: 5, status: 502 } }, "not_taken step_failed", ["a"]],
    [
      "an error page after a delivery",
      { delivers: true, first: { after_ms: 5, status: 502 } },
      "unknown server",
      ["a"],
    ],
    [
      "no answer to the post after a session",
      { delivers: false, first: said("go_on"), post: { after_ms: 0, fault: "silent" } },
      "unknown timeout",
      ["a", "post"],
    ],
    [
      "a set-up error of the post after a delivery: the buyer may have the lead",
      { delivers: true, first: said("go_on"), post: { after_ms: 5, status: 401 } },
      "unknown auth",
      ["a", "post"],
    ],
  ];
  it.each(ROWS)("%s", async (_, { delivers, first, post }, expected, paths) => {
    const { run } = setUp(
      { a: [first], post: [post ?? said("accepted")] },
      steps({ beforePost: [stepBefore("a", { delivers })] }),
    );
    const result = await run();
    expect([short(result), result.paths]).toEqual([expected, paths]);
    expect(result.took).toBeLessThanOrEqual(1_000);
  });

  it("what an earlier step handed over is not taken back by a later one's refusal", async () => {
    const beforePost = [stepBefore<PostFacts>("a", { delivers: true }), stepBefore<PostFacts>("b")];
    for (const status of [401, 502]) {
      const { run } = setUp({ a: [said("go_on")], b: [{ after_ms: 5, status }] }, steps({ beforePost }));
      expect((await run()).outcome).toBe("unknown");
    }
  });

  it("share the post's time", async () => {
    const beforePost = [stepBefore<PostFacts>("a"), stepBefore<PostFacts>("b")];
    const { run } = setUp({ a: [said("go_on", {}, 700)], b: [said("go_on", {}, 700)] }, steps({ beforePost }));
    const result = await run();
    expect([short(result), result.paths, result.took]).toEqual(["not_taken step_failed", ["a", "b"], 1_000]);
  });

  it.each([
    [false, "not_taken not_dispatched"],
    [true, "unknown timeout"],
  ])("asks before the post whether it may still begin (delivered: %s)", async (delivers, expected) => {
    let asked = 0;
    const { run } = setUp(
      { a: [said("go_on")], post: [said("accepted")] },
      steps({ beforePost: [stepBefore("a", { delivers })] }),
      {
        may_dispatch: () => ++asked === 1,
      },
    );
    const result = await run();
    expect([short(result), result.paths, asked]).toEqual([expected, ["a"], 2]);
  });
});

describe("a step's no while an earlier post of the round is in doubt", () => {
  const inDoubt = { context: { after_unknown: true, idempotent: true } };
  const NO = { outcome: "no_bid", class: "ok", held_for_review: false, carried: {} } as const;
  const doubt = (delivers: boolean, after_unknown: boolean, no: object) =>
    setUp(
      { check: [said("no")] },
      steps({ beforePost: [stepBefore("check", { delivers, read: () => ({ ...NO, ...no }) })] }),
      after_unknown ? inDoubt : {},
    );

  it.each<[string, object]>([
    ["no bid", {}],
    ["rejected", { outcome: "rejected", class: "rejected" }],
  ])("%s says nothing about the earlier post: it stays in doubt, also at an idempotent endpoint", async (_, no) => {
    const result = await doubt(false, true, no).run();
    expect(short(result)).toBe("not_taken step_failed");
    const policy = { idempotent: true, duplicate_after_unknown: "accepted" } as const;
    expect(conclude(result.outcome, true, policy)).toBe("unknown");
  });

  it("it is a no where nothing was sent before, or from the step that hands the lead over", async () => {
    expect(short(await doubt(false, false, {}).run())).toBe("rejected rejected");
    expect(short(await doubt(true, true, { outcome: "rejected", class: "rejected" }).run())).toBe("rejected rejected");
  });
});

describe("steps after a post", () => {
  const poll = (wait_ms: number[]) =>
    steps({ afterPost: [stepAfter("poll", { wait_ms, when: ({ body }) => body.includes("pending") })] });

  it("poll until the outcome is known, in one slot and one record", async () => {
    const replies = {
      post: [said("pending", { id: "9" })],
      poll: [said("pending"), said("pending"), said("accepted", { id: "9" })],
    };
    const { run, traffic } = setUp(replies, poll([100, 200, 200, 200]));
    const result = await run();
    expect([short(result), result.paths, result.took, result.ms]).toEqual([
      "accepted ok",
      ["post", "poll", "poll", "poll"],
      540,
      40,
    ]);
    expect(JSON.parse(traffic[1]?.body ?? "")).toEqual({ answer: { id: "9" } });
    expect(result.answer).toContain("[4 poll]");
    expect(result.buyer_lead_id).toBe("9");
  });

  it("end with the post's time", async () => {
    const { run } = setUp({ post: [said("pending")], poll: [said("pending")] }, poll([400, 400, 400]));
    const result = await run();
    expect([short(result), result.paths]).toEqual(["unknown unreadable", ["post", "poll", "poll"]]);
    expect(result.took).toBeLessThanOrEqual(1_000);
  });

  const SECOND: [string, Reply, Reply, string][] = [
    ["a second post's yes", said("rejected"), said("accepted"), "accepted ok"],
    ["a second post's no", said("rejected"), said("rejected"), "rejected rejected"],
    [
      "no answer to a second post: the buyer may have taken it",
      said("rejected"),
      { after_ms: 0, fault: "silent" },
      "unknown timeout",
    ],
    ["no answer after a yes", said("accepted"), { after_ms: 0, fault: "silent" }, "accepted ok"],
    ["a no after a yes", said("accepted"), said("rejected"), "rejected rejected"],
    ["not found, after a doubt", said("pending"), { after_ms: 5, status: 404 }, "unknown unreadable"],
    ["not now, after a doubt", said("pending"), { after_ms: 5, status: 429 }, "unknown unreadable"],
    ["a refused credential, after a yes", said("accepted"), { after_ms: 5, status: 401 }, "accepted ok"],
    ["a duplicate, after a doubt", said("pending"), said("duplicate"), "unknown unreadable"],
    ["what a rule says, after a doubt", said("pending"), said("never seen"), "not_taken throttled"],
    ["not found, after a no", said("rejected"), { after_ms: 5, status: 404 }, "set_up_error not_found"],
    ["held for review", said("pending"), said("review"), "unknown unreadable"],
  ];
  it.each(SECOND)("%s", async (_, first, second, expected) => {
    const { run } = setUp({ post: [first], more: [second] }, steps({ afterPost: [stepAfter("more")] }));
    expect(short(await run())).toBe(expected);
  });

  it.each<[string, Reply, Reply, string]>([
    ["a no, after a doubt", said("pending"), said("rejected"), "unknown unreadable"],
    ["a yes, after a doubt", said("pending"), said("accepted"), "unknown unreadable"],
    ["a no, after a yes", said("accepted"), said("rejected"), "accepted ok"],
    ["a no, after a no", said("rejected"), said("rejected"), "rejected rejected"],
    ["what a rule says, after a doubt", said("pending"), said("never seen"), "not_taken throttled"],
  ])("with rules of their own: in the usual words alone, %s proves nothing new", async (_, first, second, expected) => {
    const { run } = setUp(
      { post: [first], more: [second] },
      steps({ afterPost: [stepAfter("more", { strict: true })] }),
    );
    expect(short(await run())).toBe(expected);
  });

  it("are not asked when the post had no answer", async () => {
    const { run } = setUp(
      { post: [{ after_ms: 5, fault: "reset" }], more: [said("accepted")] },
      steps({ afterPost: [stepAfter("more")] }),
    );
    expect((await run()).paths).toEqual(["post"]);
  });
});

describe("a token that the buyer does not take", () => {
  const AUTH = { tokenAuth: {} as NonNullable<Dialect["tokenAuth"]> };
  function tokens(next: string | null): TokenSource & { renewals: number } {
    let token = "old-token";
    const source = {
      renewals: 0,
      current: () => ({ access_token: token }),
      renew: async () => {
        source.renewals++;
        token = next ?? token;
        return next !== null;
      },
    };
    return source;
  }
  const refused: Reply = { after_ms: 10, status: 401, body: "{}" };

  it("is renewed once, and the post repeated in the same attempt", async () => {
    const source = tokens("new-token");
    const { run, traffic } = setUp({ post: [refused, said("accepted")] }, AUTH, { tokens: source });
    const result = await run();
    expect([short(result), result.paths, source.renewals]).toEqual(["accepted ok", ["post", "post"], 1]);
    const [first, second] = traffic.map(({ body }) => JSON.parse(body ?? "{}"));
    expect([first.token, second.token]).toEqual(["old-token", "new-token"]);
    expect(first.nonce).not.toBe(second.nonce);
    expect(traffic.map(({ headers }) => headers.get("idempotency-key"))).toEqual(["r1", "r1"]);
    expect(`${result.request}${result.answer}`).not.toMatch(/(old|new)-token/);
  });

  it.each<[string, { next: string | null; replies: Reply[]; may?: () => boolean }, string, number]>([
    ["is not had: the refusal stands", { next: null, replies: [refused] }, "set_up_error auth", 1],
    ["is refused again: not a third time", { next: "b", replies: [refused] }, "set_up_error auth", 2],
  ])("%s", async (_, { next, replies }, expected, posts) => {
    const { run } = setUp({ post: replies }, AUTH, { tokens: tokens(next) });
    const result = await run();
    expect([short(result), result.paths.length]).toEqual([expected, posts]);
  });

  it("repeats nothing where the refusal does not prove that nothing was taken", async () => {
    const dialect = { ...AUTH, tokenRefused: () => true };
    for (const answer of [said("accepted"), said("what?"), { after_ms: 5, status: 500, body: "{}" }]) {
      const { run } = setUp({ post: [answer] }, dialect, { tokens: tokens("b") });
      expect((await run()).paths).toEqual(["post"]);
    }
    const own = setUp({ post: [said("rejected"), said("accepted")] }, dialect, { tokens: tokens("b") });
    expect(short(await own.run())).toBe("accepted ok");
  });

  it("begins no second post when the time for it is over", async () => {
    let asked = 0;
    const { run } = setUp({ post: [refused, said("accepted")] }, AUTH, {
      tokens: tokens("b"),
      may_dispatch: () => ++asked === 1,
    });
    const result = await run();
    expect([short(result), result.paths]).toEqual(["not_taken not_dispatched", ["post"]]);
  });

  it("after a step that delivered, a refused post is no reason to send it again", async () => {
    const dialect = { ...AUTH, ...steps({ beforePost: [stepBefore<PostFacts>("a", { delivers: true })] }) };
    const { run } = setUp({ a: [said("go_on")], post: [refused, said("accepted")] }, dialect, { tokens: tokens("b") });
    expect((await run()).paths).toEqual(["a", "post"]);
  });
});
