import * as z from "zod";
import { count } from "../shell/format.ts";
import {
  Ago,
  Badge,
  CodeBlock,
  Confirm,
  Fact,
  Facts,
  Field,
  Masked,
  Money,
  Section,
  Table,
  type Tone,
} from "../shell/parts.tsx";
import { ms } from "./words.tsx";

const attempt = z.object({
  attempt_id: z.string(),
  contract_id: z.string().default(""),
  at: z.string(),
  lead_id: z.string(),
  test: z.boolean(),
  endpoint_id: z.string(),
  round: z.number(),
  attempt: z.number(),
  kind: z.string(),
  outcome: z.string(),
  class: z.string(),
  why: z.string().nullable(),
  reason_class: z.string().nullable(),
  http_status: z.number().nullable(),
  ms: z.number(),
  price: z.number().nullable(),
  payload: z.enum(["sealed", "none"]),
});
export type Attempt = z.output<typeof attempt>;
export const attemptsSchema = z.object({ items: z.array(attempt), more_contracts: z.number() });
export const openedSchema = attempt.extend({
  request: z.string().nullable(),
  answer: z.string().nullable(),
  reason: z.string().nullable(),
});
export type Opened = z.output<typeof openedSchema>;
export const curlSchema = z.object({ requests: z.array(z.object({ name: z.string(), curl: z.string() })) });

export const outcomeTone = (outcome: string): Tone =>
  outcome === "accepted"
    ? "good"
    : outcome === "rejected" || outcome === "duplicate" || outcome === "not_taken"
      ? "quiet"
      : "bad";

/** What was sent of late, newest first. */
export function Attempts({ buyer, items, more }: { buyer: string; items: readonly Attempt[]; more: number }) {
  return (
    <Section
      title="Attempts"
      hint={`The newest ${count(items.length)}, from the ledger: a second or two behind. What was sent stays sealed.${more > 0 ? ` ${count(more)} further contracts were not looked at.` : ""}`}
    >
      <Table
        caption="Attempts"
        rows={items}
        empty="Nothing was sent yet."
        columns={[
          { head: "When", cell: ({ at }) => <Ago at={at} /> },
          { head: "Lead", cell: ({ lead_id }) => <a href={`/ops/leads/${lead_id}`}>{lead_id.slice(0, 12)}…</a> },
          { head: "Contract", cell: ({ contract_id }) => <code>{contract_id}</code> },
          {
            head: "Outcome",
            cell: ({ outcome, kind, test }) => (
              <>
                <Badge tone={outcomeTone(outcome)}>{outcome.replaceAll("_", " ")}</Badge>{" "}
                {kind !== "post" && <small>{kind}</small>} {test && <Badge>test</Badge>}
              </>
            ),
          },
          { head: "Class", cell: (row) => <span title={row.why ?? undefined}>{row.class}</span> },
          { head: "HTTP", number: true, cell: ({ http_status }) => http_status ?? "–" },
          { head: "Took", number: true, cell: (row) => ms(row.ms) },
          { head: "Price", number: true, cell: ({ price }) => <Money amount={price} /> },
          {
            head: "",
            cell: ({ contract_id, attempt_id }) => (
              <a href={`/ops/buyers/${buyer}/attempts/${contract_id}/${encodeURIComponent(attempt_id)}`}>Look</a>
            ),
          },
        ]}
      />
    </Section>
  );
}

interface OneProps {
  buyer: string;
  contract: string;
  found: Attempt | Opened;
  requests: { name: string; curl: string }[] | null;
  opened: boolean;
}

/** One attempt: requests with masked bodies; what was said in full once somebody opens it, which is audited. */
export function OneAttempt({ buyer, contract, found, requests, opened }: OneProps) {
  return (
    <>
      <Section title="What happened">
        <Facts>
          <Fact name="Outcome">
            <Badge tone={outcomeTone(found.outcome)}>{found.outcome.replaceAll("_", " ")}</Badge>
          </Fact>
          <Fact name="Class">{found.class}</Fact>
          <Fact name="Means">{found.why ?? "–"}</Fact>
          <Fact name="Reason of the buyer">{found.reason_class ?? "–"}</Fact>
          <Fact name="HTTP status">{found.http_status ?? "–"}</Fact>
          <Fact name="Took">{ms(found.ms)}</Fact>
          <Fact name="When">
            <Ago at={found.at} />
          </Fact>
          <Fact name="Lead">
            <a href={`/ops/leads/${found.lead_id}`}>{found.lead_id}</a>
          </Fact>
          <Fact name="Round, attempt">{`${found.round}, ${found.attempt}`}</Fact>
        </Facts>
      </Section>
      <Section
        title="Requests, masked"
        hint="As curl commands. Credentials and every value that is not public are masked."
      >
        {requests === null || requests.length === 0 ? (
          <p class="quiet">Nothing is kept of what was sent.</p>
        ) : (
          requests.map(({ name, curl }) => (
            <>
              <h3>{name}</h3>
              <CodeBlock text={curl} />
            </>
          ))
        )}
      </Section>
      <Section title="Request and answer as they were">
        {opened && "request" in found ? (
          <>
            <h3>Request</h3>
            <CodeBlock text={found.request ?? "–"} />
            <h3>Answer</h3>
            <CodeBlock text={found.answer ?? "–"} />
            {found.reason && <p>Reason of the buyer: {found.reason}</p>}
          </>
        ) : found.payload === "none" ? (
          <p class="quiet">Nothing is kept of it.</p>
        ) : (
          <>
            <p>
              <Masked /> Personal data: who opens it, and why, is written to the audit.
            </p>
            <Confirm
              action={`/ops/buyers/${buyer}/attempts/${contract}/${encodeURIComponent(found.attempt_id)}`}
              label="Open"
            >
              <Field name="reason" label="Reason" required hint="Kept in the audit, with your name." />
            </Confirm>
          </>
        )}
      </Section>
    </>
  );
}
