import type { LiveGauges } from "../../../schema/api/live.ts";
import { count, duration, money } from "../shell/format.ts";
import { Ago, Badge } from "../shell/parts.tsx";

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
      {alerts.items.slice(0, MOST).map(({ at, message, subject }) => (
        <li>
          <Badge tone="bad">alert</Badge>{" "}
          <span>
            <a href="/ops/alerts">{message}</a>{" "}
            <small class="quiet">
              {subject}, <Ago at={at} />
            </small>
          </span>
        </li>
      ))}
      {alerts.count > MOST && (
        <li>
          <Badge tone="bad">alerts</Badge> <a href="/ops/alerts">{count(alerts.count - MOST)} more open alerts</a>
        </li>
      )}
      {breakers.items.slice(0, MOST).map(({ endpoint_id, buyer_id, phase, state, until }) => (
        <li>
          <Badge tone="warn">breaker</Badge>{" "}
          <span>
            <a href={`/ops/buyers/${buyer_id}`}>
              {phase === "ping" ? "Pings" : "Posts"} to {endpoint_id} are{" "}
              {state === "half_open" ? "on trial" : "held back"}
            </a>
            {until && (
              <small class="quiet">
                , next try <Ago at={until} />
              </small>
            )}
          </span>
        </li>
      ))}
      {unknowns.count > 0 && (
        <li>
          <Badge tone="warn">unknown</Badge>{" "}
          <a href="/ops/dead-letters/unknowns">
            {count(unknowns.count)} lead{unknowns.count === 1 ? "" : "s"} that a buyer may have; oldest{" "}
            {duration(unknowns.oldest_age_s * 1_000)}, {unknowns.complete ? "" : "at least "}
            {money(unknowns.money_at_risk)} at risk
          </a>
        </li>
      )}
      {resting > 0 && (
        <li>
          <Badge tone="warn">at rest</Badge>{" "}
          <a href="/ops/dead-letters">
            {count(resting)} {resting === 1 ? "dead letter waits" : "dead letters wait"} for a decision or a repair
          </a>
        </li>
      )}
      {outbox_age_s >= BEHIND_S && (
        <li>
          <Badge tone="warn">ledger</Badge> The ledger is {duration(outbox_age_s * 1_000)} behind: reports and traces
          are that old.
        </li>
      )}
      {unreachable.length > 0 && (
        <li>
          <Badge tone="bad">books</Badge> {count(unreachable.length)} of the books did not answer:{" "}
          {unreachable.join(", ")}
        </li>
      )}
    </ul>
  );
}
