import { describe, expect, it } from "vitest";
import type { ClaimCommand, ClaimReply } from "../../../schema/rpc/book.ts";
import { auction, claim, claimed, ended, later, m, no, PING, sold, testBook, yes } from "./support.ts";

function recorded(changes: Parameters<typeof auction>[0] = {}) {
  const book = testBook();
  book.core.record({ v: 1, batch: "n", auctions: [auction(changes)], late: [], project: [] });
  return book;
}

describe("a ping's first post", () => {
  const rows: [string, Parameters<typeof auction>[0], Partial<ClaimCommand>, number, ClaimReply["kind"]][] = [
    ["alive", {}, {}, 0, "yours"],
    ["in its last millisecond", {}, {}, 120_000, "yours"],
    ["a millisecond too late", {}, {}, 120_001, "expired"],
    ["answered rejected", { result: "rejected", ranked: [] }, {}, 0, "ping_rejected"],
    ["unknown to the book", {}, { ping_id: "p9" }, 0, "no_auction"],
    ["of another publisher", {}, { publisher_id: "other" }, 0, "no_auction"],
    ["with a bid of another ping", {}, { bid_ids: [`${PING}_1`, "p2_1"] }, 0, "bid_unknown"],
    ["with a bid beyond the ranking", {}, { bid_ids: [`${PING}_4`] }, 0, "bid_unknown"],
    ["with its own bids", {}, { bid_ids: [`${PING}_3`] }, 0, "yours"],
  ];
  it.each(rows)("%s: %#", (_name, auctionChanges, command, ms, expected) => {
    const book = recorded(auctionChanges);
    book.pass(ms);
    expect(book.core.claim(claim(command)).kind).toBe(expected);
  });

  it("says whether the ping is another publisher's", () => {
    const book = recorded();
    expect(book.core.claim(claim({ publisher_id: "other" }))).toEqual({ kind: "no_auction", foreign: true });
    expect(book.core.claim(claim({ ping_id: "p9" }))).toEqual({ kind: "no_auction", foreign: false });
    expect(book.core.auction(PING, "other")).toEqual({ kind: "foreign" });
    expect(book.core.auction("p9", "pub")).toEqual({ kind: "none" });
    expect(book.core.stats().open_leads).toBe(0);
  });
});

describe("the plan and its promise", () => {
  const rows: [string, Partial<ClaimCommand>, string[], number][] = [
    ["all bidders, what the ping offered", {}, ["c1", "c2", "c3"], 10],
    ["the chosen, in order of rank", { bid_ids: [`${PING}_3`, `${PING}_2`] }, ["c2", "c3"], 8],
    ["none below what it allows", { allow_below_promise: true }, ["c1", "c2", "c3"], 0],
  ];
  it.each(rows)("%s", (_name, command, contracts, promise) => {
    const { lead } = claimed(command);
    expect(lead.plan.map((bidder) => bidder.contract_id)).toEqual(contracts);
    expect(lead.plan.every((b) => b.status === "untried" && b.round === 1 && b.attempts === 0 && !b.doubt)).toBe(true);
    expect(lead.promise).toBe(m(promise));
    expect(lead).toMatchObject({
      epoch: 1,
      state: "open",
      answer_in_ms: 5_000,
      frozen: null,
      outcome: null,
    });
  });

  it("is a test when the ping or the post is", () => {
    expect(claimed({ test: true }).lead.test).toBe(true);
    const book = recorded({ test: true, forced: "00001" });
    expect(book.core.claim(claim())).toMatchObject({ kind: "yours", lead: { test: true, forced: "00001" } });
  });
});

describe("a ping's further posts", () => {
  it("recognises a lost reply by its owner, and only while nothing was answered", () => {
    const book = claimed();
    book.pass(100);
    expect(book.core.claim(claim())).toMatchObject({ kind: "yours", lead: { epoch: 1 } });
    expect(book.core.claim(claim({ content_hash: "h2" }))).toEqual({ kind: "conflict", lead_id: "l1" });
    book.core.freeze("l1", no);
    expect(book.core.claim(claim())).toMatchObject({ kind: "replay", outcome: no, wrapped_key: "k1:wrapped" });
  });

  it("waits for the first until its answer is due, and not less than zero", () => {
    const book = claimed();
    book.pass(4_000);
    expect(book.core.claim(claim({ owner: "w2", lead_id: "l2" }))).toEqual({
      kind: "wait",
      lead_id: "l1",
      answer_in_ms: 1_000,
    });
    book.pass(4_000);
    expect(book.core.claim(claim({ owner: "w2", lead_id: "l2" }))).toEqual({
      kind: "wait",
      lead_id: "l1",
      answer_in_ms: 0,
    });
  });

  it("replays after the ping has expired, and for ever the same", () => {
    const book = claimed();
    book.core.close(sold(0));
    const first = book.core.claim(claim({ owner: "w2" }));
    expect(first).toMatchObject({ kind: "replay", lead_id: "l1", outcome: { result: "accepted", price: m(10) } });
    book.pass(600_000);
    book.core.freeze("l1", no);
    expect(book.core.claim(claim({ owner: "w3" }))).toEqual(first);
  });

  it("is a conflict with other content, and nothing to another publisher", () => {
    const book = claimed();
    expect(book.core.claim(claim({ owner: "w2", content_hash: "h2" })).kind).toBe("conflict");
    expect(book.core.claim(claim({ owner: "w2", publisher_id: "other" }))).toEqual({
      kind: "no_auction",
      foreign: true,
    });
  });

  it("tells pending until the end, then the end", () => {
    const book = claimed({ mode: "pending" });
    book.core.freeze("l1", later);
    expect(book.core.claim(claim({ owner: "w2" }))).toMatchObject({ kind: "replay", outcome: later });
    book.core.close(sold(0));
    expect(book.core.claim(claim({ owner: "w2" }))).toMatchObject({ outcome: { result: "accepted" } });
  });

  it("a hundred at once: one has it, the others wait for the same lead", () => {
    const book = recorded();
    const replies = Array.from({ length: 100 }, (_, i) => book.core.claim(claim({ owner: `w${i}`, lead_id: `l${i}` })));
    expect(replies.filter((reply) => reply.kind === "yours")).toHaveLength(1);
    expect(replies.slice(1)).toEqual(Array(99).fill({ kind: "wait", lead_id: "l0", answer_in_ms: 5_000 }));
    expect(book.rows("leads")).toHaveLength(1);
    expect(book.rows("auctions").map((row) => row.ping_id)).toEqual([PING]);
  });
});

describe("one step", () => {
  const one = (changes: Partial<ClaimCommand> = {}) =>
    claim({ ping_id: null, aliases: ["content/h1", "idem/k1"], ...changes });

  it("is found again under each of its names, by its own publisher only", () => {
    const book = testBook();
    expect(book.core.claim(one())).toMatchObject({ kind: "yours", lead: { plan: [], promise: 0, ping_id: null } });
    expect(book.core.claim(one({ owner: "w2", lead_id: "l2", aliases: ["content/h1"] }))).toMatchObject({
      kind: "wait",
      lead_id: "l1",
    });
    expect(book.core.claim(one({ owner: "w2", lead_id: "l2", publisher_id: "other" })).kind).toBe("yours");
  });

  it("refuses an idempotency key that was used for something else, also when the content itself is known", () => {
    const book = testBook();
    book.core.claim(one());
    expect(
      book.core.claim(one({ owner: "w2", lead_id: "l2", content_hash: "h2", aliases: ["content/h2", "idem/k1"] })),
    ).toEqual({ kind: "conflict", lead_id: "l1" });
    expect(book.core.claim(one({ owner: "w3", lead_id: "l3", content_hash: "h3", aliases: ["content/h3"] })).kind).toBe(
      "yours",
    );
    expect(book.core.claim(one({ owner: "w4", content_hash: "h3", aliases: ["content/h3", "idem/k1"] }))).toEqual({
      kind: "conflict",
      lead_id: "l1",
    });
  });

  it("remembers a further idempotency key for the same content", () => {
    const book = testBook();
    book.core.claim(one());
    book.core.claim(one({ owner: "w2", lead_id: "l2", aliases: ["content/h1", "idem/k2"] }));
    expect(book.core.claim(one({ owner: "w3", lead_id: "l3", aliases: ["idem/k2"] }))).toMatchObject({
      kind: "wait",
      lead_id: "l1",
    });
  });

  it("gets auction and plan in one go, once, at its own epoch", () => {
    const book = testBook();
    book.core.claim(one());
    expect(book.core.plan("l1", 2, auction({ ping_id: "p7" })).kind).toBe("stale");
    expect(book.core.story("l1")?.auction).toBeNull();
    const planned = book.core.plan("l1", 1, auction({ ping_id: "p7" }));
    expect(planned).toMatchObject({ kind: "planned", lead: { promise: 0, ping_id: null } });
    expect(book.core.plan("l1", 1, auction({ ping_id: "p8" }))).toEqual(planned);
    expect(book.core.story("l1")?.auction?.ping_id).toBe("p7");
    expect(book.rows("auctions").map((row) => row.ping_id)).toEqual(["p7"]);
    expect(book.rows("leads").at(-1)?.ping_id).toBe("p7");
    book.core.close(ended("unsold", 1, "buyers_rejected"));
    expect(book.core.plan("l1", 1, auction({ ping_id: "p8" })).kind).toBe("stale");
  });

  it("refuses what was told: an unknown lead is an error, not an answer", () => {
    const book = testBook();
    expect(() => book.core.freeze("nobody", yes)).toThrow("no lead");
    expect(book.core.lease("nobody", "w1", 1_000)).toEqual({ lead: null, why: "unknown" });
  });
});
