import type { Child } from "hono/jsx";
import type { LiveGauges } from "../../../schema/api/live.ts";
import { count, duration, money } from "../shell/format.ts";
import { Ago, Badge, type Tone } from "../shell/parts.tsx";

const MOST = 5;
/** Seconds behind from which the ledger is worth a word. */
const BEHIND_S = 30;

/** What somebody should look at now, with the way there; or that there is nothing. */
export function Attention({ gauges }: { gauges: LiveGauges }) {
  const { alerts, unknowns, breakers, resting, outbox_age_s, unreachable } = gauges;
  const calm =
    alerts.count + unknowns.count + breakers.count + resting + unreachable.length === 0 && outbox_age_s < BEHIND_S;
  if (calm)
    return (
      <p>
        <Badge tone="good">All quiet</Badge> No open alert, no unknown outcome, no open breaker, nothing at rest.
      </p>
    );
  return (
    <ul class="attention">
      <Alerts alerts={alerts} />
      <Breakers breakers={breakers} />
      {unknowns.count > 0 && <Unknowns unknowns={unknowns} />}
      {resting > 0 && (
        <Line word="at rest">
          <a href="/ops/dead-letters">
            {count(resting)} {resting === 1 ? "dead letter waits" : "dead letters wait"} for a decision or a repair
          </a>
        </Line>
      )}
      {outbox_age_s >= BEHIND_S && (
        <Line word="ledger">
          The ledger is {duration(outbox_age_s * 1_000)} behind: reports and traces are that old.
        </Line>
      )}
      {unreachable.length > 0 && (
        <Line word="books" tone="bad">
          {count(unreachable.length)} of the books did not answer: {unreachable.join(", ")}
        </Line>
      )}
    </ul>
  );
}

function Line({ word, tone = "warn", children }: { word: string; tone?: Tone; children: Child }) {
  return (
    <li>
      <Badge tone={tone}>{word}</Badge> <span>{children}</span>
    </li>
  );
}

function Alerts({ alerts }: Pick<LiveGauges, "alerts">) {
  return (
    <>
      {alerts.items.slice(0, MOST).map(({ at, message, subject }) => (
        <Line word="alert" tone="bad">
          <a href="/ops/alerts">{message}</a>{" "}
          <small class="quiet">
            {subject}, <Ago at={at} />
          </small>
        </Line>
      ))}
      {alerts.count > MOST && (
        <Line word="alerts" tone="bad">
          <a href="/ops/alerts">{count(alerts.count - MOST)} more open alerts</a>
        </Line>
      )}
    </>
  );
}

function Breakers({ breakers }: Pick<LiveGauges, "breakers">) {
  return (
    <>
      {breakers.items.slice(0, MOST).map(({ endpoint_id, buyer_id, phase, state, until }) => (
        <Line word="breaker">
          <a href={`/ops/buyers/${buyer_id}`}>
            {phase === "ping" ? "Pings" : "Posts"} to {endpoint_id} are{" "}
            {state === "half_open" ? "on trial" : "held back"}
          </a>
          {until && (
            <small class="quiet">
              , next try <Ago at={until} />
            </small>
          )}
        </Line>
      ))}
    </>
  );
}

function Unknowns({ unknowns }: Pick<LiveGauges, "unknowns">) {
  const { count: open, oldest_age_s, complete, money_at_risk } = unknowns;
  return (
    <Line word="unknown">
      <a href="/ops/dead-letters/unknowns">
        {count(open)} lead{open === 1 ? "" : "s"} that a buyer may have; oldest {duration(oldest_age_s * 1_000)},{" "}
        {complete ? "" : "at least "}
        {money(money_at_risk)} at risk
      </a>
    </Line>
  );
}
