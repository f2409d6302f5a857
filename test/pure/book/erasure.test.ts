import { describe, expect, it } from "vitest";
import { attempt, auction, claim, claimed, ended, later, sold, type TestBook } from "./support.ts";
import { world } from "./world.ts";

const SECRETS = ["sealed-lead", "sealed-answer", "sealed-url", "sealed-facts", "k1:wrapped", "mark-p", "mark-e"];

/** Everything that the object stores, and what it still has to tell D1, newest row of each key only. */
function stored(book: TestBook): string {
  const { sql } = book.core.book;
  const tables = ["leads", "attempts", "auctions", "marks", "aliases"];
  return JSON.stringify(tables.map((table) => sql.all(`SELECT * FROM ${table}`)));
}
function ledger(book: TestBook): string {
  const rows = new Map(
    book.events().map((event) => {
      const row = event.row as Record<string, unknown>;
      const id = row.attempt_id ?? row.sale_id ?? row.id ?? row.lead_id ?? row.ping_id;
      return [`${event.table} ${String(id)}`, row];
    }),
  );
  return JSON.stringify([...rows.values()]);
}

function leadOf(mode: "final" | "pending" = "final"): TestBook {
  const book = claimed({ mode, person_marks: { phone: "mark-p", email: "mark-e" }, wants_postback: true });
  book.core.evidence("l1", attempt(0, { outcome: "unknown", sealed: "sealed-answer" }));
  if (mode === "pending") book.core.freeze("l1", later);
  book.core.extend("l1", 1, auction({ ping_id: "p9", sealed: "sealed-facts", ranked: [] }));
  return book;
}
function ends(book: TestBook): TestBook {
  book.core.close({ ...sold(0), redirect_sealed: "sealed-url" });
  return book;
}

describe("erase", () => {
  it("leaves nothing that a key could open, here or on its way to D1", () => {
    const book = ends(leadOf());
    for (const secret of SECRETS) expect(stored(book)).toContain(secret);
    book.pass(1_000);
    expect(book.core.erase("l1", "op")).toBe("erased");
    for (const secret of SECRETS) expect([secret, stored(book).includes(secret)]).toEqual([secret, false]);
    for (const secret of SECRETS) expect([secret, ledger(book).includes(secret)]).toEqual([secret, false]);
    expect(book.rows("leads").at(-1)).toMatchObject({
      sealed: "",
      wrapped_key: "",
      phone_mark: null,
      email_mark: null,
      erased_at: book.now(),
      state: "sold",
    });
    expect(book.rows("deliveries").at(-1)).toMatchObject({ attempt_id: "a0-1", sealed: null, at: book.now() - 1_000 });
  });

  it("is done once, and keeps what happened", () => {
    const book = ends(leadOf());
    book.core.erase("l1", "op");
    const events = book.events().length;
    const before = book.core.story("l1");
    expect(book.core.erase("l1", "other")).toBe("erased");
    expect([book.events().length, book.core.story("l1")]).toEqual([events, before]);
    expect(before?.lead).toMatchObject({ state: "sold", erased_at: book.now() });
    expect(before?.attempts).toHaveLength(1);
    expect(before?.attempts[0]?.sealed).toBeUndefined();
    expect(book.core.leadsOf(["mark-p", "mark-e"])).toEqual([]);
  });

  it("takes along what bids carried, what an edit has replaced, and what D1 had refused", () => {
    const carried = { ref: "echo-of-a-phone-hash" };
    const book = claimed({ mode: "pending", person_marks: { phone: "mark-p" } });
    const ranked = auction().ranked.map((bid) => ({ ...bid, contract_id: `r_${bid.contract_id}`, carried }));
    book.core.extend("l1", 1, auction({ ping_id: "p9", ranked }));
    book.core.freeze("l1", later);
    book.core.close(ended("parked", 1));
    const edit = { v: 1, lead_id: "l1", author: "op", was: "sealed-lead", sealed: "mended" } as const;
    expect(book.core.edit({ ...edit, fields: ["phone"], person_marks: { phone: "mark-new" } })).toBe("reopened");
    const { sql } = book.core.book;
    const refuse = (n: number, event: object) =>
      sql.run("INSERT INTO outbox_refused (n, at, event) VALUES (?, 0, ?)", n, JSON.stringify(event));
    refuse(1, { table: "leads", row: { lead_id: "l1", wrapped_key: "k1:wrapped" }, n: 1 });
    refuse(2, { table: "auctions", row: { ping_id: "p9", record: "{}" }, n: 2 });
    refuse(3, { table: "sales", row: { lead_id: "l1" }, n: 3 });
    refuse(4, { table: "leads", row: { lead_id: "l12", wrapped_key: "k1:other" }, n: 4 });
    for (const text of ["echo-of", "mark-p", "mark-new"]) expect(stored(book)).toContain(text);
    expect(book.core.erase("l1", "op")).toBe("erased");
    for (const text of ["echo-of", "mark-p", "mark-new"])
      expect([text, stored(book).includes(text), ledger(book).includes(text)]).toEqual([text, false, false]);
    expect(sql.all("SELECT n FROM outbox_refused ORDER BY n")).toMatchObject([{ n: 3 }, { n: 4 }]);
  });

  it("answers the same post as before, without the redirect", () => {
    const book = ends(leadOf());
    book.core.erase("l1", "op");
    const reply = book.core.claim(claim({ owner: "w9" }));
    expect(reply).toMatchObject({ kind: "replay", outcome: { result: "accepted" }, wrapped_key: "" });
    expect(JSON.stringify(reply)).not.toContain("redirect");
  });

  it("does not stop a postback that is due, nor a consumer from being kept", async () => {
    const book = claimed({ mode: "pending", wants_postback: true, consumer_keys: ["enam-03:there"] });
    book.core.freeze("l1", later);
    book.core.close(sold(0));
    book.core.erase("l1", "op");
    const w = world(book);
    await w.live(1_000);
    expect(w.sent).toContainEqual({ v: 1, kind: "postback", lead_id: "l1" });
    expect(w.freed.map(([, key]) => key)).toEqual(["enam-03:there"]);
  });

  const rows: [string, (book: TestBook) => void, string, string][] = [
    ["one that moves is refused", () => {}, "open", "open"],
    ["one that rests and nobody can have ends unsold", (b) => b.core.close(ended("parked", 1)), "erased", "unsold"],
    [
      "one that somebody may have stays",
      (b) => [
        b.core.settle({ v: 1, lead_id: "l1", epoch: 1, index: 0, status: "unknown" }),
        b.core.close(ended("review", 1)),
      ],
      "erased",
      "review",
    ],
    [
      "one that somebody said yes to stays",
      (b) => [b.core.close(ended("unsold", 1)), b.core.close(sold(0))],
      "erased",
      "review",
    ],
  ];
  it.each(rows)("%s", (_name, before, reply, state) => {
    const book = claimed({ mode: "pending" });
    before(book);
    expect(book.core.erase("l1", "op")).toBe(reply);
    expect([book.core.lead("l1")?.state, book.core.erase("l9", "op")]).toEqual([state, "not_found"]);
  });

  it("of one that stays, a verdict still ends it, and late evidence brings no content back", () => {
    const book = leadOf("pending");
    book.core.settle({ v: 1, lead_id: "l1", epoch: 1, index: 0, status: "unknown" });
    book.core.close(ended("review", 1));
    book.core.erase("l1", "op");
    book.core.evidence(
      "l1",
      attempt(0, { attempt_id: "late", outcome: "accepted", takes: true, sealed: "sealed-answer" }),
    );
    expect(book.core.lead("l1")?.state).toBe("review");
    expect([stored(book), ledger(book)].some((text) => text.includes("sealed-answer"))).toBe(false);
    expect(book.core.close(sold(0))).toMatchObject({ kind: "closed", outcome: { result: "accepted" } });
  });

  it("of a slim lead destroys the key, and leaves its rows in D1 to the caller", async () => {
    const book = ends(leadOf());
    const w = world(book);
    await w.live(8 * 86_400_000);
    expect([book.core.story("l1"), book.core.leadsOf(["mark-p"])]).toEqual([null, ["l1"]]);
    expect(book.core.erase("l1", "op")).toBe("erased");
    for (const secret of SECRETS) expect([secret, stored(book).includes(secret)]).toEqual([secret, false]);
    expect(book.rows("leads")).toEqual([]);
  });
});

describe("a person's leads", () => {
  it("are found by any of their marks, until they are let go", async () => {
    const book = leadOf();
    book.core.claim(claim({ lead_id: "l2", ping_id: null, content_hash: "h2", person_marks: { phone: "mark-p" } }));
    expect(book.core.leadsOf(["mark-p", "mark-e", "nobody"])).toEqual(["l1", "l2"]);
    expect(book.core.leadsOf(["mark-e"])).toEqual(["l1"]);
    expect(book.rows("leads").at(-1)).toMatchObject({ phone_mark: "mark-p", email_mark: null });
    ends(book);
    book.core.close({ ...ended("unsold", 1), lead_id: "l2" });
    await world(book).live(40 * 86_400_000);
    expect(book.core.leadsOf(["mark-e"])).toEqual([]);
  });
});

describe("a key wrapped anew", () => {
  it("replaces the one that was read, in whatever state the lead is", () => {
    const book = leadOf();
    expect(book.core.rewrap("l1", "other", "k2:new")).toBe(false);
    expect([book.core.rewrap("l1", "k1:wrapped", "k2:new"), book.core.rewrap("l1", "k1:wrapped", "k2:new")]).toEqual([
      true,
      true,
    ]);
    expect(book.rows("leads").at(-1)).toMatchObject({ wrapped_key: "k2:new", state: "open" });
    ends(book);
    expect(book.core.told("l1")?.wrapped_key).toBe("k2:new");
    book.core.erase("l1", "op");
    expect(book.core.rewrap("l1", "", "k3:new")).toBe(false);
    expect(book.core.rewrap("l9", "k1:wrapped", "k2:new")).toBe(false);
  });

  it("of a slim lead never overwrites what D1 has", async () => {
    const book = ends(leadOf());
    await world(book).live(8 * 86_400_000);
    expect(book.core.rewrap("l1", "k1:wrapped", "k2:new")).toBe(true);
    expect([book.core.lead("l1")?.wrapped_key, book.rows("leads")]).toEqual(["k2:new", []]);
  });
});
