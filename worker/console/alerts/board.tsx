import { query } from "../shell/api.ts";
import type { ConsoleContext } from "../shell/context.ts";
import { consolePage, doneAt, problemPage } from "../shell/page.tsx";
import {
  Ago,
  Badge,
  Button,
  Confirm,
  Fact,
  Facts,
  Field,
  Pager,
  Section,
  Select,
  Table,
  When,
} from "../shell/parts.tsx";
import { AlertTabs, alertPath, Notices, Seen, Severity, Subject } from "./parts.tsx";
import {
  type Incident,
  incidentsShape,
  noticesShape,
  oneIncidentShape,
  typedOf,
  type Watch,
  watchShape,
} from "./shapes.ts";

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
  if (looked_at !== null && now - Date.parse(looked_at) < LATE_MS) return undefined;
  const text = `Alerting stands still: the last look was ${looked_at === null ? "never" : `at ${looked_at}`}${failed ? ` (${failed})` : ""}.`;
  return { tone: "warn" as const, text };
}

export async function history(c: ConsoleContext): Promise<Response> {
  const { severity, buyer, before } = c.req.query();
  const found = await c.var.api.get(query("/alerts/incidents", { severity, buyer, before, limit: 50 }), incidentsShape);
  if (!found.ok) return problemPage(c, found.problem, "alerts");
  const { items, next } = found.value;
  return consolePage(c, {
    title: "Alerts: history",
    area: "alerts",
    children: (
      <>
        <AlertTabs now="history" />
        <form class="filters" method="get">
          <Select name="severity" label="Severity" none="any" value={severity} options={ORDER} />
          <Field name="buyer" label="Buyer" value={buyer} />
          <button type="submit">Show</button>
        </form>
        <Incidents rows={items} empty="No alert fits. Resolved ones are kept for 90 days." />
        <Pager
          next={next && query("/ops/alerts/history", { severity, buyer, before: next })}
          first={before && query("/ops/alerts/history", { severity, buyer })}
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

const Acknowledge = ({ of }: { of: Incident }) => (
  <Button action={`${alertPath(of.id)}/acknowledge`} label="Acknowledge" />
);

/** One alert: what, since when, its figures, what to do, who was told. */
export async function incident(c: ConsoleContext, id: string): Promise<Response> {
  const found = await c.var.api.get(`/alerts/incidents/${encodeURIComponent(id)}`, oneIncidentShape);
  if (!found.ok) return problemPage(c, found.problem, "alerts");
  const { alert, notices: told } = found.value;
  return consolePage(c, {
    title: alert.title,
    area: "alerts",
    crumbs: [{ href: "/ops/alerts", label: "Alerts" }],
    actions: (
      <>
        {alert.state === "open" && !alert.acknowledged && <Acknowledge of={alert} />}
        <Mute of={alert} />
      </>
    ),
    children: (
      <>
        <p>{alert.message}</p>
        <Facts>
          <Fact name="Severity">
            <Severity of={alert.severity} />
          </Fact>
          <Fact name="State">
            {alert.state} <Seen of={alert} />
          </Fact>
          <Fact name="About">
            <Subject of={alert} />
          </Fact>
          <Fact name="Since" hint="As far as known: it may have begun before it was found.">
            <When at={alert.since} />
          </Fact>
          <Fact name="Found">
            <When at={alert.opened_at} />
          </Fact>
          <Fact name={alert.state === "open" ? "Found last" : "Over"}>
            <When at={alert.resolved_at ?? alert.seen_at} />
          </Fact>
          {alert.reopened > 0 && <Fact name="Came back">{alert.reopened} times</Fact>}
          {Object.entries(alert.figures).map(([name, value]) => (
            <Fact name={name.replaceAll("_", " ")}>{value}</Fact>
          ))}
        </Facts>
        <Section title="What to do">
          <p>{alert.next}</p>
        </Section>
        <Section title="Who was told">
          <Notices rows={told} empty="Nobody yet: no channel wants it, or it is muted, or these are quiet hours." />
        </Section>
      </>
    ),
  });
}

function Mute({ of }: { of: Incident }) {
  const hours = ["1", "4", "8", "24", "72", "168"].map((value) => ({ value, label: `${value} hours` }));
  if (of.muted_until)
    return (
      <Button
        action={`${alertPath(of.id)}/mute`}
        label="Take the mute back"
        values={{ subject: of.subject, hours: "0" }}
      />
    );
  return (
    <Confirm action={`${alertPath(of.id)}/mute`} label="Mute" values={{ subject: of.subject }}>
      <p>
        Nobody is told anything about {of.subject}. Its alerts are found and shown as before; what is still open at the
        end is told then.
      </p>
      <Select name="hours" label="For" options={hours} value="8" />
    </Confirm>
  );
}

export async function acknowledge(c: ConsoleContext, id: string): Promise<Response> {
  const done = await c.var.api.send("POST", `/alerts/${encodeURIComponent(id)}/acknowledge`, {});
  return done.ok ? doneAt(c, "/ops/alerts", "acknowledged") : problemPage(c, done.problem, "alerts");
}

export async function mute(c: ConsoleContext, id: string): Promise<Response> {
  const { subject = "", hours = "0" } = await typedOf(c);
  const done = await c.var.api.send("POST", "/alerts/mute", { subject, hours: Number(hours) });
  if (!done.ok) return problemPage(c, done.problem, "alerts");
  return doneAt(c, alertPath(id), hours === "0" ? "the mute was taken back" : "muted");
}

export async function lookNow(c: ConsoleContext): Promise<Response> {
  const done = await c.var.api.send("POST", "/alerts/look", {});
  return done.ok ? doneAt(c, "/ops/alerts", "a look is on its way") : problemPage(c, done.problem, "alerts");
}
