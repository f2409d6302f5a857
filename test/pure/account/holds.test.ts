import { describe, expect, it } from "vitest";
import { AccountCore } from "../../../durable-objects/account/core.ts";
import { AccountBook, command, usd } from "../../support/account-book.ts";

const HOLD_MS = 90_000;
const held = (book: AccountBook, n: number) => {
  for (let i = 0; i < n; i++) book.core.reserve(command(`r${i}`, { hold_ms: HOLD_MS + i }));
};
const rows = (book: AccountBook): string[] =>
  book.sql.all<{ key: string }>("SELECT key FROM due WHERE kind = 'hold'").map(({ key }) => key);
const noted = (book: AccountBook): string[] =>
  Object.keys(JSON.parse(book.sql.all<{ holds: string }>("SELECT holds FROM account")[0]?.holds ?? "null"));

describe("holds that nobody settles", () => {
  it("end in doubt, each at its time, also where they are more than the account's row has room for", async () => {
    const book = new AccountBook();
    held(book, 130);
    expect([noted(book).length, rows(book).length, book.core.glance().open.held]).toEqual([100, 30, 130]);
    await book.pass(HOLD_MS - 1);
    expect(book.core.glance().open).toMatchObject({ held: 130, in_doubt: 0 });
    await book.pass(50);
    expect(book.core.glance().open).toMatchObject({ held: 80, in_doubt: 50 });
    await book.pass(100);
    expect(book.core.glance().open).toMatchObject({ held: 0, in_doubt: 130 });
    expect([noted(book), rows(book)]).toEqual([[], []]);
    expect(book.core.view().held).toBe(usd(1_300));
  });

  it("are known to an object that starts anew", async () => {
    const book = new AccountBook();
    held(book, 1);
    const ends = book.now + HOLD_MS;
    // The buyer's status is told first.
    await book.pass(5_000);
    expect(new AccountCore(book.sql, "acme", () => book.now).next()).toBe(ends);
  });
});

it("a hold that is settled is due no more, wherever it was noted", async () => {
  const book = new AccountBook();
  held(book, 103);
  for (const n of [0, 101]) book.capture(`r${n}`, usd(10));
  for (const n of [1, 102]) book.core.release(`r${n}`, "rejected");
  expect([noted(book).length, rows(book)]).toEqual([98, ["r100"]]);
  await book.pass(2 * HOLD_MS);
  expect(book.core.view().reservations).toMatchObject({ captured: 2, released: 2, in_doubt: 99, held: 0 });
});

it("a capture, and a release, write the account's row once", () => {
  for (const end of ["capture", "release"] as const) {
    const book = new AccountBook();
    held(book, 2);
    const written: string[] = [];
    const run = book.sql.run;
    book.sql.run = (query, ...of) => {
      written.push(query);
      run(query, ...of);
    };
    if (end === "capture") book.capture("r0", usd(10));
    else book.core.release("r0", "rejected");
    expect(written.filter((query) => query.startsWith("UPDATE account"))).toHaveLength(1);
    expect(written.filter((query) => query.includes("outbox"))).toHaveLength(1);
    expect(noted(book)).toEqual(["r1"]);
  }
});

it("a hold of the version before, which had a row, ends in its time; held again, it has none", async () => {
  for (const again of [false, true]) {
    const book = new AccountBook();
    held(book, 1);
    book.sql.run("UPDATE account SET holds = '{}'");
    book.sql.run("INSERT INTO due (kind, key, at) VALUES ('hold', 'r0', ?)", book.now + HOLD_MS);
    if (again) book.core.reserve(command("r0", { hold_ms: HOLD_MS }));
    expect([noted(book), rows(book)]).toEqual(again ? [["r0"], []] : [[], ["r0"]]);
    await book.pass(HOLD_MS);
    expect([book.core.glance().open.in_doubt, rows(book)]).toEqual([1, []]);
  }
});

it("what a broken transaction noted is not noted", () => {
  const book = new AccountBook();
  held(book, 1);
  const { run } = book.sql;
  book.sql.run = (query, ...of) => {
    if (query.includes("INTO consumers")) throw new Error("broken");
    run(query, ...of);
  };
  expect(() => book.core.reserve(command("r1", { consumer_keys: ["k"] }))).toThrow("broken");
  expect([noted(book), book.core.glance().open.held]).toEqual([["r0"], 1]);
});
