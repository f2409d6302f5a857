import { expect } from "vitest";
import type { Cap, Pacing } from "../../schema/config/buyer.ts";
import { money } from "../../schema/money.ts";
import type { ReserveReply } from "../../schema/rpc/account.ts";
import { type Act, DOUBT_MS, HOLD_MS } from "./account-acts.ts";
import { Auditor, DEPOSIT, type Entry, keepsPace } from "./account-auditor.ts";
import { AccountBook, command, terms } from "./account-book.ts";

export interface Rules {
  caps: Cap[];
  pacing?: Pacing;
}

/** Does what is asked, one act after the other, and expects after each what the auditor says. */
export async function play(acts: Act[], rules: Rules): Promise<{ book: AccountBook; auditor: Auditor }> {
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
