import { describe, expect, it } from "vitest";
import type { Phase } from "../../../schema/lists.ts";
import type { HealthReport } from "../../../schema/rpc/account.ts";
import { AccountBook, command, terms, usd } from "../../support/account-book.ts";
import { SETTINGS } from "./breaker-fixtures.ts";

const ENDPOINTS = [{ ...terms().endpoint, breaker: SETTINGS }];
/** A contract whose leads may try an open post breaker, through endpoint e1. */
const ALLOWED = terms({ contract: { probe_with_lead: true, endpoint_id: "e1" } });
const reported = (book: AccountBook, phase: Phase, counts: Partial<HealthReport>) =>
  book.core.health([{ endpoint_id: "e1", phase, ok: 0, failed: 0, streak: 0, slow: 0, ...counts }], ENDPOINTS);
const failing = (book: AccountBook, phase: Phase, failed = 3) => reported(book, phase, { failed, streak: failed });
const state = (book: AccountBook, phase: Phase) =>
  book.core.view().breakers.find((breaker) => breaker.phase === phase)?.state;
const ask = (book: AccountBook, id: string, own = ALLOWED) => {
  const reply = book.core.reserve(command(id, { terms: own }));
  return reply.kind === "held" ? (reply.probe ? "probe" : "held") : reply.kind === "refused" ? reply.code : reply.kind;
};

/** Open, and its first pause of 10 s just over. */
async function probeable(): Promise<AccountBook> {
  const book = new AccountBook();
  book.core.terms({ contracts: [ALLOWED.contract] });
  failing(book, "post");
  await book.pass(10_000);
  return book;
}

describe("post breaker", () => {
  it("opens by reports, refuses until the pause is over, then lets exactly one through", async () => {
    const book = new AccountBook();
    failing(book, "post", 2);
    expect(ask(book, "r1")).toBe("held");
    failing(book, "post", 1);
    expect(ask(book, "r2")).toBe("breaker_open");
    await book.pass(9_999);
    expect(ask(book, "r3")).toBe("breaker_open");
    await book.pass(1);
    expect(["r4", "r5", "r6"].map((id) => ask(book, id))).toEqual(["probe", "breaker_open", "breaker_open"]);
    expect(ask(book, "r4")).toBe("probe");
  });

  it.each([
    ["a sale", (book: AccountBook) => book.capture("p", usd(10)), "closed", 0],
    ["a reject", (book: AccountBook) => book.core.release("p", "rejected"), "closed", 0],
    ["a duplicate", (book: AccountBook) => book.core.release("p", "duplicate"), "closed", 0],
    ["an unknown", (book: AccountBook) => book.core.doubt("p", 1_000_000), "open", 20_000],
    ["a set-up error", (book: AccountBook) => book.core.release("p", "set_up_error"), "open", 20_000],
    ["not taken", (book: AccountBook) => book.core.release("p", "not_taken"), "open", 10_000],
    ["never dispatched", (book: AccountBook) => book.core.release("p", "not_dispatched"), "open", 0],
  ] as const)("its probe ended by %s", async (_name, settle, expected, pause) => {
    const book = await probeable();
    expect(ask(book, "p")).toBe("probe");
    settle(book);
    expect(state(book, "post")).toBe(expected);
    await book.pass(pause);
    expect(ask(book, "next")).toBe(expected === "closed" ? "held" : "probe");
  });

  it.each([
    ["charged at our risk, at a report or at an operator's word", (book: AccountBook) => book.capture("r1", usd(10))],
    ["given back at a report", (book: AccountBook) => book.core.release("r1", "rejected")],
  ] as const)(
    "goes on counting over a post that was in doubt and is %s: the endpoint answered nothing",
    (_name, settle) => {
      const book = new AccountBook();
      expect(ask(book, "r1")).toBe("held");
      failing(book, "post", 2);
      book.core.doubt("r1", 1_000_000);
      settle(book);
      failing(book, "post", 1);
      expect(state(book, "post")).toBe("open");
    },
  );

  it("takes a probe that nobody settles for a failure", async () => {
    const book = await probeable();
    ask(book, "p");
    await book.pass(30_000);
    expect(book.core.view().breakers).toMatchObject([{ state: "open", until: book.now + 20_000, pauses: 2 }]);
  });

  it("spends no probe on a reservation that is refused for something else", async () => {
    const book = await probeable();
    const full = terms({ contract: { ...ALLOWED.contract, version: 2, caps: [{ per: "day", count: 0 }] } });
    expect(book.core.reserve(command("r1", { terms: full }))).toMatchObject({ code: "cap_reached" });
    expect(state(book, "post")).toBe("open");
  });

  it("opens by rate, and says so", async () => {
    const book = new AccountBook();
    reported(book, "post", { ok: 8, failed: 12 });
    await book.pass(1_000);
    expect(book.rows("breaker_events")).toMatchObject([
      { phase: "post", why: "failure rate 60 % of 20 calls within 60 s" },
    ]);
    expect(book.rows("alerts").map((row) => row.message)).toEqual([
      "post breaker of e1 opened: failure rate 60 % of 20 calls within 60 s",
    ]);
    expect([state(book, "post"), state(book, "ping")]).toEqual(["open", undefined]);
  });

  it("counts an unknown once: the probe's own failure is not heard again as a report", async () => {
    const book = await probeable();
    ask(book, "p");
    book.core.doubt("p", 1_000_000);
    reported(book, "post", { failed: 1, streak: 1, age_ms: 900 });
    expect(book.core.view().breakers).toMatchObject([{ state: "open", pauses: 2 }]);
    book.probe = "up";
    await book.pass(30_000);
    expect(state(book, "post")).toBe("closed");
    reported(book, "post", { failed: 1, streak: 1, age_ms: 30_000 });
    expect(state(book, "post")).toBe("closed");
    // An ordinary lead's unknown is a failure by its report alone.
    ask(book, "r2");
    book.core.doubt("r2", 1_000_000);
    expect(state(book, "post")).toBe("closed");
    await book.pass(10);
    reported(book, "post", { failed: 1, streak: 1, age_ms: 5 });
    expect(state(book, "post")).toBe("open");
  });

  it("counts sales and rejects as successes that end a run of failures", () => {
    const book = new AccountBook();
    ask(book, "r1");
    failing(book, "post", 2);
    book.core.release("r1", "rejected");
    failing(book, "post", 2);
    expect(state(book, "post")).toBe("closed");
  });
});

describe("ping breaker", () => {
  it("probes by itself, once each pause, and closes when the probe is answered", async () => {
    const book = new AccountBook();
    book.probe = "failed";
    failing(book, "ping");
    expect(ask(book, "r1")).toBe("held");
    await book.pass(9_999);
    expect(book.probed).toEqual([]);
    await book.pass(1);
    expect(book.probed).toEqual(["ping e1"]);
    expect(book.core.view().breakers).toMatchObject([{ state: "open", until: book.now + 20_000 }]);
    await book.pass(20_000);
    book.probe = "ok";
    await book.pass(34_999);
    expect(state(book, "ping")).toBe("open");
    await book.pass(1);
    expect([book.probed.length, state(book, "ping")]).toEqual([3, "closed"]);
    await book.pass(600_000);
    expect(book.probed).toHaveLength(3);
  });

  it("makes one probe at a time; one that dies with its object has failed when its lease is over", async () => {
    const book = new AccountBook();
    failing(book, "ping");
    book.now += 10_000;
    let answer: (result: "ok") => void = () => {};
    const slow = () => new Promise<"ok">((resolve) => (answer = resolve));
    const first = book.core.work({ ...book.ports, probes: { ping: slow, post: slow } });
    expect(state(book, "ping")).toBe("half_open");
    await book.pass(59_999);
    expect(book.probed).toEqual([]);
    await book.pass(1);
    expect(book.core.view().breakers).toMatchObject([{ state: "open", until: book.now + 20_000, pauses: 2 }]);
    await book.pass(19_999);
    expect(book.probed).toEqual([]);
    answer("ok");
    await first;
    expect(state(book, "ping")).toBe("open");
    await book.pass(1);
    expect([book.probed, state(book, "ping")]).toEqual([["ping e1"], "closed"]);
  });

  it("does not take an overdue probe's answer for the next probe's", async () => {
    const book = new AccountBook();
    failing(book, "ping");
    const answers: ((result: "ok") => void)[] = [];
    const slow = () => new Promise<"ok">((resolve) => answers.push(resolve));
    const begin = (after: number) => {
      book.now += after;
      return book.core.work({ ...book.ports, probes: { ping: slow, post: slow } });
    };
    const first = begin(10_000);
    await begin(60_000);
    const second = begin(20_000);
    expect([answers.length, state(book, "ping")]).toEqual([2, "half_open"]);
    answers[0]?.("ok");
    await first;
    expect(state(book, "ping")).toBe("half_open");
    answers[1]?.("ok");
    await second;
    expect(state(book, "ping")).toBe("closed");
  });

  it("goes on trial when no probe can be made, and leaves a paused endpoint in peace", async () => {
    const book = new AccountBook();
    book.probe = "unavailable";
    failing(book, "ping");
    const paused = terms({ endpoint: { version: 2, paused: true } }).endpoint;
    book.core.terms({ endpoints: [paused] });
    await book.pass(35_000);
    expect([book.probed, state(book, "ping")]).toEqual([[], "open"]);
    book.core.terms({ endpoints: [{ ...paused, version: 3, paused: false }] });
    await book.pass(10_000);
    expect(state(book, "ping")).toBe("closed");
    failing(book, "ping", 1);
    expect(book.core.view().breakers).toMatchObject([{ state: "open", pauses: 2 }]);
  });

  it("is closed by hand", async () => {
    const book = new AccountBook();
    failing(book, "ping");
    book.core.resetBreaker("e1", "ping", "alice");
    await book.pass(60_000);
    expect([state(book, "ping"), book.probed]).toEqual(["closed", []]);
    expect(book.rows("breaker_events").map((row) => row.why)).toEqual(["3 failures in a row", "reset by alice"]);
  });
});

describe("post breaker without leave to try it with a lead", () => {
  const forbidden = terms();
  const opened = async () => {
    const book = new AccountBook();
    expect(ask(book, "first", forbidden)).toBe("held");
    failing(book, "post");
    return book;
  };

  it.each([
    ["ok", "closed", false],
    ["up", "closed", true],
    ["unavailable", "closed", true],
    ["failed", "open", false],
    ["undecided", "open", false],
  ] as const)("is probed by the object when the pause is over: %s", async (result, expected, trial) => {
    const book = await opened();
    book.probe = result;
    await book.pass(9_999);
    expect([book.probed, ask(book, "r1", forbidden)]).toEqual([[], "breaker_open"]);
    await book.pass(1);
    expect([book.probed, state(book, "post")]).toEqual([["post e1"], expected]);
    expect(ask(book, "r2", forbidden)).toBe(expected === "closed" ? "held" : "breaker_open");
    failing(book, "post", 1);
    expect(state(book, "post")).toBe(trial ? "open" : expected);
  });

  it("admits no lead while its probe is under way, allowed or not", async () => {
    const book = await opened();
    book.now += 10_000;
    const never = () => new Promise<"ok">(() => {});
    void book.core.work({ ...book.ports, probes: { ping: never, post: never } });
    expect(state(book, "post")).toBe("half_open");
    expect([
      ask(book, "r1", forbidden),
      ask(book, "r2", { ...ALLOWED, contract: { ...ALLOWED.contract, version: 2 } }),
    ]).toEqual(["breaker_open", "breaker_open"]);
  });

  it("waits a pause longer where another contract's lead may try it, and then tries by itself", async () => {
    const book = await probeable();
    const other = terms({ contract: { contract_id: "c2", endpoint_id: "e1" } });
    expect(ask(book, "r1", other)).toBe("breaker_open");
    await book.pass(9_999);
    expect([book.probed, state(book, "post")]).toEqual([[], "open"]);
    await book.pass(1);
    expect([book.probed, state(book, "post")]).toEqual([["post e1"], "closed"]);
  });

  it("tries by itself at once where the contract that may is paused or of another endpoint", async () => {
    for (const change of [{ paused: true }, { endpoint_id: "e2" }]) {
      const book = new AccountBook();
      book.core.terms({ contracts: [{ ...ALLOWED.contract, ...change }] });
      failing(book, "post");
      await book.pass(10_000);
      expect(book.probed).toEqual(["post e1"]);
    }
  });

  it("makes none beside a real lead's probe", async () => {
    const book = await probeable();
    expect(ask(book, "p")).toBe("probe");
    await book.pass(29_999);
    expect([book.probed, state(book, "post")]).toEqual([[], "half_open"]);
    await book.pass(1);
    expect(book.core.view().breakers).toMatchObject([{ state: "open", pauses: 2 }]);
  });

  it("tells the operator of an endpoint that only answers once, until a lead has proven it", async () => {
    const book = await opened();
    book.probe = "up";
    await book.pass(10_000);
    failing(book, "post", 1);
    await book.pass(20_000);
    expect(state(book, "post")).toBe("closed");
    await book.pass(1_000);
    expect(book.rows("alerts").map((row) => row.kind)).toEqual(["breaker_opened"]);
    expect(ask(book, "r9", forbidden)).toBe("held");
    book.capture("r9", 100_000);
    await book.pass(5_000);
    expect(book.rows("alerts").map((row) => row.kind)).toEqual(["breaker_opened", "breaker_closed"]);
    expect(book.rows("breaker_events").map((row) => row.why)).toEqual([
      "3 failures in a row",
      "probe without a lead",
      "probe: up, on trial",
      "failed on trial",
      "probe without a lead",
      "probe: up, on trial",
      "success",
    ]);
  });
});

it("every transition reaches the ledger and the snapshots; the operator hears of the first and the last", async () => {
  const book = new AccountBook();
  book.probe = "failed";
  failing(book, "ping");
  await book.pass(1);
  expect(book.status("endpoint", "e1")).toMatchObject({
    ping: { state: "open" },
    post: { state: "closed", until: null },
  });
  await book.pass(10_000);
  book.probe = "ok";
  await book.pass(25_000);
  const rows = book.rows("breaker_events");
  expect(rows.map((row) => row.state)).toEqual(["open", "half_open", "open", "half_open", "closed"]);
  expect(new Set(rows.map((row) => row.id)).size).toBe(5);
  expect(book.rows("alerts").map((row) => row.kind)).toEqual(["breaker_opened", "breaker_closed"]);
  expect(book.status("endpoint", "e1")).toEqual({
    ping: { state: "closed", until: null },
    post: { state: "closed", until: null },
  });
});
