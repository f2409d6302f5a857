import type { LeadTrace } from "../../../schema/api/trace.ts";
import type { ConsoleContext } from "../shell/context.ts";
import { consolePage } from "../shell/page.tsx";
import { Badge, type Column, Copy, Fact, Facts, Money, Section, Table, type Tone, When } from "../shell/parts.tsx";
import { Actions, type Refused } from "./actions.tsx";
import { Auction, Styles, Verdict } from "./auction-parts.tsx";
import { Buyers } from "./buyers-table.tsx";
import { History } from "./history.tsx";
import { path } from "./links.ts";
import { since } from "./timeline.ts";

export const STATE_TONES: Record<LeadTrace["lead"]["state"], Exclude<Tone, "info">> = {
  open: "quiet",
  sold: "good",
  unsold: "bad",
  review: "warn",
  parked: "warn",
  returned: "bad",
};

/** A lead's whole story on one page. `opened`: its payloads are shown. */
export function leadPage(
  c: ConsoleContext,
  trace: LeadTrace,
  more: { refused?: Refused; opened?: boolean } = {},
): Response {
  const { lead, auction, buyers } = trace;
  const { refused } = more;
  const currency = auction?.currency ?? "USD";
  return consolePage(c, {
    title: `Lead ${lead.lead_id}`,
    area: "leads",
    crumbs: [{ href: "/ops/leads", label: "Leads" }],
    status: refused?.problem.status,
    notice: noticeOf(more),
    children: (
      <>
        <Styles />
        <Verdict text={trace.verdict} tone={STATE_TONES[lead.state]} />
        <About trace={trace} currency={currency} />
        <Actions trace={trace} refused={refused} />
        {auction && <Auction trace={{ auction, buyers }} />}
        <Buyers buyers={buyers} currency={currency} posted={true} />
        <History trace={trace} currency={currency} />
        <Told trace={trace} currency={currency} />
        <Bookings trace={trace} currency={currency} />
      </>
    ),
  });
}

function noticeOf({ refused, opened }: { refused?: Refused; opened?: boolean }) {
  if (refused) return { tone: "bad" as const, text: refused.problem.detail || refused.problem.code };
  if (opened)
    return {
      tone: "warn" as const,
      text: "Requests and answers are open below: personal data. The audit says that you opened them.",
    };
  return undefined;
}

function About({ trace, currency }: { trace: LeadTrace; currency: string }) {
  const { lead, sale } = trace;
  return (
    <Section title="The lead" actions={<Badge tone={STATE_TONES[lead.state]}>{lead.state}</Badge>}>
      <Facts>
        <Fact name="Lead">
          <Copy text={lead.lead_id} />
        </Fact>
        <Fact name="Publisher">
          <a href={path("publisher", lead.publisher)}>{lead.publisher}</a>
        </Fact>
        <Fact name="Campaign">
          <a href={path("campaign", lead.campaign)}>{lead.campaign}</a>
        </Fact>
        <Fact name="Came">
          <When at={lead.created_at} />
        </Fact>
        <Fact name="Ended">
          <When at={lead.closed_at} />
        </Fact>
        <Fact name="Way">
          {lead.ping_id === null ? "one step" : "ping, then post"}, publisher {lead.mode}
          {lead.test && (
            <>
              {" "}
              <Badge tone="info">test</Badge>
            </>
          )}
        </Fact>
        <Fact name="Promised to the publisher">
          <Money amount={lead.promise} currency={currency} />
        </Fact>
        {sale && (
          <Fact name="Price, payout, margin">
            <Money amount={sale.price} currency={currency} />, <Money amount={sale.payout} currency={currency} />,{" "}
            <Money amount={sale.margin} currency={currency} />
          </Fact>
        )}
        {lead.click_id !== null && <Fact name="click_id">{lead.click_id}</Fact>}
        {Object.entries(lead.sub_ids).map(([name, value]) => (
          <Fact name={name}>{value}</Fact>
        ))}
        {lead.risk && <Fact name="Risk">a policy that can sell it twice was applied</Fact>}
        {lead.erased_at !== null && (
          <Fact name="Personal data destroyed">
            <When at={lead.erased_at} />
          </Fact>
        )}
      </Facts>
    </Section>
  );
}

function Told({ trace, currency }: { trace: LeadTrace; currency: string }) {
  const { lead, told } = trace;
  const due = lead.answer_by === null ? "" : ` Its answer was due ${since(lead.answer_by - lead.created_at)}.`;
  const columns: Column<LeadTrace["told"][number]>[] = [
    { head: "After", cell: ({ at }) => (at === null ? "–" : since(at - lead.created_at)) },
    { head: "At", cell: ({ at }) => <When at={at} /> },
    { head: "Told", cell: ({ result }) => result },
    { head: "Code", cell: ({ code }) => (code === null ? "–" : <code>{code}</code>) },
    { head: "Price", number: true, cell: ({ price }) => <Money amount={price} currency={currency} /> },
  ];
  return (
    <Section title="What the publisher was told" hint={`In order.${due}`} id="told">
      <Table caption="Answers to the publisher" columns={columns} rows={told} empty="Nothing yet." />
    </Section>
  );
}

function Bookings({ trace, currency }: { trace: LeadTrace; currency: string }) {
  const { money } = trace;
  if (!money)
    return (
      <Section title="Money" id="money">
        <p class="quiet">The ledger does not answer; the lead's story above is from its book.</p>
      </Section>
    );
  type Held = (typeof money.reservations)[number];
  type Booked = (typeof money.movements)[number];
  const held: Column<Held>[] = [
    { head: "Held at", cell: (r) => <a href={path("contract", r.contract_id)}>{r.contract_id}</a> },
    { head: "Amount", number: true, cell: (r) => <Money amount={r.amount} currency={currency} /> },
    { head: "State", cell: (r) => r.state.replaceAll("_", " ") },
    { head: "Why", cell: (r) => r.why ?? "–" },
  ];
  const booked: Column<Booked>[] = [
    { head: "At", cell: (m) => <When at={m.at} /> },
    { head: "Account", cell: (m) => <code>{m.account}</code> },
    { head: "Kind", cell: (m) => m.kind },
    { head: "Amount", number: true, cell: (m) => <Money amount={m.amount} currency={currency} /> },
    { head: "Reason", cell: (m) => m.reason ?? "–" },
  ];
  return (
    <Section
      title="Money"
      id="money"
      hint="From the ledger, a second or two behind. Double entry: the movements sum to zero."
    >
      <h3>Held</h3>
      <Table caption="Reservations" columns={held} rows={money.reservations} empty="Nothing was held." />
      <h3>Booked</h3>
      <Table caption="Movements" columns={booked} rows={money.movements} empty="Nothing was booked." />
      {money.movements.length > 0 && (
        <p>
          Sum: <Money amount={money.sum} currency={currency} />
        </p>
      )}
    </Section>
  );
}
