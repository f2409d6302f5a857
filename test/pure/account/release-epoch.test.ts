import { expect, it } from "vitest";
import { AccountBook, command } from "../../support/account-book.ts";

it.each([
  { name: "by a later hold", overtake: (book: AccountBook) => book.core.reserve(command("r1", { epoch: 2 })) },
  { name: "by a fence", overtake: (book: AccountBook) => book.core.fence(command("r1").lead_id, 2) },
])("a worker that was overtaken $name releases nothing; its successor does", ({ overtake }) => {
  const book = new AccountBook();
  book.core.reserve(command("r1", { epoch: 1 }));
  overtake(book);
  expect(book.core.release("r1", "rejected", 1)).toBe(false);
  expect(book.core.view().reservations).toMatchObject({ held: 1, released: 0 });
  expect(book.core.release("r1", "rejected", 2)).toBe(true);
  expect(book.core.view().reservations).toMatchObject({ held: 0, released: 1 });
});
