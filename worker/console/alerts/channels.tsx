import * as z from "zod";
import { ALERT_KINDS, CHANNEL_TYPES, type OperatorRole, SEVERITIES } from "../../../schema/lists.ts";
import { type Problem, query } from "../shell/api.ts";
import type { ConsoleContext } from "../shell/context.ts";
import { errorOf } from "../shell/forms.tsx";
import { consolePage, doneAt, problemPage } from "../shell/page.tsx";
import {
  Badge,
  Button,
  Check,
  Confirm,
  Field,
  Fields,
  Section,
  Select,
  Table,
  TextArea,
  When,
} from "../shell/parts.tsx";
import { AlertTabs, Notices } from "./parts.tsx";
import { noticesShape, recordShape, recordsShape, type Stored, type Typed, typedOf, watchShape } from "./shapes.ts";

interface Refused {
  problem: Problem;
  typed: Typed;
}
/** Who may switch one off. */
const ADMIN: OperatorRole = "admin";
const PATH = "/ops/alerts/channels";
const textOf = (value: unknown): string =>
  typeof value === "string" || typeof value === "number" ? String(value) : "";
const linesOf = (value: unknown): string => (Array.isArray(value) ? value.join("\n") : "");
const listOf = (text: string | undefined): string[] => (text ?? "").split(/[\s,]+/).filter((one) => one !== "");

/** Where notices go, and whether they arrive. */
export async function channels(c: ConsoleContext): Promise<Response> {
  const [found, watch] = await Promise.all([
    c.var.api.get("/alert-channels?limit=200", recordsShape),
    c.var.api.get("/alerts/watch", watchShape),
  ]);
  if (!found.ok) return problemPage(c, found.problem, "alerts");
  const health = new Map(watch.ok ? watch.value.channels.map((one) => [one.id, one]) : []);
  return consolePage(c, {
    title: "Alerts: channels",
    area: "alerts",
    actions: (
      <a class="button primary" href={`${PATH}/new`}>
        New channel
      </a>
    ),
    children: (
      <>
        <AlertTabs now="channels" />
        <Table
          caption="Channels"
          rows={found.value.items}
          empty="No channel: alerts are shown here, and nobody is told. Make one."
          columns={[
            { head: "Channel", cell: ({ id, record }) => <a href={`${PATH}/${id}`}>{textOf(record.name)}</a> },
            { head: "Type", cell: ({ record }) => textOf(record.type) },
            { head: "From", cell: ({ record }) => textOf(record.min_severity) || "warning" },
            {
              head: "State",
              cell: ({ id, record }) => {
                const known = health.get(id);
                if (record.status === "paused") return <Badge>paused</Badge>;
                if (known?.failed_since)
                  return (
                    <Badge tone="bad" title={known.why ?? ""}>
                      takes nothing
                    </Badge>
                  );
                return known?.sent_at ? <Badge tone="good">works</Badge> : <Badge>nothing sent yet</Badge>;
              },
            },
            { head: "Sent last", cell: ({ id }) => <When at={health.get(id)?.sent_at} /> },
            { head: "Test", cell: ({ id }) => <Button action={`${PATH}/${id}/test`} label="Send a test" /> },
          ]}
        />
      </>
    ),
  });
}

/** One channel with its form; `new`: an empty one. */
export async function channel(c: ConsoleContext, id: string, refused?: Refused): Promise<Response> {
  const stored = id === "new" ? null : await c.var.api.get(`/alert-channels/${encodeURIComponent(id)}`, recordShape);
  if (stored && !stored.ok) return problemPage(c, stored.problem, "alerts");
  const sent =
    id === "new" ? null : await c.var.api.get(query("/alerts/notices", { channel: id, limit: 20 }), noticesShape);
  const record = stored?.value ?? null;
  const paused = record?.record.status === "paused";
  return consolePage(c, {
    title: record ? textOf(record.record.name) : "New channel",
    area: "alerts",
    crumbs: [{ href: PATH, label: "Channels" }],
    status: refused?.problem.status,
    notice: refused && { tone: "bad", text: refused.problem.detail || "The channel was not saved." },
    actions: record && (
      <>
        <Button action={`${PATH}/${id}/test`} label="Send a test" />
        <Confirm
          action={`${PATH}/${id}/${paused ? "resume" : "pause"}`}
          label={paused ? "Resume" : "Pause"}
          role={ADMIN}
        >
          <p>{paused ? "Notices are sent again." : "Notices that wait are dropped, and no others are made."}</p>
          <Field name="reason" id="switch" label="Reason" required />
        </Confirm>
      </>
    ),
    children: (
      <>
        <Form id={id} record={record} refused={refused} />
        {sent?.ok && (
          <Section title="Newest notices">
            <Notices rows={sent.value.items} empty="Nothing was sent yet." />
          </Section>
        )}
      </>
    ),
  });
}

function Form({ id, record, refused }: { id: string; record: Stored | null; refused?: Refused }) {
  const own = record?.record ?? {};
  const value = (name: string, stored: unknown = own[name]) => refused?.typed[name] ?? textOf(stored);
  const error = (name: string) => errorOf(refused?.problem, name);
  const kept = (name: string) => (record?.secrets.includes(name) ? "One is kept, sealed. Empty: it stays." : undefined);
  const kinds = refused?.typed.kinds ?? linesOf(own.kinds);
  const resolved = refused ? refused.typed.tell_resolved === "on" : own.tell_resolved !== false;
  return (
    <form method="post" action={`${PATH}/${id}`}>
      <input type="hidden" name="version" value={refused?.typed.version ?? String(record?.version ?? 0)} />
      <Section title="Channel">
        <Fields>
          {id === "new" && (
            <Field
              name="id"
              label="Id"
              required
              value={value("id")}
              error={error("id")}
              hint="Small letters, digits, _ and -. It never changes."
            />
          )}
          <Field name="name" label="Name" required value={value("name")} error={error("name")} />
          <Select
            name="type"
            label="Type"
            value={value("type") || "webhook"}
            options={CHANNEL_TYPES}
            error={error("type")}
          />
        </Fields>
      </Section>
      <Section title="Where" hint="Fill in what belongs to the type.">
        <Fields>
          <Field name="url" label="Webhook: address" type="url" value={value("url")} error={error("url")} />
          <Field
            name="secret"
            label="Webhook: secret"
            type="password"
            error={error("secret")}
            hint={kept("secret") ?? "whsec_ and 24 to 64 bytes in base64: openssl rand -base64 32"}
          />
          <Field
            name="hook_url"
            label="Slack: hook address"
            type="password"
            error={error("hook_url")}
            hint={kept("hook_url") ?? "It is a secret: whoever knows it may write there."}
          />
          <Field name="from" label="E-mail: from" type="email" value={value("from")} error={error("from")} />
          <TextArea
            name="to"
            label="E-mail: to"
            rows={2}
            value={refused?.typed.to ?? linesOf(own.to)}
            error={error("to")}
            hint="One a line."
          />
        </Fields>
      </Section>
      <Section title="What it hears">
        <Fields>
          <Select name="min_severity" label="From" value={value("min_severity") || "warning"} options={SEVERITIES} />
          <TextArea
            name="buyers"
            label="Only these buyers"
            rows={2}
            value={refused?.typed.buyers ?? linesOf(own.buyers)}
            error={error("buyers")}
            hint="Ids, one a line. Empty: everything."
          />
          <TextArea
            name="kinds"
            label="Only these alerts"
            rows={2}
            value={kinds}
            error={error("kinds")}
            hint={`One a line. Empty: all. Known: ${ALERT_KINDS.join(", ")}.`}
          />
        </Fields>
        <Check name="tell_resolved" label="Also when an alert is over" checked={resolved} />
      </Section>
      <button type="submit" class="primary">
        Save
      </button>
    </form>
  );
}

/** Members of other types are left out: the form shows all, the record holds its own. */
function bodyOf(typed: Typed): Record<string, unknown> {
  const { type = "", name = "" } = typed;
  const of = (members: Record<string, string | string[] | undefined>) =>
    Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined && value.length > 0));
  const { url, secret, hook_url, from } = typed;
  const where = { email: of({ from, to: listOf(typed.to) }), webhook: of({ url, secret }), slack: of({ hook_url }) }[
    type
  ];
  return {
    name,
    type,
    ...where,
    // What was kept for another type is taken away.
    ...(type === "webhook" ? {} : { secret: null }),
    ...(type === "slack" ? {} : { hook_url: null }),
    ...of({ buyers: listOf(typed.buyers), kinds: listOf(typed.kinds) }),
    min_severity: typed.min_severity,
    tell_resolved: typed.tell_resolved === "on",
  };
}

export async function saveChannel(c: ConsoleContext, id: string): Promise<Response> {
  const typed = await typedOf(c);
  const { secret: _s, hook_url: _h, ...shown } = typed;
  const body = bodyOf(typed);
  const version = typed.version ?? "0";
  const saved =
    id === "new"
      ? await c.var.api.send("POST", "/alert-channels", { ...body, id: typed.id }, recordShape)
      : await c.var.api.send("PUT", `/alert-channels/${encodeURIComponent(id)}`, body, recordShape, {
          "if-match": `"${version}"`,
        });
  // A secret is typed again rather than written into a page.
  if (!saved.ok) return channel(c, id, { problem: saved.problem, typed: shown });
  return doneAt(c, `${PATH}/${saved.value.id}`, "saved");
}

const tested = z.looseObject({ ok: z.boolean(), why: z.string().nullable() });

export async function testChannel(c: ConsoleContext, id: string): Promise<Response> {
  const done = await c.var.api.send("POST", `/alert-channels/${encodeURIComponent(id)}/test`, {}, tested);
  if (!done.ok) return problemPage(c, done.problem, "alerts");
  if (done.value.ok) return doneAt(c, `${PATH}/${id}`, "the test was taken");
  const problem = {
    status: 502,
    code: "test_failed",
    detail: `The test was not taken: ${done.value.why ?? "no answer"}.`,
    errors: [],
  };
  return problemPage(c, problem, "alerts");
}

export async function switchChannel(c: ConsoleContext, id: string, word: "pause" | "resume"): Promise<Response> {
  const { reason = "" } = await typedOf(c);
  const done = await c.var.api.send("POST", `/alert-channels/${encodeURIComponent(id)}/${word}`, { reason });
  return done.ok ? doneAt(c, `${PATH}/${id}`, `${word}d`) : problemPage(c, done.problem, "alerts");
}
