import type { LiveGauges } from "../../../schema/api/live.ts";
import { count, duration } from "../shell/format.ts";
import { Ago, Badge, Money, Section, Stat, Stats } from "../shell/parts.tsx";

const rate = (value: number | null): string => (value === null ? "–" : count(Math.round(value)));
const MINUTE = "Of the last minute that the ledger has, without tests; the ledger is a second or two behind.";

/** Rates, queues and open risks; replaced as a whole when the stream brings new ones. */
export function GaugesPart({ gauges }: { gauges: LiveGauges }) {
  return (
    <div id="gauges">
      <Stats>
        <Rates gauges={gauges} />
        <Queues gauges={gauges} />
        <Risks gauges={gauges} />
      </Stats>
      <Open gauges={gauges} />
      {gauges.unreachable.length > 0 && (
        <p class="notice warn">
          {gauges.unreachable.length} of the books did not answer: what they hold is not in these figures.
        </p>
      )}
    </div>
  );
}

function Rates({ gauges: { per_minute } }: { gauges: LiveGauges }) {
  return (
    <>
      <Stat name="Pings a minute" value={rate(per_minute.pings)} hint={MINUTE} note="in the ledger" />
      <Stat
        name="Accepted a minute"
        value={rate(per_minute.accepted)}
        hint={`Pings that were answered with an offer. ${MINUTE}`}
      />
      <Stat name="Posts a minute" value={rate(per_minute.posts)} hint={`Leads that were taken. ${MINUTE}`} />
      <Stat name="Sold a minute" value={rate(per_minute.sold)} hint={MINUTE} tone="good" />
      <Stat
        name="Revenue a minute"
        value={<Money amount={per_minute.revenue} />}
        hint={`What buyers were charged. ${MINUTE}`}
        tone="good"
      />
    </>
  );
}

function Queues({ gauges }: { gauges: LiveGauges }) {
  const behind = gauges.outbox_age_s > 60 ? "bad" : gauges.outbox_age_s > 10 ? "warn" : "good";
  return (
    <>
      <Stat
        name="Being sold"
        value={count(gauges.working)}
        hint="Leads that are worked on, or wait for their turn: the queue's depth."
      />
      <Stat
        name="Ledger behind"
        value={duration(gauges.outbox_age_s * 1_000)}
        hint="Age of the oldest event that the ledger does not have yet."
        note={`${count(gauges.outbox)} events`}
        tone={behind}
      />
    </>
  );
}

function Risks({ gauges }: { gauges: LiveGauges }) {
  const { unknowns } = gauges;
  return (
    <>
      <Stat
        name="Open unknowns"
        value={count(unknowns.count)}
        href="/ops/dead-letters/unknowns"
        hint="Leads of which some buyer may have taken them."
        note={
          unknowns.count > 0 && (
            <>
              {unknowns.complete ? "" : "at least "}
              <Money amount={unknowns.money_at_risk} /> at risk, oldest {duration(unknowns.oldest_age_s * 1_000)}
            </>
          )
        }
        tone={unknowns.count > 0 ? "warn" : "good"}
      />
      <Stat
        name="Dead letters"
        value={count(gauges.resting)}
        href="/ops/dead-letters"
        hint="Leads that rest for an operator, a buyer's word or a repair."
        tone={gauges.resting > 0 ? "warn" : "good"}
      />
      <Stat
        name="Breakers open"
        value={count(gauges.breakers.count)}
        hint="Endpoints that are left out until they answer again."
        tone={gauges.breakers.count > 0 ? "bad" : "good"}
      />
      <Stat
        name="Open alerts"
        value={count(gauges.alerts.count)}
        href="/ops/alerts"
        hint="Of the newest hundred that are open: neither acknowledged nor muted."
        tone={gauges.alerts.count > 0 ? "warn" : "good"}
      />
    </>
  );
}

function Open({ gauges }: { gauges: LiveGauges }) {
  const { breakers, alerts } = gauges;
  if (breakers.count === 0 && alerts.count === 0) return null;
  return (
    <div class="columns">
      {breakers.count > 0 && (
        <Section title="Breakers open">
          <ul class="plain">
            {breakers.items.map((one) => (
              <li>
                <a href={`/ops/buyers/${one.buyer_id}`}>{one.endpoint_id}</a> <Badge tone="bad">{one.phase}s</Badge>{" "}
                {one.state.replaceAll("_", " ")}
                {one.until && (
                  <>
                    , tries again <Ago at={one.until} />
                  </>
                )}
              </li>
            ))}
          </ul>
        </Section>
      )}
      {alerts.count > 0 && (
        <Section title="Open alerts" actions={<a href="/ops/alerts">All alerts</a>}>
          <ul class="plain">
            {alerts.items.slice(0, 5).map((one) => (
              <li>
                <Badge tone="warn">{one.kind.replaceAll("_", " ")}</Badge> {one.message} <Ago at={one.at} />
              </li>
            ))}
          </ul>
        </Section>
      )}
    </div>
  );
}
