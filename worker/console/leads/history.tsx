import type { AttemptTrace, LeadTrace } from "../../../schema/api/trace.ts";
import { Badge, CodeBlock, Confirm, Masked, Money, Section, When } from "../shell/parts.tsx";
import { leadPath } from "./links.ts";
import { type Entry, outcomeTone, timeline } from "./timeline.ts";

/** What happened with the lead after it came, each request with what was sent and answered. */
export function History({ trace, currency }: { trace: LeadTrace; currency: string }) {
  const sealed = trace.attempts.some(({ payload }) => payload === "sealed");
  return (
    <Section
      title="The post, step by step"
      hint="Times count from the lead's arrival, by the clock of its book."
      actions={sealed && <OpenPayloads lead_id={trace.lead.lead_id} />}
      id="history"
    >
      <ol class="timeline">
        {timeline(trace).map((entry) => (
          <Line entry={entry} lead_id={trace.lead.lead_id} currency={currency} />
        ))}
      </ol>
    </Section>
  );
}

function OpenPayloads({ lead_id }: { lead_id: string }) {
  return (
    <Confirm action={`${leadPath(lead_id)}/open#history`} label="Open requests and answers">
      <p>They hold the consumer's personal data. That you opened them is written to the audit.</p>
    </Confirm>
  );
}

function Line({ entry, lead_id, currency }: { entry: Entry; lead_id: string; currency: string }) {
  return (
    <li class={entry.tone}>
      <span class="when">
        <span class="hidden">after </span>
        {entry.since}
      </span>
      <div>
        {entry.text}{" "}
        <small class="quiet">
          <When at={entry.at} />
        </small>
        {entry.attempt && <Attempt attempt={entry.attempt} lead_id={lead_id} currency={currency} />}
      </div>
    </li>
  );
}

const KINDS = {
  post: "Our request",
  status: "Our status call",
  report: "The buyer's own report",
  operator: "An operator's word",
} as const;

function Attempt({ attempt, lead_id, currency }: { attempt: AttemptTrace; lead_id: string; currency: string }) {
  const { outcome, http_status, ms, why, reason_class, price, payload, attempt_id, kind, late_evidence } = attempt;
  const curl = `${leadPath(lead_id)}/attempts/${encodeURIComponent(attempt_id)}/curl`;
  return (
    <div class="attempt">
      <p>
        <Badge tone={outcomeTone(outcome)}>{outcome.replaceAll("_", " ")}</Badge> {KINDS[kind]}, round {attempt.round},
        request {attempt.attempt}: class <code>{attempt.class}</code>
        {http_status !== null && `, HTTP ${http_status}`}, {Math.round(ms)} ms
        {price !== null && (
          <>
            , at <Money amount={price} currency={currency} />
          </>
        )}
        {late_evidence && ", too late"}.
      </p>
      {why && <p class="quiet">{why}</p>}
      {reason_class && (
        <p>
          The buyer's reason: <code>{reason_class}</code>
        </p>
      )}
      {payload === "sealed" && (
        <p>
          Request and answer: <Masked />{" "}
        </p>
      )}
      {payload !== "sealed" && payload !== null && <Payload payload={payload} />}
      {payload !== null && (kind === "post" || kind === "status") && <a href={curl}>As curl, masked</a>}
    </div>
  );
}

const PARTS = [
  ["request", "What was sent"],
  ["answer", "What was answered"],
  ["reason", "The buyer's reason"],
  ["buyer_lead_id", "The buyer's own id of it"],
  ["redirect_url", "Where the consumer goes"],
] as const;

function Payload({ payload }: { payload: Record<string, unknown> }) {
  return (
    <>
      {PARTS.flatMap(([name, title]) => {
        const text = payload[name];
        return typeof text === "string" && text !== ""
          ? [
              <details open>
                <summary>{title}</summary>
                <CodeBlock text={text} />
              </details>,
            ]
          : [];
      })}
    </>
  );
}
