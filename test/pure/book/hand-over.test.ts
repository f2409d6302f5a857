import { describe, expect, it } from "vitest";
import type { CloseCommand } from "../../../schema/rpc/book.ts";
import { claim, claimed, ended, later, sold, testBook } from "./support.ts";

describe("postback", () => {
  const rows: [string, boolean, boolean, CloseCommand, boolean][] = [
    ["told pending, sold", true, true, sold(0), true],
    ["told pending, unsold", true, true, ended("unsold", 1), true],
    ["told pending, resting", true, true, ended("review", 1), false],
    ["ended before any answer", true, false, sold(0), false],
    ["not wanted", false, true, sold(0), false],
  ];
  it.each(rows)("%s", (_name, wants_postback, frozen, command, due) => {
    const book = claimed({ mode: "pending", wants_postback });
    if (frozen) book.core.freeze("l1", later);
    book.core.close(command);
    expect(book.core.story("l1")?.lead.postback_due).toBe(due);
    expect(book.core.book.due.ready(book.now(), 9).filter((row) => row.kind === "postback")).toHaveLength(due ? 1 : 0);
  });

  it("is tried again when it is said, and an alert when given up", () => {
    const book = claimed({ mode: "pending", wants_postback: true });
    book.core.freeze("l1", later);
    book.core.close(sold(0));
    book.core.postbackDone("l1", false, 30_000);
    expect(book.core.story("l1")?.lead.postback_due).toBe(true);
    book.core.postbackDone("l1", false, null);
    expect(book.core.story("l1")?.lead.postback_due).toBe(false);
    expect(book.rows("alerts").map((row) => row.kind)).toEqual(["postback_failed"]);
    book.core.postbackDone("l1", true, null);
    expect(book.core.story("l1")?.steps.filter((step) => step.step === "postback")).toHaveLength(2);
  });
});

describe("consumer", () => {
  const key = "enam-07:abc";
  const DAY = 86_400_000;
  it("belongs to the first lead until that frees it", () => {
    const { core, pass } = testBook();
    expect(core.consumer(key, "l1", null)).toEqual({ kind: "yours", owner: "l1", sold_ago_ms: null });
    expect(core.consumer(key, "l1", null).kind).toBe("yours");
    expect(core.consumer(key, "l2", null)).toEqual({ kind: "taken", owner: "l1", sold_ago_ms: null });
    core.settleConsumer(key, "l2", null);
    pass(400 * DAY);
    expect(core.consumer(key, "l2", "l9").kind).toBe("taken");
    expect(core.consumerSold(key, DAY)).toBe(true);
    core.settleConsumer(key, "l1", null);
    expect(core.consumerSold(key, DAY)).toBe(false);
    expect(core.consumer(key, "l2", null).kind).toBe("yours");
  });

  it("stays sold for its window, and no longer", () => {
    const { core, pass } = testBook();
    core.consumer(key, "l1", null);
    core.settleConsumer(key, "l1", 30 * DAY);
    core.settleConsumer(key, "l1", null);
    pass(30 * DAY - 1);
    expect(core.consumer(key, "l2", null)).toEqual({ kind: "taken", owner: "l1", sold_ago_ms: 30 * DAY - 1 });
    expect([core.consumerSold(key, 30 * DAY), core.consumerSold(key, 7 * DAY)]).toEqual([true, false]);
    pass(1);
    expect(core.consumer(key, "l2", null).kind).toBe("yours");
  });

  it("is replaced only while the named owner has it, and not when it was sold just now", () => {
    const { core, pass } = testBook();
    core.consumer(key, "l1", null);
    expect(core.consumer(key, "l2", "l1")).toEqual({ kind: "yours", owner: "l2", sold_ago_ms: null });
    expect(core.consumer(key, "l3", "l1")).toMatchObject({ kind: "taken", owner: "l2" });
    core.settleConsumer(key, "l2", 30 * DAY);
    expect(core.consumer(key, "l3", "l2").kind).toBe("taken");
    pass(2 * DAY);
    expect(core.consumer(key, "l3", "l2").kind).toBe("yours");
  });
});

describe("lease and defer", () => {
  it("is taken over when it has run out, with a new epoch", () => {
    const book = claimed();
    expect(book.core.lease("l1", "w1", 18_000)).toMatchObject({ lead: { epoch: 1 } });
    expect(book.core.lease("l1", "w2", 18_000)).toEqual({ lead: null, why: "leased", retry_in_ms: 18_000 });
    book.pass(18_000);
    expect(book.core.lease("l1", "w2", 18_000)).toMatchObject({ lead: { epoch: 2 } });
    expect(book.core.lease("l1", "w2", 18_000)).toMatchObject({ lead: { epoch: 2 } });
    expect(book.core.lease("l1", "w1", 18_000)).toMatchObject({ why: "leased" });
    expect(book.core.claim(claim({ owner: "w1" })).kind).toBe("wait");
    book.core.close(sold(0));
    expect(book.core.lease("l1", "w3", 1)).toEqual({ lead: null, why: "ended" });
  });

  it("waits for its time after a defer, within a second", () => {
    const book = claimed({ mode: "pending" });
    expect(book.core.defer("l1", 2, 8_000)).toBe(false);
    expect(book.core.defer("l1", 1, 8_000)).toBe(true);
    expect(book.core.lease("l1", "w2", 1)).toEqual({ lead: null, why: "not_due", retry_in_ms: 8_000 });
    book.pass(7_000);
    expect(book.core.lease("l1", "w2", 1)).toMatchObject({ lead: { epoch: 2 } });
    expect(book.core.defer("l1", 1, 8_000)).toBe(false);
  });
});
