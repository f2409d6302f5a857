import type { LiveItem } from "../../../schema/api/live.ts";
import { duration } from "../shell/format.ts";
import { Ago, Badge, Money, Table } from "../shell/parts.tsx";

/** The newest auctions and sales, newest first. */
export function Newest({ items }: { items: LiveItem[] }) {
  return (
    <Table
      caption="The newest auctions and sales"
      rows={items}
      empty="No ping has come yet. A publisher's first test takes ten minutes: its campaign's page under /specs says how."
      columns={[
        { head: "When", cell: ({ at }) => <Ago at={at} /> },
        { head: "What", cell: (item) => <What item={item} /> },
        { head: "Publisher", cell: ({ publisher }) => <a href={`/ops/publishers/${publisher}`}>{publisher}</a> },
        { head: "Campaign", cell: ({ campaign }) => <a href={`/ops/campaigns/${campaign}`}>{campaign}</a> },
        { head: "In one line", cell: ({ why }) => why },
        { head: "Took", number: true, cell: (item) => (item.kind === "auction" ? duration(item.took_ms) : "") },
        { head: "Price", number: true, cell: (item) => <Money amount={item.price} /> },
      ]}
    />
  );
}

function What({ item }: { item: LiveItem }) {
  if (item.kind === "sale")
    return (
      <a href={`/ops/leads/${item.lead_id}`}>
        <Badge tone="good">sale</Badge>
      </a>
    );
  return (
    <a href={`/ops/auctions/${item.ping_id}`}>
      <Badge tone={item.result === "accepted" ? "info" : "quiet"}>{item.test ? "test auction" : "auction"}</Badge>
    </a>
  );
}
