import { CONTRACTS, crumbsOf, pageOf } from "../records/room.ts";
import type { Typed } from "../records/routes.ts";
import type { Problem } from "../shell/api.ts";
import type { ConsoleContext } from "../shell/context.ts";
import { errorOf } from "../shell/forms.tsx";
import { consolePage } from "../shell/page.tsx";
import { Field, Fields, Section, Select, TextArea } from "../shell/parts.tsx";

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
const text = (value: unknown): string => (value === undefined || value === null ? "" : String(value));
const json = (value: unknown): string => (value === undefined ? "" : JSON.stringify(value, null, 2));

/** What the form shows of a record. */
export function typedOfRecord(record: Record<string, unknown>): Typed {
  const price = isObject(record.price) ? record.price : {};
  return {
    ...Object.fromEntries(TEXTS.map((name) => [name, text(record[name])])),
    price_type: text(price.type) || "bid",
    amount: text(price.amount),
    max_bid: text(price.max_bid),
    ...Object.fromEntries(JSONS.map((name) => [name, json(record[name])])),
  };
}

const TEXTS = [
  "name",
  "time_zone",
  "on_unknown",
  "find_out",
  "priority",
  "publisher_share",
  "duplicate_window_days",
  "ping_timeout_ms",
  "post_timeout_ms",
] as const;
const NUMBERS: ReadonlySet<string> = new Set([
  "priority",
  "publisher_share",
  "duplicate_window_days",
  "ping_timeout_ms",
  "post_timeout_ms",
]);
const JSONS = ["filter", "schedule", "caps", "sources"] as const;

/** The record with what was typed; a number that is none goes on as text, so that the API names its field. */
export function readForm(
  typed: Typed,
  present: Record<string, unknown>,
): { record: Record<string, unknown> } | { problem: Problem } {
  const record: Record<string, unknown> = { ...present };
  for (const name of ["buyer_id", "campaign_id", "endpoint_id"]) if (typed[name]) record[name] = typed[name].trim();
  for (const name of TEXTS) {
    const value = typed[name]?.trim() ?? "";
    const number = Number(value);
    record[name] = value === "" ? undefined : NUMBERS.has(name) && Number.isFinite(number) ? number : value;
  }
  record.price = priceOf(typed, present);
  const errors: Problem["errors"] = [];
  for (const name of JSONS) {
    const value = typed[name]?.trim() ?? "";
    try {
      record[name] = value === "" ? undefined : JSON.parse(value);
    } catch (error) {
      errors.push({ field: name, message: `is no JSON: ${error instanceof Error ? error.message : "unreadable"}` });
    }
  }
  if (errors.length > 0)
    return { problem: { status: 422, code: "invalid_fields", detail: "The form is not as required.", errors } };
  return { record: Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) };
}

function priceOf(typed: Typed, present: Record<string, unknown>): unknown {
  const { price_type: type = "bid", amount = "", max_bid = "" } = typed;
  if (type === "fixed") return { type, amount: amount.trim() };
  if (type === "table")
    return isObject(present.price) && present.price.type === "table" ? present.price : { type, rows: [] };
  return max_bid.trim() === "" ? { type: "bid" } : { type: "bid", max_bid: max_bid.trim() };
}

interface Edit {
  /** null: a new one. */
  id: string | null;
  typed: Typed;
  problem?: Problem;
}

export function editPage(c: ConsoleContext, { id, typed, problem }: Edit): Response {
  const known = new Set<string>([...TEXTS, ...JSONS, "price", "id", "buyer_id", "campaign_id", "endpoint_id"]);
  const others = problem?.errors.filter(({ field }) => !known.has(field.split(".")[0] ?? "")) ?? [];
  return consolePage(c, {
    title: id === null ? "New contract" : `Edit ${typed.name || id}`,
    area: "contracts",
    status: problem?.status,
    crumbs: crumbsOf(CONTRACTS, id ?? undefined),
    actions: id === null ? undefined : <a href={`${pageOf(CONTRACTS, id)}/json`}>Everything, as JSON</a>,
    notice: problem && {
      tone: "bad",
      text: [problem.detail || problem.code, ...others.map(({ field, message }) => `${field} ${message}`)].join(". "),
    },
    children: (
      <form method="post" action={id === null ? "/ops/contracts/new" : `${pageOf(CONTRACTS, id)}/review`}>
        <Who fresh={id === null} typed={typed} problem={problem} />
        <Price typed={typed} problem={problem} />
        <Takes typed={typed} problem={problem} />
        <Post typed={typed} problem={problem} />
        <button type="submit" class="primary">
          Review changes
        </button>
      </form>
    ),
  });
}

interface Part {
  typed: Typed;
  problem?: Problem;
}
const field = ({ typed, problem }: Part, name: string) => ({
  name,
  value: typed[name] ?? "",
  error: errorOf(problem, name),
});

function Who({ fresh, ...part }: Part & { fresh: boolean }) {
  return (
    <Section title="Who">
      <Fields>
        <Field {...field(part, "name")} label="Name" required />
        {fresh && <Field {...field(part, "id")} label="Id" required hint="For ever: small letters, digits, _ and -." />}
        {fresh && <Field {...field(part, "buyer_id")} label="Buyer's id" required />}
        {fresh && <Field {...field(part, "campaign_id")} label="Campaign's id" required />}
        {fresh && <Field {...field(part, "endpoint_id")} label="Endpoint's id" required />}
      </Fields>
    </Section>
  );
}

function Price(part: Part) {
  const { typed, problem } = part;
  return (
    <Section title="Price">
      <Fields>
        <Select
          name="price_type"
          label="What it pays"
          value={typed.price_type}
          options={[
            { value: "bid", label: "what it bids" },
            { value: "fixed", label: "a fixed price" },
            { value: "table", label: "by table (from CSV, on the contract's page)" },
          ]}
          error={errorOf(problem, "price.type") ?? errorOf(problem, "price.rows")}
        />
        <Field
          name="max_bid"
          label="Most it may bid"
          value={typed.max_bid}
          hint="Of bids; a higher one is refused. Empty: no limit."
          error={errorOf(problem, "price.max_bid")}
        />
        <Field
          name="amount"
          label="Fixed price"
          value={typed.amount}
          hint="Of a fixed price, for each lead."
          error={errorOf(problem, "price.amount")}
        />
        <Field {...field(part, "priority")} label="Priority" hint="1 goes before 2. Empty: 100." />
        <Field
          {...field(part, "publisher_share")}
          label="Publisher's share, percent"
          hint="Empty: the publisher's or the campaign's."
        />
      </Fields>
    </Section>
  );
}

function Takes(part: Part) {
  return (
    <Section title="What it takes" hint="As JSON; empty takes the rule away.">
      <TextArea
        {...field(part, "filter")}
        label="Filter"
        code
        rows={8}
        hint='{"all": [{"field": "state", "in": ["CA", "TX"]}]}'
      />
      <TextArea
        {...field(part, "schedule")}
        label="Hours"
        code
        rows={5}
        hint='{"hours": [{"days": ["mon", "tue"], "from": "09:00", "to": "18:00"}]}'
      />
      <TextArea {...field(part, "caps")} label="Caps" code rows={5} hint='[{"per": "day", "count": 100}]' />
      <TextArea
        {...field(part, "sources")}
        label="Sources"
        code
        rows={3}
        hint='{"allow": ["publisher"], "deny": ["publisher/sub_id1"]}'
      />
      <Fields>
        <Field
          {...field(part, "time_zone")}
          label="Time zone of hours and caps"
          hint="IANA. Empty: America/New_York."
        />
        <Field
          {...field(part, "duplicate_window_days")}
          label="Days until the same consumer again"
          hint="0: at once. Empty: 30."
        />
      </Fields>
    </Section>
  );
}

function Post(part: Part) {
  return (
    <Section title="How it is posted to">
      <Fields>
        <Field {...field(part, "ping_timeout_ms")} label="Ping timeout, ms" hint="Empty: the endpoint's." />
        <Field {...field(part, "post_timeout_ms")} label="Post timeout, ms" hint="Empty: the endpoint's." />
        <Select
          {...field(part, "find_out")}
          label="An unknown outcome is found out"
          none="as usual: the same post again"
          options={["retry_same", "ask_status", "nothing"]}
        />
        <Select
          {...field(part, "on_unknown")}
          label="When that has not helped"
          none="as usual: review"
          options={["review", "next_buyer", "treat_as_sold"]}
        />
      </Fields>
    </Section>
  );
}
