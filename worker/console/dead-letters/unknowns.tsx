import { query } from "../shell/api.ts";
import type { ConsoleContext } from "../shell/context.ts";
import { count } from "../shell/format.ts";
import { consolePage, problemPage } from "../shell/page.tsx";
import { Ago, Badge, Field, Money, Pager, Section, Stat, Stats, Table } from "../shell/parts.tsx";
import { LetterTabs } from "./list.tsx";
import { type UnknownLine, unknownPage } from "./schemas.ts";
import { LeadLink, LetterLink, State } from "./words.tsx";

const PATH = "/ops/dead-letters/unknowns";
const WORDS = ["buyer", "contract", "campaign"] as const;

/** Every lead of which some buyer's answer is unknown, at rest or not: since when, for how much, and what happens next by itself. */
export async function unknownList(c: ConsoleContext): Promise<Response> {
  const filter = Object.fromEntries(WORDS.map((name) => [name, c.req.query(name)]));
  const after = c.req.query("after");
  const found = await c.var.api.get(query("/unknowns", { ...filter, after, limit: 50 }), unknownPage);
  if (!found.ok) return problemPage(c, found.problem, "dead-letters");
  const { items, next, totals } = found.value;
  return consolePage(c, {
    title: "Dead letters",
    area: "dead-letters",
    children: (
      <>
        <LetterTabs now="unknowns" />
        {totals && (
          <Stats>
            <Stat
              name="Open unknowns"
              value={`${totals.complete ? "" : "at least "}${count(totals.count)}`}
              hint="Leads of which some buyer may have taken them: nobody else gets them meanwhile."
              tone={totals.count > 0 ? "warn" : "good"}
            />
            <Stat
              name="Money at risk"
              value={<Money amount={totals.money_at_risk} />}
              hint="What buyers in doubt were to pay; tests are left out."
            />
            <Stat name="Oldest" value={<Ago at={totals.oldest_since} />} hint="Since when the oldest is unknown." />
          </Stats>
        )}
        <Section
          title="Unknown outcomes"
          hint="A buyer's answer was lost or unclear. Its money is held, and the gateway goes on finding out by itself where it can."
        >
          <form class="filters" method="get" action={PATH}>
            {WORDS.map((name) => (
              <Field name={name} label={name[0]?.toUpperCase() + name.slice(1)} value={filter[name]} />
            ))}
            <button type="submit">Filter</button>
          </form>
          <Unknowns rows={items} />
          <Pager next={next && query(PATH, { ...filter, after: next })} first={after ? query(PATH, filter) : null} />
        </Section>
      </>
    ),
  });
}

function Unknowns({ rows }: { rows: UnknownLine[] }) {
  return (
    <Table
      caption="Leads with an unknown outcome"
      rows={rows}
      empty="No outcome is unknown."
      columns={[
        {
          head: "Lead",
          cell: (row) => (row.state === "open" ? <LeadLink id={row.lead_id} /> : <LetterLink id={row.lead_id} />),
        },
        {
          head: "State",
          cell: (row) => (
            <span>
              <State state={row.state} /> {row.test && <Badge>test</Badge>}
            </span>
          ),
        },
        { head: "Unknown for", cell: (row) => <Ago at={row.unknown_since} /> },
        {
          head: "With",
          cell: (row) => (
            <span>
              {row.with.map(({ contract_id, attempts, asked }) => (
                <div>
                  {contract_id}{" "}
                  <small class="quiet">
                    {attempts} sent, {asked} status calls
                  </small>
                </div>
              ))}
            </span>
          ),
        },
        { head: "At risk", number: true, cell: (row) => <Money amount={row.money_at_risk} /> },
        {
          head: "What happens next",
          cell: (row) => (
            <span>
              {row.next.what}{" "}
              {row.next.at && (
                <small class="quiet">
                  (<Ago at={row.next.at} />)
                </small>
              )}
            </span>
          ),
        },
      ]}
    />
  );
}
