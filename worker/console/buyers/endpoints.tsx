import type { BuyerHealth } from "../../../schema/api/buyer-health.ts";
import { count } from "../shell/format.ts";
import { Ago, Money, Section, Table } from "../shell/parts.tsx";
import { apartColumns } from "./apart.tsx";
import { BreakerBadge, ms, Standing, share } from "./words.tsx";

/** A buyer's endpoints with both breakers of each. */
export function Endpoints({ health }: { health: BuyerHealth }) {
  const breaker = (endpoint: BuyerHealth["endpoints"][number], phase: "ping" | "post") => {
    const found = endpoint.breakers.find((one) => one.phase === phase);
    return (
      <>
        <BreakerBadge
          state={found?.state ?? "closed"}
          title={found ? `${count(found.failures)} failures counted` : undefined}
        />
        {found?.until && (
          <small>
            {" "}
            tried again <Ago at={found.until} />
          </small>
        )}
      </>
    );
  };
  return (
    <Section title="Endpoints" hint="The buyer's addresses, with their credentials, dialects and breakers.">
      <Table
        caption="Endpoints"
        rows={health.endpoints}
        empty="It has no endpoint yet: POST /v1/admin/endpoints makes one."
        columns={[
          {
            head: "Endpoint",
            cell: ({ id, name }) => (
              <>
                <a href={`/ops/buyers/${health.id}/endpoints/${id}`}>{name}</a>
                <br />
                <code class="quiet">{id}</code>
              </>
            ),
          },
          {
            head: "Standing",
            cell: ({ standing, maintenance }) => (
              <>
                <Standing word={standing} />
                {maintenance && (
                  <small>
                    {" "}
                    ends <Ago at={maintenance.until} />
                  </small>
                )}
              </>
            ),
          },
          { head: "Ping breaker", cell: (row) => breaker(row, "ping") },
          { head: "Post breaker", cell: (row) => breaker(row, "post") },
          { head: "Posts", number: true, cell: ({ figures }) => count(figures.posts) },
          { head: "Delivery", number: true, cell: ({ figures }) => share(figures.delivery_success) },
          { head: "Accepted", number: true, cell: ({ figures }) => share(figures.post_acceptance) },
          { head: "p50", number: true, cell: ({ figures }) => ms(figures.post_p50) },
          { head: "p95", number: true, cell: ({ figures }) => ms(figures.post_p95) },
          { head: "p99", number: true, cell: ({ figures }) => ms(figures.post_p99) },
        ]}
      />
    </Section>
  );
}

/** Its standing orders. */
export function Contracts({ health }: { health: BuyerHealth }) {
  return (
    <Section
      title="Contracts"
      hint="Its standing orders on campaigns. Pings, bids and win rate are best effort; posts and money are exact."
    >
      <Table
        caption="Contracts"
        rows={health.contracts}
        empty="It has no contract yet."
        columns={[
          {
            head: "Contract",
            cell: ({ id, name }) => (
              <>
                <a href={`/ops/contracts/${id}`}>{name}</a>
                <br />
                <code class="quiet">{id}</code>
              </>
            ),
          },
          { head: "Campaign", cell: ({ campaign_id }) => <a href={`/ops/campaigns/${campaign_id}`}>{campaign_id}</a> },
          { head: "Status", cell: ({ status, stage }) => (status === "paused" ? "paused" : stage) },
          { head: "Asked", number: true, cell: ({ figures }) => count(figures.asked) },
          { head: "Bids", number: true, cell: ({ figures }) => share(figures.bid_rate) },
          { head: "Won", number: true, cell: ({ figures }) => share(figures.win_rate) },
          ...apartColumns,
          { head: "Ping p95", number: true, cell: ({ figures }) => ms(figures.ping_p95) },
          { head: "Posts", number: true, cell: ({ figures }) => count(figures.posts) },
          { head: "Accepted", number: true, cell: ({ figures }) => share(figures.post_acceptance) },
          { head: "Revenue", number: true, cell: ({ figures }) => <Money amount={figures.revenue} /> },
        ]}
      />
    </Section>
  );
}
