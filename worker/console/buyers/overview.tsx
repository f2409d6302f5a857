import type { BuyerHealth } from "../../../schema/api/buyer-health.ts";
import { count, duration } from "../shell/format.ts";
import { Empty, Money, Section, Stat, Stats, Table } from "../shell/parts.tsx";
import { ApartStats } from "./apart.tsx";
import { CapTable } from "./caps.tsx";
import { lanesOf } from "./lanes.ts";
import { BreakerLanes, Chart, type Point } from "./pictures.tsx";
import { ms, RangeLinks, rangeLabel, share, successTone } from "./words.tsx";

/** How the buyer does, at one look. */
export function Overview({ health, hours }: { health: BuyerHealth; hours: number }) {
  return (
    <>
      <RangeLinks path={`/ops/buyers/${health.id}`} hours={hours} />
      <Figures health={health} />
      <Section title="Over time" hint={`The last ${rangeLabel(hours)}. A line breaks where nothing was counted.`}>
        <div class="charts">
          <Chart
            title="Answered and accepted"
            points={pointsOf(health, (row) => [row.delivery_success, row.post_acceptance])}
            curves={[
              { label: "Delivery", tone: "a" },
              { label: "Acceptance", tone: "b" },
            ]}
            top={100}
            say={share}
          />
          <Chart
            title="Time to answer, p95"
            points={pointsOf(health, (row) => [row.post_p95, row.ping_p95])}
            curves={[
              { label: "Post", tone: "a" },
              { label: "Ping", tone: "b" },
            ]}
            say={(value) => ms(value)}
          />
        </div>
      </Section>
      <div class="columns">
        <Breakers health={health} />
        <Section title="Caps" hint="All caps of all contracts, the fullest first.">
          <CapTable caps={health.caps} />
        </Section>
      </div>
      <div class="columns">
        <Errors health={health} />
        <Ranges health={health} />
      </div>
    </>
  );
}

const pointsOf = (health: BuyerHealth, values: (row: BuyerHealth["series"][number]) => (number | null)[]): Point[] =>
  health.series.map((row) => ({ from: Date.parse(row.from), to: Date.parse(row.to), values: values(row) }));

function Figures({ health }: { health: BuyerHealth }) {
  const { figures: f } = health;
  return (
    <Stats>
      <Stat
        name="Delivery"
        value={share(f.delivery_success)}
        tone={successTone(f.delivery_success)}
        hint="Posts with an answer that says what became of the lead: the buyer's system works."
        note={`${count(f.posts_answered)} of ${count(f.posts)} posts`}
      />
      <Stat
        name="Acceptance"
        value={share(f.post_acceptance)}
        hint="Share of the yes among yes and no: the buyer wants what it bid for."
        note={`${count(f.posts_accepted)} yes, ${count(f.posts_rejected)} no`}
      />
      <Stat
        name="Post time"
        value={ms(f.post_p95)}
        hint="95 % of the posts took no longer."
        note={`p50 ${ms(f.post_p50)}, p99 ${ms(f.post_p99)}`}
      />
      <Stat
        name="Ping time"
        value={ms(f.ping_p95)}
        best_effort
        hint="95 % of the pings took no longer."
        note={`p50 ${ms(f.ping_p50)}, p99 ${ms(f.ping_p99)}`}
      />
      <Stat
        name="Win rate"
        value={share(f.win_rate)}
        best_effort
        hint="Auctions won by offer."
        note={`${count(f.won)} won, ${count(f.bids)} bids, ${count(f.too_late)} too late`}
      />
      <ApartStats of={f} />
      <Stat
        name="Revenue"
        value={<Money amount={f.revenue} />}
        hint="What it is charged for the sales that stand."
        note={`${count(f.sales)} sold, ${count(f.returned)} given back`}
      />
      <Balance health={health} />
      {health.sla.map(({ name, agreed, measured, kept }) => (
        <Stat
          name={`Agreed: ${SLA[name].label}`}
          value={kept === null ? "–" : kept ? "kept" : "not kept"}
          tone={kept === null ? "quiet" : kept ? "good" : "bad"}
          note={`${SLA[name].say(agreed)} agreed, ${measured === null ? "nothing measured" : `${SLA[name].unit(measured)} measured`}`}
        />
      ))}
    </Stats>
  );
}

function Balance({ health: { id, money } }: { health: BuyerHealth }) {
  return (
    <Stat
      name="Balance"
      value={<Money amount={money?.balance} />}
      href={`/ops/buyers/${id}/money`}
      tone={money && money.available !== null && money.available <= 0 ? "bad" : "quiet"}
      hint="Of the buyer's account, now."
      note={
        money ? (
          <>
            <Money amount={money.held} /> held
            {money.in_doubt > 0 && `, ${count(money.in_doubt)} in doubt for ${duration(money.oldest_in_doubt_ms)}`}
          </>
        ) : (
          "the account did not answer"
        )
      }
    />
  );
}

export const SLA: Record<
  BuyerHealth["sla"][number]["name"],
  { label: string; say: (value: number) => string; unit: (value: number) => string }
> = {
  ping_p95_ms: { label: "ping time", say: (v) => `at most ${duration(v)} (p95)`, unit: duration },
  post_p95_ms: { label: "post time", say: (v) => `at most ${duration(v)} (p95)`, unit: duration },
  delivery_percent: { label: "delivery", say: (v) => `at least ${share(v)}`, unit: share },
  acceptance_percent: { label: "acceptance", say: (v) => `at least ${share(v)}`, unit: share },
};

function Breakers({ health }: { health: BuyerHealth }) {
  const range = { from: Date.parse(health.from), to: Date.parse(health.to) };
  const events = health.breaker_history.map((event) => ({ ...event, at: Date.parse(event.at) }));
  const now = health.endpoints.flatMap(({ id, breakers }) =>
    (["ping", "post"] as const).map((phase) => ({
      endpoint_id: id,
      phase,
      state: breakers.find((breaker) => breaker.phase === phase)?.state ?? ("closed" as const),
    })),
  );
  return (
    <Section title="Breakers" hint="When each endpoint was left out: thick is open or on trial, thin is closed.">
      {now.length === 0 ? (
        <Empty>It has no endpoint yet.</Empty>
      ) : (
        <BreakerLanes lanes={lanesOf(events, now, range)} range={range} />
      )}
    </Section>
  );
}

function Errors({ health }: { health: BuyerHealth }) {
  return (
    <Section title="What posts came to" hint="By class of the answer; exact, from the ledger.">
      <Table
        caption="Posts by class"
        rows={health.errors}
        empty="Nothing was posted in this range."
        columns={[
          { head: "Class", cell: (row) => <code>{row.class}</code> },
          { head: "Posts", number: true, cell: (row) => count(row.count) },
          { head: "Share", number: true, cell: (row) => share(row.share) },
          { head: "Means", cell: (row) => row.meaning },
        ]}
      />
    </Section>
  );
}

function Ranges({ health }: { health: BuyerHealth }) {
  const rows = health.bid_ranges.filter(({ bids, posts }) => bids + posts > 0);
  return (
    <Section
      title="By range of bid"
      hint="Where posts are refused: a buyer that bids high and says no at the post costs others the lead."
    >
      <Table
        caption="Posts and refusals by bid"
        rows={rows}
        empty="No bid and no post in this range."
        columns={[
          {
            head: "Bid",
            cell: ({ above, up_to }) => (
              <>
                <Money amount={above} />{" "}
                {up_to === null ? (
                  "and more"
                ) : (
                  <>
                    to <Money amount={up_to} />
                  </>
                )}
              </>
            ),
          },
          { head: "Bids", number: true, cell: (row) => count(row.bids), hint: "best effort" },
          { head: "Won", number: true, cell: (row) => share(row.win_rate), hint: "best effort" },
          { head: "Posts", number: true, cell: (row) => count(row.posts) },
          { head: "Refused", number: true, cell: (row) => share(row.reject_rate) },
        ]}
      />
    </Section>
  );
}
