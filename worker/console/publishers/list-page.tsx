import { query } from "../shell/api.ts";
import type { ConsoleContext } from "../shell/context.ts";
import { consolePage, problemPage } from "../shell/page.tsx";
import { Badge, Pager, Section, Table } from "../shell/parts.tsx";
import { figuresOf, shown } from "./figures.tsx";
import { type PublisherAnswer, pathOf, publisherList, type Summary } from "./records.ts";

const PAGE = 50;

export async function listPage(c: ConsoleContext): Promise<Response> {
  const after = c.req.query("after");
  const [page, summary] = await Promise.all([
    c.var.api.get(query("/publishers", { after, limit: PAGE }), publisherList),
    figuresOf(c),
  ]);
  if (!page.ok) return problemPage(c, page.problem, "publishers");
  const { items, next } = page.value;
  return consolePage(c, {
    title: "Publishers",
    area: "publishers",
    actions: (
      <a class="button primary" href="/ops/publishers/new">
        New publisher
      </a>
    ),
    children: (
      <Section title="Last 7 days" hint="Test traffic is in no figure. Each figure's definition is in the reports.">
        <Publishers items={items} summary={summary} />
        <Pager next={next && query("/ops/publishers", { after: next })} first={after && "/ops/publishers"} />
      </Section>
    ),
  });
}

function Publishers({ items, summary }: { items: PublisherAnswer[]; summary: Summary | null }) {
  const rows = new Map(summary?.rows.map((row) => [row.group ?? "", row.values]));
  const figure = (name: string) => (item: PublisherAnswer) => shown(summary, rows.get(item.id), name);
  return (
    <Table
      caption="Publishers with their figures of the last 7 days"
      rows={items}
      empty={
        <>
          No publisher yet. <a href="/ops/publishers/new">Make the first one</a>, give it a test key and a campaign's
          specification.
        </>
      }
      columns={[
        {
          head: "Publisher",
          cell: ({ id, record }) => (
            <span>
              <a href={pathOf(id)}>{record.name || id}</a> <small class="quiet">{id}</small>
            </span>
          ),
        },
        {
          head: "State",
          cell: ({ record }) => (
            <span>
              <Status status={record.status} /> <small class="quiet">{record.mode}</small>
            </span>
          ),
        },
        { head: "Pings", number: true, cell: figure("pings") },
        { head: "Offer rate", number: true, cell: figure("ping_acceptance"), hint: "Pings answered with a price." },
        { head: "Leads", number: true, cell: figure("leads") },
        { head: "Sell-through", number: true, cell: figure("sell_through"), hint: "Leads that are sold." },
        { head: "Payout", number: true, cell: figure("earned"), hint: "What the publisher gets in all." },
      ]}
    />
  );
}

export function Status({ status }: { status: string }) {
  return <Badge tone={status === "active" ? "good" : "warn"}>{status}</Badge>;
}
