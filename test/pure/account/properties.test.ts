import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Cap, Pacing } from "../../../schema/config/buyer.ts";
import type { CapPeriod } from "../../../schema/lists.ts";
import { money } from "../../../schema/money.ts";
import type { ReserveReply } from "../../../schema/rpc/account.ts";
import { Auditor, DEPOSIT, type Entry, keepsPace } from "../../support/account-auditor.ts";
import { AccountBook, command, START, terms } from "../../support/account-book.ts";

type Act =
  | { do: "reserve"; id: number; amount: number; source: string; epoch: number }
  | { do: "capture"; id: number; less: number }
  | { do: "release"; id: number; epoch?: number }
  | { do: "doubt"; id: number }
  | { do: "fence"; id: number; epoch: number }
  | { do: "refund"; id: number; refund: number; free_place: boolean }
  | { do: "pass"; ms: number }
  | { do: "deposit"; id: number };

const IDS = 12;
const DOUBT_MS = 5_400_000;
const HOLD_MS = 600_000;

const id = fc.nat(IDS - 1);
const epoch = fc.constantFrom(1, 1, 1, 2, 3);
const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("reserve" as const),
      id,
      amount: fc.constantFrom(1, 70_000, 99_999, 211_050),
      source: fc.constantFrom("a", "b"),
      epoch,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("capture" as const), id, less: fc.constantFrom(0, 0, 1, 30_000) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("release" as const), id, epoch }, { requiredKeys: ["do", "id"] }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("doubt" as const), id }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("fence" as const), id, epoch }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("refund" as const), id, refund: fc.nat(5), free_place: fc.boolean() }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("pass" as const),
      ms: fc.constantFrom(400, 1_000, 29_999, HOLD_MS, 3_600_000, 30_000_000),
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
const pacing: fc.Arbitrary<Pacing | undefined> = fc.oneof(
  fc.constant(undefined),
  fc.record({ min_interval_s: fc.constantFrom(0.4, 1, 30, 600) }),
  fc.record({ count: fc.integer({ min: 1, max: 3 }), minutes: fc.constantFrom(1, 10, 60) }),
  fc.record({
    min_interval_s: fc.constantFrom(0.5, 45, 3_600),
    count: fc.integer({ min: 1, max: 3 }),
    minutes: fc.constantFrom(1, 60),
  }),
);

interface Rules {
  caps: Cap[];
  pacing?: Pacing;
}

async function play(acts: Act[], rules: Rules): Promise<{ book: AccountBook; auditor: Auditor }> {
  const book = new AccountBook();
  const auditor = new Auditor();
  const own = terms({ buyer: { credit_limit: 0 }, contract: { ...rules, time_zone: "UTC" } });
  for (const step of acts) {
    await apply(step, book, auditor, rules, own);
    const view = book.core.view();
    expect({ balance: view.balance, held: view.held }).toEqual({ balance: auditor.balance(), held: auditor.held() });
    expect(view.balance - view.held).toBeGreaterThanOrEqual(0);
    for (const row of view.caps) expect(row).toMatchObject(auditor.used(row.cap, row.source, book.now));
    for (const one of rules.caps) {
      const most = auditor.most(one);
      expect(most.count).toBeLessThanOrEqual(one.count ?? Number.POSITIVE_INFINITY);
      expect(most.money).toBeLessThanOrEqual(one.money ?? Number.POSITIVE_INFINITY);
    }
    if (rules.pacing) expect(keepsPace(rules.pacing, auditor.taken())).toBe(true);
  }
  return { book, auditor };
}

type Step<D extends Act["do"]> = Extract<Act, { do: D }>;

const isOpen = (entry: Entry | undefined) => entry?.state === "held" || entry?.state === "in_doubt";

function reserve(
  step: Step<"reserve">,
  book: AccountBook,
  auditor: Auditor,
  rules: Rules,
  own: ReturnType<typeof terms>,
): void {
  const known = auditor.entries.get(step.id);
  const { amount, source } = known ? { ...known, amount: known.asked } : step;
  const name = `r${step.id}`;
  const wanted = command(name, { amount: money(amount), source, terms: own, hold_ms: HOLD_MS, epoch: step.epoch });
  const hold_until = book.now + HOLD_MS;
  const reply = book.core.reserve(wanted);
  if (auditor.stale(step.id, step.epoch)) {
    expect(reply).toEqual({ kind: "refused", code: "stale_epoch", detail: "fenced" });
    return;
  }
  if (known) {
    expect(reply.kind).toBe(isOpen(known) ? "held" : known.state === "captured" ? "captured" : "refused");
    if (isOpen(known)) Object.assign(known, { state: "held", hold_until, epoch: step.epoch });
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
    epoch: step.epoch,
  };
  const verdict = auditor.verdict(rules.caps, rules.pacing, entry);
  expect(reply.kind === "refused" ? reply.code : reply.kind).toBe(verdict);
  if (verdict === "held") auditor.entries.set(step.id, entry);
  if (reply.kind === "refused") checkReopening(reply, auditor, rules, entry);
}

/** Not a moment earlier and not a moment later than it said, were nothing else to happen meanwhile. */
function checkReopening(
  reply: Extract<ReserveReply, { kind: "refused" }>,
  auditor: Auditor,
  rules: Rules,
  entry: Entry,
): void {
  const { code, reopens_in_ms } = reply;
  if (reopens_in_ms === undefined) {
    // Never: not even in a hundred years of new windows.
    const fits = auditor.underCaps(rules.caps, { ...entry, at: Date.parse("2126-01-01T00:00:00Z") });
    expect(code === "balance" || !fits).toBe(true);
    return;
  }
  const at = (ms: number) => ({ ...entry, at: entry.at + ms });
  const fits = (ms: number) =>
    code === "paced"
      ? auditor.inPace(rules.pacing, entry.at + ms)
      : code === "cap_reached" && auditor.underCaps(rules.caps, at(ms));
  expect([fits(reopens_in_ms - 1), fits(reopens_in_ms)]).toEqual([false, true]);
}

function refund({ id, refund: by, free_place }: Step<"refund">, book: AccountBook, auditor: Auditor): void {
  const known = auditor.entries.get(id);
  const reply = book.core.refund({
    v: 1,
    // A refund's id is of one reservation: half of them come again for the same one, the others under another id.
    id: `f${id}-${by}`,
    reservation_id: `r${id}`,
    reason: "wrong number",
    author: "alice",
    free_place,
  });
  if (known?.state !== "captured") {
    expect(reply).toEqual({ kind: "refused", state: known?.state ?? "none" });
    return;
  }
  if (known.refund?.id === by) expect(reply).toEqual({ kind: "refunded", amount: known.amount, repeated: true });
  else if (known.refund) expect(reply).toMatchObject({ kind: "refunded", amount: 0 });
  else {
    expect(reply).toEqual({ kind: "refunded", amount: known.amount, repeated: false });
    known.refund = { id: by, freed: free_place };
  }
}

async function apply(
  step: Act,
  book: AccountBook,
  auditor: Auditor,
  rules: Rules,
  own: ReturnType<typeof terms>,
): Promise<void> {
  const name = `r${"id" in step ? step.id : ""}`;
  const known = "id" in step ? auditor.entries.get(step.id) : undefined;
  switch (step.do) {
    case "reserve":
      return reserve(step, book, auditor, rules, own);
    case "refund":
      return refund(step, book, auditor);
    case "capture": {
      const price = Math.max(0, (known?.amount ?? 0) - step.less);
      const reply = book.capture(name, price);
      expect(reply.kind).toBe(isOpen(known) || known?.state === "captured" ? "captured" : "contested");
      if (known && isOpen(known)) Object.assign(known, { state: "captured", amount: price });
      return;
    }
    case "release": {
      const overtaken = step.epoch !== undefined && auditor.stale(step.id, step.epoch);
      const gone = !known || known.state === "released";
      expect(book.core.release(name, "rejected", step.epoch)).toBe(gone || (known.state !== "captured" && !overtaken));
      if (known && known.state !== "captured" && !overtaken) known.state = "released";
      return;
    }
    case "doubt":
      book.core.doubt(name, DOUBT_MS);
      if (known && isOpen(known)) auditor.doubt(known, book.now, DOUBT_MS);
      return;
    case "fence": {
      const told = known && (known.state === "expired" ? "held" : isOpen(known) ? "held" : known.state);
      const found = book.core.fence(`lead-${name}`, step.epoch);
      expect(found.map((reply) => reply.state)).toEqual(told ? [told] : []);
      auditor.fences.set(step.id, Math.max(auditor.fences.get(step.id) ?? 0, step.epoch));
      return;
    }
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
  it("no cap, pace or balance is overshot by one, nothing that fits is refused, and a refusal says when it will fit", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(act, { minLength: 5, maxLength: 50 }),
        fc.array(cap, { maxLength: 3 }),
        pacing,
        async (acts, caps, pace) => {
          await play([{ do: "deposit", id: 0 }, { do: "deposit", id: 1 }, ...acts], { caps, pacing: pace });
        },
      ),
      { seed: 20261120, numRuns: 400 },
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
