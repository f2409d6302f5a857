import type { BidReading, Dialect, OutcomeReading, StepReading, WireAnswer } from "../../../worker/buyers/dialect.ts";
import type { AnswerRow, Expected } from "./files.ts";

const UNITS = 10_000;

/** What a buyer's system answers, as the channel hands it over. */
export const wireOf = ({ status, headers, body }: Pick<AnswerRow, "status" | "headers" | "body">): WireAnswer => ({
  status,
  content_type: headers["content-type"] ?? "",
  body,
  retry_after: headers["retry-after"] ?? null,
  location: headers.location ?? null,
  headers,
});

type Read = Record<string, unknown>;

/** Where an answer of a fixture is read otherwise than expected: one line each, none = right. */
export function judge(dialect: Dialect, row: AnswerRow): string[] {
  const read = readOf(dialect, row);
  if (read === null) return [`there is no ${row.stage}`];
  const { outcome, ...values } = row.expected;
  if (read.outcome !== outcome) return [`${String(read.outcome)} instead of ${outcome}`];
  const called = Object.entries(values).filter(([name]) => name !== "after");
  const differences = called.flatMap(([name, wanted]) =>
    same(read[name], wanted) ? [] : [differs(name, read[name], wanted)],
  );
  return [...differences, ...unexpected(read, row.expected), ...afterOf(dialect, row)];
}

function readOf(dialect: Dialect, row: AnswerRow): Read | null {
  const wire = wireOf(row);
  const context = { after_unknown: false, idempotent: false };
  const { stage } = row;
  if (stage === "ping") return ofBid(dialect.readBid(wire));
  if (stage === "post") return ofOutcome(dialect.readOutcome(wire, context));
  if (stage.startsWith("after:")) {
    const step = dialect.steps.afterPost.find(({ name }) => `after:${name}` === stage);
    return step ? ofOutcome(step.read(wire, context)) : null;
  }
  const before = [...dialect.steps.beforePing, ...dialect.steps.beforePost].find(({ name }) => name === stage);
  return before ? ofStep(before.read(wire)) : null;
}

const units = (money: number | null | undefined): number | undefined =>
  money === null || money === undefined ? undefined : money / UNITS;

function ofBid(reading: BidReading): Read {
  if (reading.outcome !== "bid") return { ...reading };
  const { ref, ...carried } = reading.carried;
  return {
    ...reading,
    price: units(reading.price),
    ref,
    carried,
    expires_at: reading.expires_at === undefined ? undefined : new Date(reading.expires_at).toISOString(),
    legs: reading.legs?.map(({ price, ...leg }) => ({ ...leg, price: units(price) })),
  };
}

const ofOutcome = (reading: OutcomeReading): Read => ({
  ...reading,
  outcome: reading.held_for_review ? "review" : reading.outcome,
  price: units(reading.price),
  counter_price: units(reading.counter_price),
});

const ofStep = ({ carried, ...reading }: StepReading): Read => ({ ...reading, carried, ref: carried.id });

/** What nobody expects must not be there, where it would cost money or send a consumer somewhere. */
function unexpected(read: Read, expected: Expected): string[] {
  const names = ["price", "counter_price", "redirect_url", "legs", "unverified"] as const;
  return names.flatMap((name) =>
    read[name] !== undefined && expected[name] === undefined ? [differs(name, read[name], undefined)] : [],
  );
}

/** The step that must follow, and no other. */
function afterOf(dialect: Dialect, row: AnswerRow): string[] {
  if (row.stage !== "post") return [];
  const step = dialect.steps.afterPost.find(({ when }) => when(wireOf(row), {}))?.name;
  return step === row.expected.after ? [] : [differs("step after it", step, row.expected.after)];
}

const differs = (name: string, read: unknown, wanted: unknown): string =>
  `${name} ${shown(read)} instead of ${shown(wanted)}`;
const shown = (value: unknown): string => (value === undefined ? "nothing" : JSON.stringify(value));

function same(read: unknown, wanted: unknown): boolean {
  if (
    typeof wanted === "string" &&
    typeof read === "string" &&
    Date.parse(wanted) > 0 &&
    Date.parse(wanted) === Date.parse(read)
  )
    return true;
  if (Array.isArray(wanted))
    return Array.isArray(read) && read.length === wanted.length && wanted.every((one, i) => same(read[i], one));
  if (typeof wanted !== "object" || wanted === null) return read === wanted;
  return (
    typeof read === "object" &&
    read !== null &&
    Object.entries(wanted).every(([name, one]) => same((read as Read)[name], one))
  );
}
