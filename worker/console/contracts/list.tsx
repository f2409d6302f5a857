import * as z from "zod";
import { CONTRACTS, pageOf, type RecordAnswer, recordList } from "../records/room.ts";
import { query } from "../shell/api.ts";
import type { ConsoleContext } from "../shell/context.ts";
import { consolePage, problemPage } from "../shell/page.tsx";
import { Badge, Field, Fields, Pager, Section, Select, Table } from "../shell/parts.tsx";
import { priceWords } from "./words.ts";

const PAGE = 50;
const FILTERS = ["campaign_id", "buyer_id", "stage", "status"] as const;
const asked = z.object(Object.fromEntries(FILTERS.map((name) => [name, z.string().max(40).optional()])));

export async function listPage(c: ConsoleContext): Promise<Response> {
  const filters = asked.safeParse(c.req.query());
  const values = (filters.success ? filters.data : {}) as Record<string, string | undefined>;
  const after = c.req.query("after");
  const [page, campaigns] = await Promise.all([
    c.var.api.get(query("/contracts", { ...values, after, limit: PAGE }), recordList),
    c.var.api.get("/campaigns?limit=100", recordList),
  ]);
  if (!page.ok) return problemPage(c, page.problem, "contracts");
  const { items, next } = page.value;
  return consolePage(c, {
    title: "Contracts",
    area: "contracts",
    actions: (
      <a class="button primary" href="/ops/contracts/new">
        New contract
      </a>
    ),
    children: (
      <>
        <Filter values={values} campaigns={campaigns.ok ? campaigns.value.items.map(({ id }) => id) : []} />
        <Section title="Standing orders" hint="What each buyer takes on a campaign, and what it pays.">
          <Contracts items={items} />
          <Pager
            next={next && query("/ops/contracts", { ...values, after: next })}
            first={after && query("/ops/contracts", values)}
          />
        </Section>
      </>
    ),
  });
}

function Filter({ values, campaigns }: { values: Record<string, string | undefined>; campaigns: string[] }) {
  const select = (name: (typeof FILTERS)[number], label: string, options: string[]) => (
    <Select {...{ name, label, options }} value={values[name]} none="all" />
  );
  return (
    <form method="get" action="/ops/contracts">
      <Fields>
        {select("campaign_id", "Campaign", campaigns)}
        <Field name="buyer_id" label="Buyer's id" value={values.buyer_id} />
        {select("stage", "Stage", ["draft", "ramping", "live"])}
        {select("status", "Status", ["active", "paused"])}
      </Fields>
      <button type="submit">Show</button>
    </form>
  );
}

function Contracts({ items }: { items: RecordAnswer[] }) {
  return (
    <Table
      caption="Contracts"
      rows={items}
      empty="No contract fits."
      columns={[
        {
          head: "Contract",
          cell: ({ id, record }) => (
            <span>
              <a href={pageOf(CONTRACTS, id)}>{String(record.name ?? id)}</a> <small class="quiet">{id}</small>
            </span>
          ),
        },
        { head: "State", cell: ({ record }) => <Standing record={record} /> },
        {
          head: "Buyer",
          cell: ({ record }) => <a href={`/ops/buyers/${record.buyer_id}`}>{String(record.buyer_id)}</a>,
        },
        {
          head: "Campaign",
          cell: ({ record }) => <a href={`/ops/campaigns/${record.campaign_id}`}>{String(record.campaign_id)}</a>,
        },
        { head: "Price", cell: ({ record }) => <span>{priceWords(record.price)}</span> },
        { head: "Priority", number: true, cell: ({ record }) => <span>{String(record.priority ?? 100)}</span> },
      ]}
    />
  );
}

/** Status and stage in one. */
export function Standing({ record }: { record: Record<string, unknown> }) {
  const stage = String(record.stage ?? "live");
  if (record.status === "paused") return <Badge tone="warn">paused</Badge>;
  return <Badge tone={stage === "live" ? "good" : stage === "ramping" ? "info" : "quiet"}>{stage}</Badge>;
}
