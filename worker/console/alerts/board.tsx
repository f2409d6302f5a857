import { query } from "../shell/api.ts";
import type { ConsoleContext } from "../shell/context.ts";
import { consolePage, doneAt, problemPage } from "../shell/page.tsx";
import { Ago, Badge, Button, Field, Pager, Select, Table, When } from "../shell/parts.tsx";
import { Acknowledge } from "./incident-page.tsx";
import { AlertTabs, alertPath, Notices, Seen, Severity, Subject } from "./parts.tsx";
import { type Incident, incidentsShape, noticesShape, type Watch, watchShape } from "./shapes.ts";

/** Older than this, and alerting itself stands still. */
const LATE_MS = 300_000;
const ORDER = ["critical", "warning", "info"];

/** What is open: the worst first, and among them what nobody has seen. */
export async function board(c: ConsoleContext): Promise<Response> {
  const [open, watch] = await Promise.all([
    c.var.api.get("/alerts/incidents?state=open&limit=200", incidentsShape),
    c.var.api.get("/alerts/watch", watchShape),
  ]);
  if (!open.ok) return problemPage(c, open.problem, "alerts");
  const rank = (one: Incident) => ORDER.indexOf(one.severity) + (one.acknowledged || one.muted_until ? 10 : 0);
  const rows = open.value.items.toSorted((a, b) => rank(a) - rank(b));
  return consolePage(c, {
    title: "Alerts",
    area: "alerts",
    actions: <Button action="/ops/alerts/look" label="Look now" />,
    notice: c.req.query("done") ? undefined : watch.ok ? late(watch.value, c.var.now) : undefined,
    children: (
      <>
        <AlertTabs now="open" />
        <Incidents rows={rows} empty="Nothing is open. Rules look each minute." act />
        {open.value.next && (
          <p class="notice warn">
            These are the newest {rows.length}; <a href="/ops/alerts/history?state=open">older ones</a> are open too.
          </p>
        )}
        {watch.ok && (
          <p class="quiet">
            Looked last: <Ago at={watch.value.looked_at} />.
          </p>
        )}
      </>
    ),
  });
}

function late({ looked_at, failed }: Watch, now: number) {
  if (looked_at === null)
    return {
      tone: "info" as const,
      text: "The rules have not looked yet: they begin within a minute of the first traffic.",
    };
  if (now - Date.parse(looked_at) < LATE_MS) return undefined;
  return { tone: "warn" as const, text: `Alerting stands still since ${looked_at}${failed ? ` (${failed})` : ""}.` };
}

export async function history(c: ConsoleContext): Promise<Response> {
  const { state, severity, buyer, before } = c.req.query();
  const asked = { state, severity, buyer };
  const found = await c.var.api.get(query("/alerts/incidents", { ...asked, before, limit: 50 }), incidentsShape);
  if (!found.ok) return problemPage(c, found.problem, "alerts");
  const { items, next } = found.value;
  return consolePage(c, {
    title: "Alerts: history",
    area: "alerts",
    children: (
      <>
        <AlertTabs now="history" />
        <form class="filters" method="get">
          <Select name="state" label="State" none="any" value={state} options={["open", "resolved"]} />
          <Select name="severity" label="Severity" none="any" value={severity} options={ORDER} />
          <Field name="buyer" label="Buyer" value={buyer} />
          <button type="submit">Show</button>
        </form>
        <Incidents rows={items} empty="No alert fits. Resolved ones are kept for 90 days." />
        <Pager
          next={next && query("/ops/alerts/history", { ...asked, before: next })}
          first={before && query("/ops/alerts/history", asked)}
        />
      </>
    ),
  });
}

export async function notices(c: ConsoleContext): Promise<Response> {
  const { state, before } = c.req.query();
  const found = await c.var.api.get(query("/alerts/notices", { state, before, limit: 50 }), noticesShape);
  if (!found.ok) return problemPage(c, found.problem, "alerts");
  return consolePage(c, {
    title: "Alerts: notices",
    area: "alerts",
    children: (
      <>
        <AlertTabs now="notices" />
        <form class="filters" method="get">
          <Select
            name="state"
            label="State"
            none="any"
            value={state}
            options={["waiting", "sent", "failed", "dropped"]}
          />
          <button type="submit">Show</button>
        </form>
        <Notices rows={found.value.items} empty="Nothing was sent. Notices are kept for 30 days." />
        <Pager
          next={found.value.next && query("/ops/alerts/notices", { state, before: found.value.next })}
          first={before && query("/ops/alerts/notices", { state })}
        />
      </>
    ),
  });
}

function Incidents({ rows, empty, act = false }: { rows: Incident[]; empty: string; act?: boolean }) {
  return (
    <Table
      caption="Alerts"
      rows={rows}
      empty={empty}
      columns={[
        { head: "Severity", cell: ({ severity }) => <Severity of={severity} /> },
        {
          head: "Alert",
          cell: (one) => (
            <>
              <a href={alertPath(one.id)}>{one.title}</a>
              <br />
              <span class="quiet">{one.message}</span>
            </>
          ),
        },
        { head: "About", cell: (one) => <Subject of={one} /> },
        { head: "Since", cell: ({ since }) => <Ago at={since} /> },
        act
          ? {
              head: "Seen",
              cell: (one) => (one.acknowledged || one.muted_until ? <Seen of={one} /> : <Acknowledge of={one} />),
            }
          : {
              head: "Over",
              cell: (one) => (one.resolved_at ? <When at={one.resolved_at} /> : <Badge tone="warn">open</Badge>),
            },
      ]}
    />
  );
}

export async function lookNow(c: ConsoleContext): Promise<Response> {
  const done = await c.var.api.send("POST", "/alerts/look", {});
  return done.ok ? doneAt(c, "/ops/alerts", "a look is on its way") : problemPage(c, done.problem, "alerts");
}
