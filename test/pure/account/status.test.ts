import { describe, expect, it } from "vitest";
import { contractStatusSchema } from "../../../schema/status.ts";
import { AccountBook, command, terms, usd } from "../../support/account-book.ts";

const DAY_END = Date.parse("2026-11-21T05:00:00Z");

const OPEN = { closed: [], left: null, left_until: null, paced_until: null };

describe("status rows", () => {
  it("say that a cap is reached and until when, and that it is open again", async () => {
    const book = new AccountBook();
    const capped = terms({ contract: { caps: [{ per: "day", count: 2 }] } });
    book.core.reserve(command("r1", { terms: capped }));
    await book.pass(2_000);
    expect(book.status("contract", "c1")).toEqual({ ...OPEN, left: 1, left_until: DAY_END });
    book.core.reserve(command("r2", { terms: capped }));
    await book.pass(1);
    expect(book.status("contract", "c1")).toEqual({
      ...OPEN,
      closed: [{ source: null, until: DAY_END }],
      left: 0,
      left_until: DAY_END,
    });
    book.core.release("r2", "rejected");
    await book.pass(1_000);
    expect(book.status("contract", "c1")).toEqual({ ...OPEN, left: 1, left_until: DAY_END });
  });

  it("say it of the one source that is full, and when the terms change", async () => {
    const book = new AccountBook();
    const each = terms({ contract: { caps: [{ per: "day", count: 1, source: "*" }] } });
    book.core.reserve(command("r1", { terms: each, source: "a" }));
    await book.pass(2_000);
    book.core.reserve(command("r2", { terms: each, source: "b" }));
    await book.pass(2_000);
    const closed = (source: string) => ({ source, until: DAY_END });
    expect(book.status("contract", "c1")).toEqual({ ...OPEN, closed: [closed("a"), closed("b")] });
    book.core.terms({ contracts: [terms({ contract: { version: 2 } }).contract] });
    await book.pass(2_000);
    expect(book.status("contract", "c1")).toEqual(OPEN);
  });

  it("are written about once a second, however often a cap opens and closes", async () => {
    const book = new AccountBook();
    const capped = terms({ contract: { caps: [{ per: "day", count: 1 }] } });
    for (let i = 0; i < 100; i++) {
      book.core.reserve(command(`r${i}`, { terms: capped }));
      await book.pass(50);
      book.core.release(`r${i}`, "rejected");
      await book.pass(50);
    }
    const rows = book.rows("status").filter((row) => row.kind === "contract");
    expect(rows.length).toBeGreaterThan(5);
    expect(rows.length).toBeLessThan(15);
    await book.pass(2_000);
    expect(book.status("contract", "c1")).toEqual({ ...OPEN, left: 1, left_until: DAY_END });
  });

  it("tell how many places are left once they are few, and not while there are plenty", async () => {
    const book = new AccountBook();
    const capped = terms({
      contract: {
        caps: [
          { per: "day", count: 53 },
          { per: "month", count: 60 },
        ],
      },
    });
    const left: unknown[] = [];
    for (let i = 0; i < 5; i++) {
      book.core.reserve(command(`r${i}`, { terms: capped }));
      await book.pass(1_500);
      left.push(book.status("contract", "c1"));
    }
    const few = (places: number) => ({ ...OPEN, left: places, left_until: DAY_END });
    expect(left).toEqual([undefined, undefined, few(50), few(49), few(48)]);
    for (const id of ["r0", "r1", "r2", "r3"]) book.core.release(id, "rejected");
    await book.pass(1_500);
    expect(book.status("contract", "c1")).toEqual(OPEN);
  });

  it("do not wait for a window's end to forget what was left in it", async () => {
    const book = new AccountBook();
    const capped = terms({ contract: { caps: [{ per: "hour", count: 2 }] } });
    book.core.reserve(command("r1", { terms: capped }));
    await book.pass(3_600_000);
    book.core.reserve(command("r2", { terms: capped }));
    await book.pass(1_500);
    const rows = book.rows("status").filter((row) => row.kind === "contract");
    expect(rows.map((row) => JSON.parse(row.body))).toMatchObject([
      { left: 1, left_until: Date.parse("2026-11-20T16:00:00Z") },
      { left: 1, left_until: Date.parse("2026-11-20T17:00:00Z") },
    ]);
  });

  it("tell until when pacing makes the next lead wait, unless it is a moment", async () => {
    const book = new AccountBook();
    const slow = terms({ contract: { pacing: { min_interval_s: 30 } } });
    book.core.reserve(command("r1", { terms: slow }));
    const first = book.now;
    await book.pass(1);
    expect(book.status("contract", "c1")).toEqual({ ...OPEN, paced_until: first + 30_000 });
    book.core.release("r1", "rejected");
    await book.pass(1_000);
    expect(book.status("contract", "c1")).toEqual(OPEN);

    const brisk = new AccountBook();
    brisk.core.reserve(command("r1", { terms: terms({ contract: { pacing: { min_interval_s: 1.5 } } }) }));
    await brisk.pass(5_000);
    expect(brisk.status("contract", "c1")).toBeUndefined();
  });

  it("of an older account say nothing of places and pacing", () => {
    expect(contractStatusSchema.parse({ closed: [] })).toEqual(OPEN);
  });

  it("tell at once when the money no longer reaches what was asked", async () => {
    const book = new AccountBook();
    book.deposit(usd(100));
    const prepaid = terms({ buyer: { credit_limit: 0 } });
    book.core.reserve(command("r1", { terms: prepaid, amount: usd(5) }));
    await book.pass(1);
    expect(book.status("buyer", "acme")).toEqual({ available: usd(95) });
    book.core.reserve(command("r2", { terms: prepaid, amount: usd(5) }));
    await book.pass(3_000);
    expect(book.status("buyer", "acme")).toEqual({ available: usd(95) });
    book.core.reserve(command("r3", { terms: prepaid, amount: usd(93) }));
    await book.pass(1);
    expect(book.status("buyer", "acme")).toEqual({ available: usd(90) });
    book.deposit(usd(50), "d2");
    await book.pass(1_000);
    expect(book.status("buyer", "acme")).toEqual({ available: usd(140) });
  });

  it("tell that a buyer has no limit", async () => {
    const book = new AccountBook();
    book.core.reserve(command("r1"));
    await book.pass(1);
    expect(book.status("buyer", "acme")).toEqual({ available: null });
  });
});

describe("outbox", () => {
  it("waits while D1 is away, then sends everything once, in order", async () => {
    const book = new AccountBook();
    book.ledgerAway = true;
    for (let i = 0; i < 30; i++) {
      book.core.reserve(command(`r${i}`));
      book.capture(`r${i}`, usd(10));
      await book.pass(2_000);
    }
    expect(book.events).toEqual([]);
    // A reservation and two movements each, and the buyer's status once.
    expect(book.core.view()).toMatchObject({ outbox: 91, outbox_lag_ms: 60_000 });
    book.ledgerAway = false;
    await book.pass(5_000);
    expect(book.core.view()).toMatchObject({ outbox: 0, outbox_lag_ms: 0 });
    expect(book.events.map((event) => event.n)).toEqual(book.events.map((_, i) => i + 1));
    expect(book.rows("money_movements")).toHaveLength(60);
    expect(book.rows("money_movements").reduce((sum, row) => sum + row.amount, 0)).toBe(0);
  });

  it("leaves nothing due but the daily purge, and not even that when nothing is left to purge", async () => {
    const book = new AccountBook();
    book.core.reserve(command("r1"));
    book.core.release("r1", "rejected");
    await book.pass(5_000);
    expect(book.core.next()).toBeGreaterThan(book.now + 86_000_000);
    await book.pass(92 * 86_400_000);
    expect(book.core.next()).toBeNull();
    expect(book.core.view().reservations.released).toBe(0);
  });
});
