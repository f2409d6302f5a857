import { CONTRACTS, crumbsOf, pageOf } from "../records/room.ts";
import type { Typed } from "../records/routes.ts";
import type { Problem } from "../shell/api.ts";
import type { ConsoleContext } from "../shell/context.ts";
import { errorOf } from "../shell/forms.tsx";
import { consolePage } from "../shell/page.tsx";
import { Field, Fields, Section, Select, TextArea } from "../shell/parts.tsx";
import { JSONS, TEXTS } from "./form-read.ts";

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
        {typed.made_from && <input type="hidden" name="made_from" value={typed.made_from} />}
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
