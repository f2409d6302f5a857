import type { BuyerHealth } from "../../../schema/api/buyer-health.ts";
import { count } from "../shell/format.ts";
import { Ago, Confirm, Field, Section, Table } from "../shell/parts.tsx";
import { lanesOf } from "./lanes.ts";
import { BreakerLanes } from "./pictures.tsx";
import { BreakerBadge } from "./words.tsx";

/** Both breakers of an endpoint: now, over the range as a picture, and each turn. */
export function BreakerSection({
  health,
  own,
  path,
}: {
  health: BuyerHealth;
  own?: BuyerHealth["endpoints"][number];
  path: string;
}) {
  const range = { from: Date.parse(health.from), to: Date.parse(health.to) };
  const id = own?.id ?? "";
  const events = health.breaker_history.map((event) => ({ ...event, at: Date.parse(event.at) }));
  const known = (["ping", "post"] as const).map((phase) => ({
    endpoint_id: id,
    phase,
    state: own?.breakers.find((breaker) => breaker.phase === phase)?.state ?? ("closed" as const),
    until: own?.breakers.find((breaker) => breaker.phase === phase)?.until ?? null,
  }));
  const turned = health.breaker_history.filter(({ endpoint_id }) => endpoint_id === id).slice(0, 20);
  return (
    <Section
      title="Breakers"
      hint="Thick is open or on trial, thin is closed. It is tried again by itself, without a real lead; reset it once it is repaired."
    >
      <p class="actions">
        {known.map(({ phase, state, until }) => (
          <span>
            {phase} <BreakerBadge state={state} />{" "}
            {until && state === "open" && (
              <small class="quiet">
                tried again <Ago at={until} />
              </small>
            )}
          </span>
        ))}
        <Confirm action={`${path}/reset`} label="Reset" submit="Close both breakers">
          <p>Both breakers are closed at once, and count from zero.</p>
          <Field name="reason" id="reason-reset" label="Reason" required />
        </Confirm>
      </p>
      <BreakerLanes lanes={lanesOf(events, known, range)} range={range} />
      <details>
        <summary>
          {turned.length === 0 ? "It did not turn in this range" : `How it turned (${count(turned.length)})`}
        </summary>
        <Table
          caption="Breaker events"
          rows={turned}
          empty="Nothing turned."
          columns={[
            { head: "When", cell: ({ at }) => <Ago at={at} /> },
            { head: "Phase", cell: ({ phase }) => phase },
            { head: "Became", cell: ({ state }) => <BreakerBadge state={state} /> },
            { head: "Why", cell: ({ why }) => why },
          ]}
        />
      </details>
    </Section>
  );
}
