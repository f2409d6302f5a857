import { type Campaign, campaignSchema } from "../../../schema/config/campaign.ts";
import { formatMoney } from "../../../schema/money.ts";
import { CAMPAIGNS, callOf, crumbsOf, pageOf, recordAnswer } from "../records/room.ts";
import { query } from "../shell/api.ts";
import type { ConsoleContext } from "../shell/context.ts";
import { consolePage, problemPage } from "../shell/page.tsx";
import { Badge, Fact, Facts, Section, Table } from "../shell/parts.tsx";
import { Status } from "./index.tsx";

export async function campaignPage(c: ConsoleContext, id: string): Promise<Response> {
  const stored = await c.var.api.get(callOf(CAMPAIGNS, id), recordAnswer);
  if (!stored.ok) return problemPage(c, stored.problem, "campaigns");
  const read = campaignSchema.safeParse(stored.value.record);
  const page = pageOf(CAMPAIGNS, id);
  return consolePage(c, {
    title: String(stored.value.record.name ?? id),
    area: "campaigns",
    crumbs: crumbsOf(CAMPAIGNS),
    actions: (
      <>
        <a class="button primary" href={`${page}/edit`}>
          Edit
        </a>
        <a class="button" href={`${page}/history`}>
          Versions
        </a>
        <a class="button" href={`/specs/${id}`}>
          Posting specification
        </a>
      </>
    ),
    children: read.success ? (
      <>
        <Rules campaign={read.data} record={stored.value.record} />
        <FieldTable campaign={read.data} />
      </>
    ) : (
      <p>The record no longer fits its schema: edit it as JSON.</p>
    ),
  });
}

function Rules({ campaign, record }: { campaign: Campaign; record: Record<string, unknown> }) {
  const { auction, deadlines, consent, currency, id } = campaign;
  const amount = (value: Parameters<typeof formatMoney>[0]) => `${formatMoney(value)} ${currency}`;
  return (
    <>
      <Section title="Auction" actions={<a href={query("/ops/contracts", { campaign_id: id })}>Its contracts</a>}>
        <Facts>
          <Fact name="State">
            <Status record={record} />
          </Fact>
          <Fact name="Mode">{auction.mode.replaceAll("_", " ")}</Fact>
          <Fact name="Floor" hint="The least a buyer must pay.">
            {amount(auction.floor)}
          </Fact>
          <Fact name="Publisher's share">{auction.publisher_share} %</Fact>
          <Fact name="Least margin">{amount(auction.min_margin)}</Fact>
          <Fact name="Ends early" hint="Once nobody who has not answered can win.">
            {auction.early_close ? `with ${auction.early_close.fallback_bids} bids behind the best` : "no"}
          </Fact>
          <Fact name="Losers hear the price">{campaign.disclose_price ? "yes" : "no"}</Fact>
        </Facts>
      </Section>
      <Section title="Deadlines">
        <Facts>
          <Fact name="Ping">{deadlines.ping_ms} ms</Fact>
          <Fact name="Post">{deadlines.post_ms} ms</Fact>
          <Fact name="One step">{deadlines.lead_ms} ms</Fact>
          <Fact name="A ping id lives">{campaign.ping_ttl_s} s</Fact>
          <Fact name="Same consumer again">after {campaign.duplicate_window_days} days</Fact>
        </Facts>
      </Section>
      <Section title="Consent">
        <Facts>
          <Fact name="Must travel with every post">
            {consent.required.length > 0 ? consent.required.join(", ") : "nothing"}
          </Fact>
          <Fact name="At most">{consent.max_age_hours} hours old</Fact>
          <Fact name="Kept">
            lead {campaign.retention.lead_days} days, proof of consent {campaign.retention.consent_days} days
          </Fact>
        </Facts>
      </Section>
    </>
  );
}

function FieldTable({ campaign }: { campaign: Campaign }) {
  return (
    <Section title="Fields" hint="Class says who may see a field and when; personal ones are never in a ping.">
      <Table
        caption="Fields of the campaign's leads"
        rows={campaign.fields}
        empty="No field."
        columns={[
          {
            head: "Field",
            cell: ({ name, label }) => (
              <span>
                <code>{name}</code> {label && <small class="quiet">{label}</small>}
              </span>
            ),
          },
          {
            head: "Type",
            cell: ({ type, values }) => (
              <span>
                {values ? `${type}: ${values.slice(0, 8).join(", ")}${values.length > 8 ? ", …" : ""}` : type}
              </span>
            ),
          },
          {
            head: "Class",
            cell: ({ class: kind }) => <Badge tone={kind === "personal" ? "warn" : "quiet"}>{kind}</Badge>,
          },
          { head: "Required in", cell: ({ required }) => <span>{required === "never" ? "–" : required}</span> },
          { head: "Also called", cell: ({ aliases }) => <span>{aliases.join(", ") || "–"}</span> },
        ]}
      />
    </Section>
  );
}
