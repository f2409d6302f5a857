import { describe, expect, it } from "vitest";
import type { EditCommand } from "../../../schema/rpc/book.ts";
import { claimed, ended, later, sold, type TestBook } from "./support.ts";

const lead = (book: TestBook) => book.core.story("l1")?.lead;

function resting(): TestBook {
  const book = claimed({ mode: "pending", person_marks: { phone: "m1" } });
  book.core.settle({ v: 1, lead_id: "l1", epoch: 1, index: 0, status: "unknown" });
  book.core.freeze("l1", later);
  book.core.close(ended("review", 1));
  return book;
}
function having(change: (book: TestBook) => unknown, book: TestBook): TestBook {
  change(book);
  return book;
}

describe("edit", () => {
  const edit = {
    v: 1 as const,
    lead_id: "l1",
    author: "op",
    was: "sealed-lead",
    sealed: "mended",
    fields: ["zip"],
  } satisfies Partial<EditCommand>;
  it("replaces the content of a resting lead; its person is found by the new marks, and by the old ones of what was posted", () => {
    const book = resting();
    const command = { ...edit, person_marks: { phone: "m2" }, consumer_keys: ["enam-07:new"] };
    expect([book.core.edit(command), book.core.edit(command)]).toEqual(["reopened", "reopened"]);
    expect(lead(book)).toMatchObject({ state: "review", sealed: "mended", consumer_keys: ["enam-07:new"] });
    expect(book.rows("leads").at(-1)).toMatchObject({ sealed: "mended", phone_mark: "m2" });
    expect([book.core.leadsOf(["m2"]), book.core.leadsOf(["m1"])]).toEqual([["l1"], ["l1"]]);
    expect(lead(book)?.frozen).toEqual(later);
    expect(book.core.story("l1")?.steps.filter((s) => s.step === "edited")).toHaveLength(1);
  });

  it("of what somebody else has edited since changes nothing: neither edit is lost without a word", () => {
    const book = resting();
    expect(book.core.edit({ ...edit, person_marks: { phone: "m1" } })).toBe("reopened");
    const late = { ...edit, sealed: "of what was there before", person_marks: { phone: "m3" } };
    expect(book.core.edit(late)).toBe("changed");
    expect(lead(book)).toMatchObject({ sealed: "mended" });
    expect([book.core.leadsOf(["m1"]), book.core.leadsOf(["m3"])]).toEqual([["l1"], []]);
    expect(book.core.edit({ ...late, was: "mended" })).toBe("reopened");
  });

  it("leaves no consumer to a lead that does not need it: what it claimed in vain is settled with the lead's own", () => {
    const book = resting();
    const command = { ...edit, person_marks: {}, consumer_keys: ["enam-07:new"] };
    expect(book.core.edit({ ...command, was: "something else" })).toBe("changed");
    expect(lead(book)?.consumer_keys).toEqual(["enam-07:new"]);
    book.core.close(ended("unsold", null));
    expect(book.core.edit({ ...command, consumer_keys: ["enam-08:newer"] })).toBe("refused");
    const due = book.core.book.sql.all<{ key: string }>("SELECT key FROM due WHERE kind = 'consumer' ORDER BY key");
    expect(due.map(({ key }) => key)).toEqual(["l1 enam-08:newer"]);
    const [found] = book.core.book.ended.since(book.now() + 1, 9);
    expect(found).toMatchObject({ lead_id: "l1", consumer_keys: ["enam-07:new"] });
  });

  it("is refused while the lead moves, when it ended and when it was erased", () => {
    for (const book of [
      claimed(),
      having((b) => b.core.close(sold(0)), claimed()),
      having((b) => b.core.erase("l1", "op"), resting()),
    ])
      expect(book.core.edit({ ...edit, person_marks: {} })).toBe("refused");
  });
});
