import { expect, it } from "vitest";
import { AccountBook, command, terms, usd } from "../../support/account-book.ts";

const DAY = 86_400_000;

it("a glance tells what is open without counting what has ended", async () => {
  const book = new AccountBook();
  book.deposit(usd(100));
  const own = terms({ buyer: { credit_limit: 0 }, contract: { caps: [{ per: "day", count: 9 }] } });
  for (const id of ["r1", "r2", "r3", "r4"]) book.core.reserve(command(id, { terms: own }));
  book.capture("r1", usd(10));
  book.core.release("r2", "rejected");
  book.core.doubt("r3", DAY);
  book.now += 5_000;
  const glance = book.core.glance();
  expect(glance).toMatchObject({
    buyer_id: "acme",
    balance: usd(90),
    held: usd(20),
    available: usd(70),
    paused: false,
    open: { held: 1, in_doubt: 1, in_doubt_money: usd(10), oldest_in_doubt_ms: 5_000 },
    caps: [{ used_count: 3 }],
    maintenance: [],
  });
  // The full view says the same, and how all of them ended.
  expect(book.core.view()).toMatchObject({
    ...glance,
    reservations: { held: 1, in_doubt: 1, captured: 1, released: 1 },
  });
  // A hold that nobody settles becomes a doubt; a doubt ends.
  await book.pass(DAY);
  expect(book.core.glance()).toMatchObject({ held: usd(10), open: { held: 0, in_doubt: 1 } });
  await book.pass(4 * DAY);
  expect(book.core.glance()).toMatchObject({ held: 0, open: { held: 0, in_doubt: 0, oldest_in_doubt_ms: 0 } });
});
