import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Cap } from "../../../schema/config/buyer.ts";
import type { CapPeriod } from "../../../schema/lists.ts";
import { money } from "../../../schema/money.ts";
import { Auditor, DEPOSIT, type Entry } from "../../support/account-auditor.ts";
import { AccountBook, command, START, terms } from "../../support/account-book.ts";

type Act =
  | { do: "reserve"; id: number; amount: number; source: string }
  | { do: "capture"; id: number; less: number }
  | { do: "release" | "doubt"; id: number }
  | { do: "pass"; ms: number }
  | { do: "deposit"; id: number };

const IDS = 12;
const DOUBT_MS = 5_400_000;
const HOLD_MS = 600_000;

const id = fc.nat(IDS - 1);
const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("reserve" as const),
      id,
      amount: fc.constantFrom(1, 70_000, 99_999, 211_050),
      source: fc.constantFrom("a", "b"),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("capture" as const), id, less: fc.constantFrom(0, 0, 1, 30_000) }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom("release" as const, "doubt" as const), id }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("pass" as const),
      ms: fc.constantFrom(1_000, HOLD_MS, 3_600_000, 30_000_000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("deposit" as const), id: fc.nat(2) }) },
);
const cap: fc.Arbitrary<Cap> = fc.record(
  {
    per: fc.constantFrom<CapPeriod>("hour", "day", "week", "month", "total"),
    count: fc.integer({ min: 0, max: 4 }),
    money: fc.constantFrom(99_999, 200_000, 350_000).map(money),
    source: fc.constantFrom("*", "a"),
  },
  { requiredKeys: ["per"] },
);

async function play(acts: Act[], caps: Cap[]): Promise<{ book: AccountBook; auditor: Auditor }> {
  const book = new AccountBook();
  const auditor = new Auditor();
  const own = terms({ buyer: { credit_limit: 0 }, contract: { caps, time_zone: "UTC" } });
  for (const step of acts) {
    await apply(step, book, auditor, caps, own);
    const view = book.core.view();
    expect({ balance: view.balance, held: view.held }).toEqual({ balance: auditor.balance(), held: auditor.held() });
    expect(view.balance - view.held).toBeGreaterThanOrEqual(0);
    for (const row of view.caps) expect(row).toMatchObject(auditor.used(row.cap, row.source, book.now));
    for (const one of caps) {
      const most = auditor.most(one);
      expect(most.count).toBeLessThanOrEqual(one.count ?? Number.POSITIVE_INFINITY);
      expect(most.money).toBeLessThanOrEqual(one.money ?? Number.POSITIVE_INFINITY);
    }
  }
  return { book, auditor };
}

async function apply(
  step: Act,
  book: AccountBook,
  auditor: Auditor,
  caps: Cap[],
  own: ReturnType<typeof terms>,
): Promise<void> {
  const name = `r${"id" in step ? step.id : ""}`;
  const known = "id" in step ? auditor.entries.get(step.id) : undefined;
  const open = known?.state === "held" || known?.state === "in_doubt";
  switch (step.do) {
    case "reserve": {
      const { amount, source } = known ? { ...known, amount: known.asked } : step;
      const wanted = command(name, { amount: money(amount), source, terms: own, hold_ms: HOLD_MS });
      const hold_until = book.now + HOLD_MS;
      if (known) {
        expect(book.core.reserve(wanted).kind).toBe(
          open ? "held" : known.state === "captured" ? "captured" : "refused",
        );
        if (open) Object.assign(known, { state: "held", hold_until });
        return;
      }
      const entry: Entry = {
        state: "held",
        source,
        amount,
        asked: amount,
        at: book.now,
        hold_until,
        doubt_until: Number.POSITIVE_INFINITY,
      };
      const fits = auditor.fits(caps, entry);
      expect(book.core.reserve(wanted).kind).toBe(fits ? "held" : "refused");
      if (fits) auditor.entries.set(step.id, entry);
      return;
    }
    case "capture": {
      const price = Math.max(0, (known?.amount ?? 0) - step.less);
      const reply = book.capture(name, price);
      expect(reply.kind).toBe(open || known?.state === "captured" ? "captured" : "contested");
      if (open) Object.assign(known, { state: "captured", amount: price });
      return;
    }
    case "release":
      expect(book.core.release(name, "rejected")).toBe(known?.state !== "captured");
      if (known && known.state !== "captured") known.state = "released";
      return;
    case "doubt":
      book.core.doubt(name, DOUBT_MS);
      if (known && open) auditor.doubt(known, book.now, DOUBT_MS);
      return;
    case "deposit": {
      const reply = book.core.entry({
        id: `d${step.id}`,
        kind: "deposit",
        amount: money(DEPOSIT),
        reason: "by wire",
        author: "alice",
      });
      expect(reply.repeated).toBe(auditor.deposits.has(step.id));
      auditor.deposits.add(step.id);
      return;
    }
    case "pass":
      await book.pass(step.ms);
      auditor.pass(book.now);
  }
}

describe("whatever the order of calls", () => {
  it("no cap and no balance is overshot by one, and nothing that fits is refused", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(act, { minLength: 5, maxLength: 50 }),
        fc.array(cap, { maxLength: 3 }),
        async (acts, caps) => {
          await play([{ do: "deposit", id: 0 }, { do: "deposit", id: 1 }, ...acts], caps);
        },
      ),
      { seed: 20261120, numRuns: 250 },
    );
  });

  it("the ledger's movements sum to zero, and the buyer's to its balance", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 5, maxLength: 40 }), async (acts) => {
        const { book, auditor } = await play([{ do: "deposit", id: 0 }, ...acts], []);
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
