import type { LeadLine } from "../../../schema/api/search.ts";
import { Badge, type Column, Money, Table, When } from "../shell/parts.tsx";
import { STATE_TONES } from "./lead-page.tsx";
import { leadPath, path } from "./links.ts";

const COLUMNS: Column<LeadLine>[] = [
  { head: "Came", cell: (lead) => <When at={lead.created_at} /> },
  {
    head: "Lead",
    cell: (lead) => (
      <div>
        <a href={leadPath(lead.lead_id)}>
          <code>{lead.lead_id}</code>
        </a>{" "}
        {lead.test && <Badge tone="info">test</Badge>}
        <br />
        <small class="quiet">
          <a href={path("publisher", lead.publisher_id)}>{lead.publisher_id}</a>, {lead.campaign_id}
        </small>
      </div>
    ),
  },
  { head: "State", cell: (lead) => <Badge tone={STATE_TONES[lead.state]}>{lead.state}</Badge> },
  { head: "What became of it", cell: (lead) => lead.line },
  { head: "Price", number: true, cell: (lead) => (lead.price > 0 ? <Money amount={lead.price} /> : "–") },
  { head: "Payout", number: true, cell: (lead) => (lead.payout > 0 ? <Money amount={lead.payout} /> : "–") },
];

export function LeadTable({ rows, empty }: { rows: LeadLine[]; empty: string }) {
  return <Table caption="Leads, newest first" columns={COLUMNS} rows={rows} empty={empty} />;
}
