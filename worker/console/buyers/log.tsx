import * as z from "zod";
import type { ConsoleContext } from "../shell/context.ts";
import { Ago, Badge, Section, Table, When } from "../shell/parts.tsx";
import { type AuditItem, auditSchema, historySchema } from "./shapes.ts";

const alertsSchema = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      at: z.string(),
      kind: z.string(),
      subject: z.string(),
      message: z.string(),
      acknowledged_by: z.string().nullable(),
    }),
  ),
});
type Alert = z.output<typeof alertsSchema>["items"][number];

/** Subjects of one page at most: each is a question of its own to the audit. */
const MOST_TARGETS = 6;

/** What happened to these records, and what was changed in them: alerts, versions, audit. */
export async function Log(c: ConsoleContext, of: { path: string; targets: string[] }) {
  const targets = of.targets.slice(0, MOST_TARGETS);
  const [alerts, history, ...audits] = await Promise.all([
    c.var.api.get("/alerts?limit=500", alertsSchema),
    c.var.api.get(`${of.path}/history?limit=20`, historySchema),
    ...targets.map((target) => c.var.api.get(`/audit?limit=20&target=${encodeURIComponent(target)}`, auditSchema)),
  ]);
  const own = new Set(of.targets);
  const found = alerts.ok ? alerts.value.items.filter(({ subject }) => own.has(subject)).slice(0, 50) : [];
  const lines = audits
    .flatMap((audit) => (audit.ok ? audit.value.items : []))
    .sort((a, b) => b.id - a.id)
    .slice(0, 40);
  return (
    <>
      <Alerts alerts={found} />
      <div class="columns">
        <Section title="Changes" hint="Every version of the record, with its author. Roll back by POST …/rollback.">
          <Table
            caption="Versions"
            rows={history.ok ? history.value.items : []}
            empty="No version is known."
            columns={[
              { head: "Version", cell: ({ version }) => version },
              { head: "When", cell: ({ at }) => <When at={at} /> },
              { head: "Who", cell: ({ author }) => author },
              { head: "Why", cell: ({ reason }) => reason ?? <span class="quiet">no reason given</span> },
            ]}
          />
        </Section>
        <Audit lines={lines} />
      </div>
    </>
  );
}

function Alerts({ alerts }: { alerts: readonly Alert[] }) {
  return (
    <Section title="Alerts" hint="Of the newest 500 of the gateway, those about this buyer.">
      <Table
        caption="Alerts"
        rows={alerts}
        empty="None of late."
        columns={[
          { head: "When", cell: ({ at }) => <Ago at={at} /> },
          {
            head: "Kind",
            cell: ({ kind }) => (
              <Badge tone={/closed|restored/.test(kind) ? "good" : "warn"}>{kind.replaceAll("_", " ")}</Badge>
            ),
          },
          { head: "About", cell: ({ subject }) => <code>{subject}</code> },
          { head: "What", cell: ({ message }) => message },
          { head: "Seen by", cell: ({ acknowledged_by }) => acknowledged_by ?? <span class="quiet">nobody yet</span> },
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
