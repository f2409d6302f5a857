import { query } from "../shell/api.ts";
import { count } from "../shell/format.ts";
import { Ago, Money, Section, Stat, Stats, Table } from "../shell/parts.tsx";
import type { Filter } from "./list.tsx";
import type { Summary } from "./schemas.ts";
import { Why } from "./words.tsx";

const PATH = "/ops/dead-letters";

/** How many rest, and what is at risk. */
export function Sums({ sums }: { sums: Summary }) {
  const at_least = sums.complete ? "" : "at least ";
  return (
    <Stats>
      <Stat
        name="Resting"
        value={`${at_least}${count(sums.count)}`}
        hint="Leads in review or parked that this filter takes."
        tone={sums.count > 0 ? "warn" : "good"}
      />
      <Stat
        name="Money at risk"
        value={<Money amount={sums.money_at_risk} />}
        hint="What buyers that may have them were to pay; tests are left out."
        note={at_least === "" ? undefined : "a lower bound"}
      />
      <Stat name="Oldest" value={<Ago at={sums.oldest_since} />} hint="Since when the oldest of them rests." />
      <Stat
        name="Endpoints to repair"
        value={count(sums.by_endpoint.length)}
        hint="Endpoints that are wrongly set up and that parked leads wait for."
        tone={sums.by_endpoint.length > 0 ? "warn" : "good"}
      />
    </Stats>
  );
}

/** By reason, by buyer and by endpoint; each name narrows the list. */
export function Groups({ sums, filter }: { sums: Summary; filter: Filter }) {
  const to = (more: Filter) => query(PATH, { ...filter, ...more });
  return (
    <div class="columns">
      <Section title="By reason">
        <Table
          caption="Dead letters by reason"
          rows={sums.by_why}
          empty="Nothing rests."
          columns={[
            {
              head: "Why",
              cell: (row) => (
                <a href={to({ why: row.why })}>
                  <Why why={row.why} text={row.why_text} />
                </a>
              ),
            },
            { head: "Leads", number: true, cell: (row) => count(row.count) },
            { head: "At risk", number: true, cell: (row) => <Money amount={row.money_at_risk} /> },
            { head: "Oldest", cell: (row) => <Ago at={row.oldest_since} /> },
          ]}
        />
      </Section>
      <Section title="By buyer that may have it">
        <Table
          caption="Dead letters by buyer that may have them"
          rows={sums.by_buyer.slice(0, 8)}
          empty="No buyer may have any of them."
          columns={[
            { head: "Buyer", cell: (row) => <a href={to({ buyer: row.buyer_id })}>{row.buyer_id}</a> },
            { head: "Leads", number: true, cell: (row) => count(row.count) },
            { head: "At risk", number: true, cell: (row) => <Money amount={row.money_at_risk} /> },
            { head: "Oldest", cell: (row) => <Ago at={row.oldest_since} /> },
          ]}
        />
      </Section>
      {sums.by_endpoint.length > 0 && (
        <Section
          title="Endpoints to repair"
          hint="Once such an endpoint is written again, its leads go on by themselves."
        >
          <Table
            caption="Endpoints that parked leads wait for"
            rows={sums.by_endpoint.slice(0, 8)}
            empty=""
            columns={[
              {
                head: "Endpoint",
                cell: (row) => <a href={to({ state: "parked", endpoint: row.endpoint_id })}>{row.endpoint_id}</a>,
              },
              {
                head: "Buyer",
                cell: (row) => (row.buyer_id ? <a href={`/ops/buyers/${row.buyer_id}`}>{row.buyer_id}</a> : "–"),
              },
              { head: "Leads", number: true, cell: (row) => count(row.count) },
              { head: "Oldest", cell: (row) => <Ago at={row.oldest_since} /> },
            ]}
          />
        </Section>
      )}
    </div>
  );
}
