import * as z from "zod";
import type { ConsoleContext } from "../shell/context.ts";
import { Ago, Badge, Confirm, Field, Section, Table, When } from "../shell/parts.tsx";
import { type AuditItem, auditSchema, historySchema } from "./shapes.ts";

const alertsSchema = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      severity: z.string(),
      state: z.enum(["open", "resolved"]),
      subject: z.string(),
      message: z.string(),
      next: z.string(),
      opened_at: z.string(),
      acknowledged: z.object({ by: z.string() }).nullable(),
    }),
  ),
});
type Alert = z.output<typeof alertsSchema>["items"][number];

const ADMIN = { role: "admin" } as const;
/** Subjects of one page at most: each is a question of its own to the audit. */
const MOST_TARGETS = 4;

/** What happened to these records, and what was changed in them: alerts, versions, audit. */
export async function Log(c: ConsoleContext, of: { buyer: string; targets: string[] }) {
  const targets = of.targets.slice(0, MOST_TARGETS);
  const [alerts, history, ...audits] = await Promise.all([
    c.var.api.get(`/alerts/incidents?buyer=${of.buyer}&limit=30`, alertsSchema),
    c.var.api.get(`/buyers/${of.buyer}/history?limit=20`, historySchema),
    ...targets.map((target) => c.var.api.get(`/audit?limit=20&target=${encodeURIComponent(target)}`, auditSchema)),
  ]);
  const found = alerts.ok ? alerts.value.items : [];
  const newest = history.ok ? history.value.items[0]?.version : undefined;
  const lines = audits
    .flatMap((audit) => (audit.ok ? audit.value.items : []))
    .sort((a, b) => b.id - a.id)
    .slice(0, 40);
  return (
    <>
      <Alerts alerts={found} />
      <Section
        title="Changes"
        hint="Every version of the record, with its author. A restored one becomes the newest; secrets, status and maintenance stay as they are."
      >
        <Table
          caption="Versions"
          rows={history.ok ? history.value.items : []}
          empty="No version is known."
          columns={[
            { head: "Version", cell: ({ version }) => version },
            { head: "When", cell: ({ at }) => <When at={at} /> },
            { head: "Who", cell: ({ author }) => author },
            { head: "Why", cell: ({ reason }) => reason ?? <span class="quiet">no reason given</span> },
            {
              head: "",
              cell: ({ version }) =>
                version === newest ? (
                  <span class="quiet">in force</span>
                ) : (
                  <Confirm
                    action={`/ops/buyers/${of.buyer}/restore`}
                    values={{ version: String(version) }}
                    label="Restore"
                    submit={`Restore version ${version}`}
                    {...ADMIN}
                  >
                    <Field name="reason" id={`reason-${version}`} label="Reason" required />
                  </Confirm>
                ),
            },
          ]}
        />
      </Section>
      <Audit lines={lines} />
    </>
  );
}

function Alerts({ alerts }: { alerts: readonly Alert[] }) {
  return (
    <Section
      title="Alerts"
      hint="The newest 30 of this buyer, its endpoints and its contracts."
      actions={
        <a class="button" href="/ops/alerts">
          Alert board
        </a>
      }
    >
      <Table
        caption="Alerts"
        rows={alerts}
        empty="None in the last 90 days."
        columns={[
          { head: "Since", cell: ({ opened_at }) => <Ago at={opened_at} /> },
          {
            head: "State",
            cell: ({ state, severity }) => (
              <Badge tone={state === "resolved" ? "quiet" : severity === "critical" ? "bad" : "warn"}>
                {state === "resolved" ? "resolved" : severity}
              </Badge>
            ),
          },
          { head: "What", cell: ({ title, message }) => `${title}: ${message}` },
          { head: "About", cell: ({ subject }) => <code>{subject}</code> },
          { head: "Do", cell: ({ next, state }) => (state === "open" ? next : "") },
          { head: "Seen by", cell: ({ acknowledged }) => acknowledged?.by ?? <span class="quiet">nobody yet</span> },
        ]}
      />
    </Section>
  );
}

function Audit({ lines }: { lines: readonly AuditItem[] }) {
  return (
    <Section title="Audit" hint="Who did or opened what.">
      <Table
        caption="Audit"
        rows={lines}
        empty="Nothing yet."
        columns={[
          { head: "When", cell: ({ at }) => <When at={at} /> },
          { head: "Who", cell: ({ author }) => author },
          { head: "What", cell: ({ action }) => action.replaceAll("_", " ") },
          { head: "Of", cell: ({ target }) => <code>{target}</code> },
          { head: "Detail", cell: ({ detail }) => <span class="detail">{detail ?? ""}</span> },
        ]}
      />
    </Section>
  );
}
