import * as z from "zod";
import { query } from "../shell/api.ts";
import type { ConsoleContext } from "../shell/context.ts";
import { consolePage, doneAt, type PageOptions, problemPage } from "../shell/page.tsx";
import { Badge, Button, Confirm, Field, Section, Table, When } from "../shell/parts.tsx";
import { ChannelForm, channelBody } from "./channel-form.tsx";
import { AlertTabs, Notices } from "./parts.tsx";
import { ADMIN, noticesShape, type Refused, recordShape, recordsShape, textOf, typedOf, watchShape } from "./shapes.ts";

const PATH = "/ops/alerts/channels";

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
export async function channel(
  c: ConsoleContext,
  id: string,
  { refused, notice }: { refused?: Refused; notice?: PageOptions["notice"] } = {},
): Promise<Response> {
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
    notice: refused ? { tone: "bad", text: refused.problem.detail || "The channel was not saved." } : notice,
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
        <ChannelForm id={id} record={record} refused={refused} />
        {sent?.ok && (
          <Section title="Newest notices">
            <Notices rows={sent.value.items} empty="Nothing was sent yet." />
          </Section>
        )}
      </>
    ),
  });
}

export async function saveChannel(c: ConsoleContext, id: string): Promise<Response> {
  const typed = await typedOf(c);
  const { secret: _s, hook_url: _h, ...shown } = typed;
  const body = channelBody(typed);
  const version = typed.version ?? "0";
  const saved =
    id === "new"
      ? await c.var.api.send("POST", "/alert-channels", { ...body, id: typed.id }, recordShape)
      : await c.var.api.send("PUT", `/alert-channels/${encodeURIComponent(id)}`, body, recordShape, {
          "if-match": `"${version}"`,
        });
  // A secret is typed again rather than written into a page.
  if (!saved.ok) return channel(c, id, { refused: { problem: saved.problem, typed: shown } });
  return doneAt(c, `${PATH}/${saved.value.id}`, "saved");
}

const tested = z.looseObject({ ok: z.boolean(), why: z.string().nullable() });

export async function testChannel(c: ConsoleContext, id: string): Promise<Response> {
  const done = await c.var.api.send("POST", `/alert-channels/${encodeURIComponent(id)}/test`, {}, tested);
  if (!done.ok) return problemPage(c, done.problem, "alerts");
  if (done.value.ok) return doneAt(c, `${PATH}/${id}`, "the test was taken");
  const text = `The test was not taken: ${done.value.why ?? "no answer"}.`;
  return channel(c, id, { notice: { tone: "bad", text } });
}

export async function switchChannel(c: ConsoleContext, id: string, word: "pause" | "resume"): Promise<Response> {
  const { reason = "" } = await typedOf(c);
  const done = await c.var.api.send("POST", `/alert-channels/${encodeURIComponent(id)}/${word}`, { reason });
  return done.ok ? doneAt(c, `${PATH}/${id}`, `${word}d`) : problemPage(c, done.problem, "alerts");
}
