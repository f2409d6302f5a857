import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Pacing } from "../../../schema/config/buyer.ts";
import { money } from "../../../schema/money.ts";
import { act, cap, pacing } from "../../support/account-acts.ts";
import { keepsPace } from "../../support/account-auditor.ts";
import { AccountBook, command, START, terms } from "../../support/account-book.ts";
import { play } from "../../support/account-play.ts";
import { seededRandom } from "../../support/random.ts";

describe("whatever the order of calls", () => {
  it("no cap, pace or balance is overshot by one, nothing that fits is refused, and a refusal says when it will fit", {
    timeout: 60_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(act, { minLength: 5, maxLength: 50 }),
        fc.array(cap, { maxLength: 3 }),
        pacing,
        async (acts, caps, pace) => {
          await play([{ do: "deposit", id: 0 }, { do: "deposit", id: 1 }, ...acts], { caps, pacing: pace });
        },
      ),
      { seed: 20261120, numRuns: 250 },
    );
  });

  it("the ledger's movements sum to zero, and the buyer's to its balance", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 5, maxLength: 40 }), async (acts) => {
        const { book, auditor } = await play([{ do: "deposit", id: 0 }, ...acts], { caps: [] });
        await book.pass(5_000);
        const rows = book.rows("money_movements");
        const sum = (of: typeof rows) => of.reduce((total, row) => total + row.amount, 0);
        expect(sum(rows)).toBe(0);
        expect(sum(rows.filter((row) => row.account === "buyer:acme"))).toBe(auditor.balance());
        expect(new Set(rows.map((row) => row.id)).size).toBe(rows.length);
      }),
      { seed: 20261121, numRuns: 100 },
    );
  });
});

describe("200 posts at once, a cap of 50 and money for 40", () => {
  it.each([
    ["captured one by one", false],
    ["all held before the first capture", true],
  ])("%s: exactly 40 sales", (_name, together) => {
    const book = new AccountBook();
    book.deposit(40 * 211_050 + 211_049);
    const own = terms({ buyer: { credit_limit: 0 }, contract: { caps: [{ per: "day", count: 50 }] } });
    const ids = Array.from({ length: 200 }, (_, i) => `r${i}`);
    const replies = ids.map((name) => {
      const reply = book.core.reserve(command(name, { amount: money(211_050), terms: own }));
      if (!together && reply.kind === "held") book.capture(name, 211_050);
      return reply;
    });
    if (together) for (const name of ids) book.capture(name, 211_050);
    const refused = replies.filter((reply) => reply.kind === "refused");
    expect(refused).toHaveLength(160);
    expect(new Set(refused.map((reply) => reply.code))).toEqual(new Set(["balance"]));
    expect(book.core.view()).toMatchObject({ balance: 211_049, held: 0, reservations: { captured: 40 } });
    expect(book.now).toBe(START);
  });
});

describe("200 posts at once, paced and capped, some rejected and some refunded", () => {
  it.each([1, 2, 3, 4, 5])("draw %i: never one too many, and every place and slot that is free is used", (seed) => {
    const random = seededRandom(seed);
    const rule: Pacing = { count: 30, minutes: 10 };
    const book = new AccountBook();
    const own = terms({ contract: { caps: [{ per: "day", count: 40 }], pacing: rule, time_zone: "UTC" } });
    const open: string[] = [];
    const taken: { name: string; at: number }[] = [];
    const codes = new Set<string>();
    let placed = 0;
    for (let n = 0; n < 1_000; n++) {
      // Five bursts of 200, four minutes apart: the pace is reached in each, the cap in the end.
      if (n % 200 === 0) book.now += 240_000;
      const name = `r${n}`;
      const reply = book.core.reserve(command(name, { terms: own }));
      const inPace = keepsPace(rule, [...taken.map((slot) => slot.at), book.now]);
      const expected = placed >= 40 ? "cap_reached" : inPace ? "held" : "paced";
      expect(reply.kind === "refused" ? reply.code : reply.kind).toBe(expected);
      codes.add(expected);
      if (reply.kind === "held") {
        taken.push({ name, at: book.now });
        placed++;
        open.push(name);
      }
      const settled = open[Math.floor(random() * open.length * 8)];
      if (settled === undefined) continue;
      open.splice(open.indexOf(settled), 1);
      if (random() < 0.4) {
        book.core.release(settled, "rejected");
        taken.splice(
          taken.findIndex((slot) => slot.name === settled),
          1,
        );
        placed--;
        continue;
      }
      book.capture(settled, 100_000);
      if (random() < 0.5) continue;
      const free_place = random() < 0.5;
      book.core.refund({ v: 1, id: settled, reservation_id: settled, reason: "failed", author: "alice", free_place });
      if (free_place) placed--;
    }
    expect(codes).toEqual(new Set(["held", "paced", "cap_reached"]));
    expect(book.core.view().caps).toMatchObject([{ used_count: placed }]);
  });
});
