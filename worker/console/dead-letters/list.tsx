import { LEAD_STATES, REST_REASONS } from "../../../schema/lists.ts";
import { type Problem, query } from "../shell/api.ts";
import type { ConsoleContext } from "../shell/context.ts";
import { consolePage, problemPage } from "../shell/page.tsx";
import { Ago, Badge, Field, Money, Pager, Section, Select, Table, Tabs } from "../shell/parts.tsx";
import { Bulk } from "./bulk.tsx";
import { Groups, Sums } from "./groups.tsx";
import { type LetterLine, letterPage, type Summary, summary } from "./schemas.ts";
import { LetterLink, toldText, Why } from "./words.tsx";

const PATH = "/ops/dead-letters";
export const FILTERS = ["state", "why", "campaign", "publisher", "buyer", "contract", "endpoint"] as const;
export type Filter = Partial<Record<(typeof FILTERS)[number], string>>;

/** The filter's words of a query or a form; empty ones are left out. */
export function filterOf(value: (name: string) => string | undefined): Filter {
  return Object.fromEntries(FILTERS.flatMap((name) => (value(name) ? [[name, value(name)]] : [])));
}

export function LetterTabs({ now }: { now: "all" | "review" | "parked" | "unknowns" }) {
  const tabs = [
    { id: "all", href: PATH, label: "All that rest" },
    { id: "review", href: `${PATH}?state=review`, label: "In review" },
    { id: "parked", href: `${PATH}?state=parked`, label: "Parked" },
    { id: "unknowns", href: `${PATH}/unknowns`, label: "Unknown outcomes" },
  ];
  return <Tabs label="What is left over" tabs={tabs} now={now} />;
}

/** What rests: added up, filtered, listed, and many at once. `typed`: what a bulk form said that was refused. */
export async function letterList(
  c: ConsoleContext,
  filter: Filter,
  refused?: { problem: Problem; typed: Record<string, string> },
): Promise<Response> {
  const after = c.req.query("after");
  const [sums, page] = await Promise.all([
    c.var.api.get(query("/dead-letters/summary", filter), summary),
    c.var.api.get(query("/dead-letters", { ...filter, after, limit: 50 }), letterPage),
  ]);
  if (!sums.ok) return problemPage(c, sums.problem, "dead-letters");
  if (!page.ok) return problemPage(c, page.problem, "dead-letters");
  const state = filter.state === "review" || filter.state === "parked" ? filter.state : "all";
  return consolePage(c, {
    title: "Dead letters",
    area: "dead-letters",
    status: refused?.problem.status,
    notice: refused && { tone: "bad", text: refused.problem.detail },
    children: (
      <>
        <LetterTabs now={state} />
        <Sums sums={sums.value} />
        <Groups sums={sums.value} filter={filter} />
        <Section
          title="Leads that rest"
          hint="Each waits for an operator, for its buyer's word, or for the repair of an endpoint."
          actions={<Bulk filter={filter} count={sums.value.count} refused={refused} />}
        >
          <FilterForm filter={filter} sums={sums.value} />
          <Letters rows={page.value.items} filtered={Object.keys(filter).length > 0} />
          <Pager
            next={page.value.next && query(PATH, { ...filter, after: page.value.next })}
            first={after ? query(PATH, filter) : null}
          />
        </Section>
      </>
    ),
  });
}

function FilterForm({ filter, sums }: { filter: Filter; sums: Summary }) {
  const known = (values: string[], now: string | undefined) =>
    [...new Set(now === undefined ? values : [now, ...values])].sort();
  return (
    <form class="filters" method="get" action={PATH} data-auto>
      <Select
        name="state"
        label="State"
        none="Any"
        value={filter.state}
        options={LEAD_STATES.filter((state) => state === "review" || state === "parked")}
      />
      <Select name="why" label="Why" none="Any" value={filter.why} options={REST_REASONS} />
      <Select
        name="campaign"
        label="Campaign"
        none="Any"
        value={filter.campaign}
        options={known(
          sums.by_campaign.map(({ campaign }) => campaign),
          filter.campaign,
        ).map((id) => ({ value: id, label: id }))}
      />
      <Field name="buyer" label="Buyer" value={filter.buyer} />
      <Field name="endpoint" label="Endpoint" value={filter.endpoint} />
      <Field name="publisher" label="Publisher" value={filter.publisher} />
      {filter.contract && <Field name="contract" label="Contract" value={filter.contract} />}
      <button type="submit">Filter</button>
      {Object.keys(filter).length > 0 && <a href={PATH}>Show all</a>}
    </form>
  );
}

function Letters({ rows, filtered }: { rows: LetterLine[]; filtered: boolean }) {
  return (
    <Table
      caption="Leads that rest"
      rows={rows}
      empty={filtered ? "Nothing that rests fits this filter." : "Nothing rests: every lead has come to its end."}
      columns={[
        { head: "Lead", cell: (row) => <LetterLink id={row.lead_id} /> },
        {
          head: "Why",
          cell: (row) => (
            <span>
              <Why why={row.why} text={row.why_text} /> {row.test && <Badge>test</Badge>}
            </span>
          ),
        },
        { head: "Rests since", cell: (row) => <Ago at={row.resting_since} /> },
        {
          head: "From",
          cell: (row) => (
            <span>
              {row.publisher} <small class="quiet">{row.campaign}</small>
            </span>
          ),
        },
        { head: "Who", cell: (row) => <Who row={row} /> },
        { head: "At risk", number: true, cell: (row) => <Money amount={row.money_at_risk} /> },
        { head: "Publisher heard", cell: (row) => toldText(row.told) },
      ]}
    />
  );
}

/** Who may have it, or which endpoint must be repaired. */
function Who({ row }: { row: LetterLine }) {
  const may = [...new Set(row.in_doubt.map(({ buyer_id }) => buyer_id))];
  const broken = [...new Set(row.set_up_errors.map(({ endpoint_id }) => endpoint_id))];
  if (may.length > 0) return <span>{may.join(", ")} may have it</span>;
  if (broken.length > 0) return <span>repair {broken.join(", ")}</span>;
  return <span class="quiet">nobody</span>;
}
