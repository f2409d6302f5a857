import { describe, expect, it } from "vitest";
import { attempt, claimed, ended, sold, type TestBook, yes } from "./support.ts";
import { world } from "./world.ts";

describe("republish", () => {
  const keyed = (events: ReturnType<TestBook["events"]>) =>
    new Map(
      events.map(({ table, row }) => {
        const r = row as Record<string, unknown>;
        return [`${table} ${String(r.attempt_id ?? r.sale_id ?? r.id ?? r.ping_id ?? r.lead_id)}`, row];
      }),
    );

  it("writes every row of a lead again as it is, so that an emptied ledger gets it back", () => {
    const book = claimed({ mode: "pending" });
    book.core.evidence("l1", attempt(0, { takes: true, sealed: "s" }));
    book.core.close(sold(0));
    const back = { v: 1, lead_id: "l1", refund_id: "x", reason: "", author: "op", re_auction: true } as const;
    book.core.returned({ ...back, reservation_id: "r0" });
    book.core.evidence("l1", attempt(1, { takes: true }));
    book.core.close(sold(1));
    const before = keyed(book.events());
    book.core.book.sql.run("DELETE FROM outbox");
    book.pass(3 * 86_400_000);
    expect(book.core.republish(["l1", "l9"])).toBe(1);
    expect(keyed(book.events())).toEqual(before);
    expect(book.core.book.due.next()).toBeLessThanOrEqual(book.now() + 1_000);
  });

  it("a promise paid at our risk comes back too, and a slim lead's sale without its lead", async () => {
    const risk = claimed();
    risk.core.freeze("l1", yes);
    risk.core.close(ended("unsold", 1));
    risk.core.close(sold(2));
    const before = keyed(risk.events().filter((event) => event.table !== "alerts"));
    risk.core.book.sql.run("DELETE FROM outbox");
    risk.core.republish(["l1"]);
    expect(keyed(risk.events())).toEqual(before);
    const slim = claimed();
    slim.core.close(sold(0));
    await world(slim).live(8 * 86_400_000);
    expect(slim.core.republish(["l1"])).toBe(1);
    expect(slim.events().map((event) => event.table)).toEqual(["sales", ...Array(3).fill("money_movements")]);
  });
});
