import type { ConsoleContext } from "../shell/context.ts";
import { consolePage, doneAt, problemPage } from "../shell/page.tsx";
import { Button, Confirm, Fact, Facts, Section, Select, When } from "../shell/parts.tsx";
import { alertPath, Notices, Seen, Severity, Subject } from "./parts.tsx";
import { type Incident, oneIncidentShape, typedOf } from "./shapes.ts";

export const Acknowledge = ({ of }: { of: Incident }) => (
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
        <Section title="What is known">
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
        </Section>
        <Section title="What to do">
          <p>{alert.next}</p>
        </Section>
        <Section title="Who was told">
          <Notices
            rows={told}
            empty={
              alert.told
                ? "No notice names it: no channel wants it, or a notice had no room for more than its number, or notices of that time are no longer kept."
                : "Nobody yet: it is muted, or its record is paused, or these are quiet hours, or somebody has seen it."
            }
          />
        </Section>
      </>
    ),
  });
}

function Mute({ of }: { of: Incident }) {
  const hours = ["1", "4", "8", "24", "72", "168"].map((value) => ({ value, label: `${value} hours` }));
  if (of.muted_subject)
    return (
      <Button
        action={`${alertPath(of.id)}/mute`}
        label={`Take the mute of ${of.muted_subject} back`}
        values={{ subject: of.muted_subject, hours: "0" }}
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
