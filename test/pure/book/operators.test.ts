import { describe, expect, it } from "vitest";
import type { ReopenCommand } from "../../../schema/rpc/book.ts";
import { attempt, auction, bid, claimed, ended, later, no, sold, type TestBook, yes } from "./support.ts";
import { world } from "./world.ts";

const lead = (book: TestBook) => book.core.story("l1")?.lead;
const statuses = (book: TestBook) => lead(book)?.plan.map((b) => [b.contract_id, b.status]);

const reopen = (to: ReopenCommand["to"], changes: Partial<ReopenCommand> = {}): ReopenCommand => ({
  v: 1,
  lead_id: "l1",
  author: "op",
  reason: "asked by phone",
  to,
  accept_risk: false,
  in_ms: 0,
  ...changes,
});
const same = reopen({ kind: "same" });
const others = reopen({ kind: "others" });
const contract = (rank: number) => reopen({ kind: "contract", bid: bid(rank, 9, "op") });

/** c1 in doubt after three requests, c2 wrongly set up, c3 refused for its cap; the lead rests. */
function resting(changes: { mode?: "pending" | "final"; state?: "review" | "parked"; doubt?: boolean } = {}): TestBook {
  const book = claimed({ mode: changes.mode ?? "pending" });
  const { core } = book;
  core.advance("l1", 1, { index: 0, round: 1, attempt: 3 });
  core.evidence("l1", attempt(0, { outcome: "unknown", class: "unreadable", attempt: 3 }));
  core.settle({ v: 1, lead_id: "l1", epoch: 1, index: 0, status: changes.doubt === false ? "rejected" : "unknown" });
  core.advance("l1", 1, { index: 1, round: 1, attempt: 1 });
  core.settle({ v: 1, lead_id: "l1", epoch: 1, index: 1, status: "set_up_error" });
  core.settle({ v: 1, lead_id: "l1", epoch: 1, index: 2, status: "refused", refusal: "cap_reached" });
  if (changes.mode !== "final") core.freeze("l1", later);
  core.close(ended(changes.state ?? "review", 1));
  return book;
}

describe("reopen: refused", () => {
  const rows: [string, () => TestBook, ReopenCommand, string][] = [
    ["no such lead", () => claimed(), { ...same, lead_id: "l9" }, "not_found"],
    ["it moves", () => claimed(), same, "not_resting"],
    ["it ended", () => having((b) => b.core.close(sold(0))), same, "not_resting"],
    ["its publisher was told no", () => resting({ mode: "final" }), same, "told_rejected"],
    ["somebody may have it", () => resting(), others, "in_doubt"],
    ["somebody may have it, a contract", () => resting(), contract(7), "in_doubt"],
    ["this very contract may have it", () => resting(), { ...contract(1), accept_risk: true }, "in_doubt"],
    [
      "nobody to ask again",
      () => having((b) => b.core.close(ended("review", 1)), claimed({ mode: "pending" })),
      same,
      "nobody_left",
    ],
    ["its content is gone", () => having(() => {}, erased()), same, "erased"],
    [
      "ended at our risk and contested since: only for a verdict",
      () => having((b) => [b.core.freeze("l1", yes), b.core.close(ended("unsold", 1)), b.core.close(sold(0))]),
      same,
      "not_resting",
    ],
  ];
  it.each(rows)("%s", (_name, make, command, why) => {
    const book = make();
    const before = lead(book);
    expect(book.core.reopen(command)).toEqual({ kind: "refused", why });
    expect(lead(book)).toEqual(before);
  });
});

function having(change: (book: TestBook) => unknown, book: TestBook = claimed()): TestBook {
  change(book);
  return book;
}
const erased = () => having((book) => book.core.erase("l1", "op"), resting());

describe("reopen", () => {
  it("same: asks again with new attempts, an unknown under its key, a set-up error in a new round", () => {
    const book = resting();
    expect(book.core.reopen(same)).toEqual({ kind: "reopened", epoch: 2 });
    // The second was asked beside the first one's doubt.
    expect(lead(book)).toMatchObject({ state: "open", rest: null, stalls: 0, risk_flag: true });
    expect(lead(book)?.plan).toMatchObject([
      { status: "unknown", round: 1, attempts: 0, asked: 0, doubt: true },
      { status: "untried", round: 2, attempts: 0, doubt: false },
      { status: "refused" },
    ]);
    expect(lead(book)?.plan[0]?.last_class).toBeUndefined();
    expect(book.rows("leads").at(-1)).toMatchObject({ state: "open", rest_at: null });
    expect(book.core.reopen(same)).toEqual({ kind: "refused", why: "not_resting" });
  });

  it("shuts out whoever held it, and wakes it in its time", async () => {
    const book = resting();
    book.core.reopen({ ...same, in_ms: 90_000 });
    expect(book.core.advance("l1", 1, { index: 0, round: 1, attempt: 1 }).kind).toBe("stale");
    expect(book.core.close(ended("unsold", 1)).kind).toBe("stale");
    const w = world(book);
    await w.live(89_000);
    expect(w.sent).toEqual([]);
    await w.live(1_000);
    expect(w.sent).toHaveLength(1);
    expect(book.core.lease("l1", "w2", 18_000).lead?.epoch).toBe(3);
  });

  it("others: those refused then may be asked now; who may have it is passed over at our risk", () => {
    const safe = resting({ doubt: false });
    expect(safe.core.reopen(others).kind).toBe("reopened");
    expect(statuses(safe)).toEqual([
      ["c1", "rejected"],
      ["c2", "set_up_error"],
      ["c3", "untried"],
    ]);
    expect(lead(safe)?.risk_flag).toBe(false);
    const risky = resting();
    risky.core.reopen({ ...others, accept_risk: true });
    expect(lead(risky)).toMatchObject({ risk_flag: true, plan: [{ status: "unknown", passed_over: true }, {}, {}] });
  });

  it("others: grants an auction that the campaign's limit would not", () => {
    const book = claimed({ mode: "pending" });
    book.core.extend("l1", 1, auction({ ping_id: "p9", ranked: [] }));
    book.core.close(ended("review", 1));
    book.core.reopen(others);
    expect([lead(book)?.re_auctions, book.rows("leads").at(-1)?.re_auctions]).toEqual([0, 1]);
  });

  it("others: grants one where the campaign grants none, and never more than one at a time", () => {
    const book = claimed({ mode: "pending" });
    for (let n = 0; n < 2; n++) {
      const epoch = lead(book)?.epoch ?? 0;
      if (n > 0) book.core.lease("l1", "w2", 18_000);
      book.core.close(ended("review", n === 0 ? 1 : epoch + 1));
      expect(book.core.reopen(others).kind).toBe("reopened");
      expect(lead(book)?.re_auctions).toBe(-1);
    }
  });

  it("contract: its bid is the next to be asked, in a round of its own", () => {
    const fresh = resting({ doubt: false });
    fresh.core.reopen(contract(7));
    expect(lead(fresh)?.plan[2]).toMatchObject({ contract_id: "c7", status: "untried", came: "operator", round: 1 });
    const known = resting({ doubt: false });
    known.core.reopen(contract(1));
    // It was asked and said no: an operator may ask it once more, under another reservation.
    expect(lead(known)?.plan.find((b) => b.contract_id === "c1")).toMatchObject({
      status: "untried",
      round: 2,
      attempts: 0,
      came: "operator",
      bid_id: "op_1",
    });
    expect(lead(known)?.plan).toHaveLength(3);
    expect(statuses(known)?.find(([, status]) => status === "untried")).toEqual(["c1", "untried"]);
  });

  it("same, of a lead that was stuck: just goes on", () => {
    const book = claimed({ mode: "pending" });
    for (let i = 0; i < 8; i++) {
      book.pass(60_000);
      book.core.lease("l1", `dead-${i}`, 18_000);
    }
    expect(book.core.reopen(same).kind).toBe("reopened");
    expect(book.core.lease("l1", "w9", 18_000).lead).toMatchObject({ stalls: 1 });
  });

  it("of a contested lead at others' risk takes the bidder that is to be passed over out of the sale", () => {
    const book = claimed({ mode: "pending" });
    book.core.evidence("l1", attempt(0, { takes: true }));
    book.core.close({ ...ended("review", 1), rest: { why: "lower_price" } });
    expect(book.core.reopen(others).kind).toBe("refused");
    book.core.reopen({ ...others, accept_risk: true });
    const epoch = book.core.lease("l1", "w2", 18_000).lead?.epoch ?? 0;
    expect(book.core.advance("l1", epoch, { index: 1, round: 1, attempt: 1 }).kind).toBe("go");
  });
});

describe("an endpoint that was repaired", () => {
  it("resumes the leads that wait for it, spread, and no other", async () => {
    const book = resting({ state: "parked", doubt: false });
    expect(book.core.repaired("e1", 60_000, 10)).toBe(0);
    expect(book.core.repaired("e2", 60_000, 10)).toBe(1);
    expect(statuses(book)?.[1]).toEqual(["c2", "untried"]);
    expect(lead(book)?.plan[1]).toMatchObject({ round: 2, attempts: 0 });
    expect(book.core.repaired("e2", 60_000, 10)).toBe(0);
    const w = world(book);
    // Not before every isolate's snapshot has the repair: it would be posted to the old set-up, and park again.
    await w.live(2_000);
    expect(w.sent).toHaveLength(0);
    await w.live(2_000);
    expect(w.sent).toHaveLength(1);
  });

  it("of many leads takes at most so many a call, each once", () => {
    const book = resting({ state: "parked", doubt: false });
    const body = JSON.stringify(book.core.table.need("l1"));
    const { sql } = book.core.book;
    for (let i = 2; i <= 250; i++) {
      const copy = { ...JSON.parse(body), lead_id: `l${i}`, ping_id: `p${i}` };
      book.core.table.insert(copy, 0);
      book.core.table.save(copy, book.now());
    }
    expect([1, 2, 3, 4].map(() => book.core.repaired("e2", 600_000, 100))).toEqual([100, 100, 50, 0]);
    const resume = sql
      .all<{ at: number }>("SELECT sweep_at AS at FROM leads WHERE state = 'open'")
      .map((row) => row.at - book.now());
    expect([resume.length, Math.min(...resume), Math.max(...resume)]).toEqual([250, 3_000, 597_000]);
  });

  it("before the lead that had met its old set-up was parked: it resumes by itself, once", async () => {
    const book = claimed({ mode: "pending" });
    const { core } = book;
    const w = world(book);
    const refusedBy = (epoch: number, attempt_id: string) => {
      core.evidence("l1", attempt(0, { attempt_id, outcome: "set_up_error", class: "auth", round: epoch }));
      core.settle({ v: 1, lead_id: "l1", epoch, index: 0, status: "set_up_error" });
    };
    refusedBy(1, "first");
    core.freeze("l1", later);
    expect(core.repaired("e1", 60_000, 10)).toBe(0);
    core.close(ended("parked", 1));
    expect([lead(book)?.state, statuses(book)?.[0]]).toEqual(["open", ["c1", "untried"]]);
    await w.live(5_000);
    expect(w.sent).toHaveLength(1);
    // The new set-up is wrong too: now it waits for the next repair.
    const epoch = core.lease("l1", "w2", 18_000).lead?.epoch ?? 0;
    core.advance("l1", epoch, { index: 0, round: 2, attempt: 1 });
    refusedBy(epoch, "second");
    core.close(ended("parked", epoch));
    expect(lead(book)?.state).toBe("parked");
    expect(core.repaired("e1", 60_000, 10)).toBe(1);
  });

  it("does not touch a lead whose publisher was told no, nor one that has ended", () => {
    const final = claimed();
    final.core.settle({ v: 1, lead_id: "l1", epoch: 1, index: 1, status: "set_up_error" });
    final.core.freeze("l1", no);
    final.core.close(ended("parked", 1));
    expect(final.core.repaired("e2", 0, 10)).toBe(0);
    const over = resting({ state: "parked" });
    over.core.close(ended("unsold", null));
    expect(over.core.repaired("e2", 0, 10)).toBe(0);
  });
});
