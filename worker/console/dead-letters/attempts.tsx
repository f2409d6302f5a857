import { duration } from "../shell/format.ts";
import { Badge, CodeBlock, Masked, Section, Table, type Tone, When } from "../shell/parts.tsx";
import type { Attempt } from "./schemas.ts";

const TONES: Record<string, Tone> = {
  accepted: "good",
  rejected: "quiet",
  duplicate: "info",
  unknown: "warn",
  set_up_error: "bad",
};

/** What is known of each attempt; what was sent and answered only once somebody opened it. */
export function Attempts({ attempts, lead_id, open }: { attempts: Attempt[]; lead_id: string; open: boolean }) {
  return (
    <Section
      title="Attempts"
      hint="Every request, in order. What was sent and answered is personal: it is shown once it is opened, and that is written to the audit."
    >
      <Table
        caption={`Attempts of lead ${lead_id}`}
        rows={attempts}
        empty="Nothing was sent to any buyer."
        columns={[
          { head: "When", cell: (row) => <When at={row.at} /> },
          { head: "Contract", cell: (row) => row.contract_id },
          {
            head: "Outcome",
            cell: (row) => (
              <span>
                <Badge tone={TONES[row.outcome] ?? "quiet"}>{row.outcome.replaceAll("_", " ")}</Badge>{" "}
                {(row.kind ?? "post") !== "post" && <small class="quiet">by {row.kind}</small>}
              </span>
            ),
          },
          {
            head: "Why",
            cell: (row) => (
              <span>
                {row.why ?? row.class.replaceAll("_", " ")}
                {row.reason_class && <small class="quiet"> ({row.reason_class.replaceAll("_", " ")})</small>}
              </span>
            ),
          },
          { head: "HTTP", number: true, cell: (row) => row.http_status ?? "–" },
          { head: "Took", number: true, cell: (row) => duration(row.ms) },
          { head: "Sent and answered", cell: (row) => (open ? <Payload value={row.payload} /> : <Masked />) },
        ]}
      />
    </Section>
  );
}

function Payload({ value }: { value: unknown }) {
  if (value === null || value === undefined || value === "sealed") return <span class="quiet">nothing is kept</span>;
  return (
    <details>
      <summary>Show</summary>
      <CodeBlock text={JSON.stringify(value, null, 2)} />
    </details>
  );
}
