import * as z from "zod";
import type { ConsoleContext } from "../shell/context.ts";
import { consolePage, doneAt, type PageOptions, problemPage } from "../shell/page.tsx";
import { Ago, Badge, Button, Confirm, Field, Table } from "../shell/parts.tsx";
import { AlertTabs } from "./parts.tsx";
import { ADMIN, type Refused, recordShape, recordsShape, textOf, typedOf, watchShape } from "./shapes.ts";
import { SyntheticForm } from "./synthetic-form.tsx";

const PATH = "/ops/alerts/synthetics";

/** Leads that are sent on a schedule to watch the whole way. */
export async function synthetics(c: ConsoleContext, notice?: PageOptions["notice"]): Promise<Response> {
  const [found, watch] = await Promise.all([
    c.var.api.get("/synthetics?limit=200", recordsShape),
    c.var.api.get("/alerts/watch", watchShape),
  ]);
  if (!found.ok) return problemPage(c, found.problem, "alerts");
  const runs = new Map(watch.ok ? watch.value.synthetic.map((run) => [run.id, run]) : []);
  return consolePage(c, {
    title: "Alerts: synthetic leads",
    area: "alerts",
    notice,
    actions: (
      <a class="button primary" href={`${PATH}/new`}>
        New synthetic lead
      </a>
    ),
    children: (
      <>
        <AlertTabs now="synthetics" />
        <Table
          caption="Synthetic leads"
          rows={found.value.items}
          empty="None: nothing watches the whole way from a key to an answer."
          columns={[
            { head: "Lead", cell: ({ id, record }) => <a href={`${PATH}/${id}`}>{textOf(record.name)}</a> },
            { head: "Campaign", cell: ({ record }) => <code>{textOf(record.campaign_id)}</code> },
            {
              head: "Newest result",
              cell: ({ id, record }) => {
                const run = runs.get(id);
                if (record.status === "paused") return <Badge>paused</Badge>;
                return run ? (
                  <Badge tone={run.ok ? "good" : "bad"}>{run.result}</Badge>
                ) : (
                  <span class="quiet">not sent yet</span>
                );
              },
            },
            { head: "Took", number: true, cell: ({ id }) => (runs.has(id) ? `${runs.get(id)?.ms} ms` : "–") },
            { head: "When", cell: ({ id }) => <Ago at={runs.get(id)?.at} /> },
            { head: "Send", cell: ({ id }) => <Button action={`${PATH}/${id}/run`} label="Send now" /> },
          ]}
        />
      </>
    ),
  });
}

export async function synthetic(c: ConsoleContext, id: string, refused?: Refused): Promise<Response> {
  const stored = id === "new" ? null : await c.var.api.get(`/synthetics/${encodeURIComponent(id)}`, recordShape);
  if (stored && !stored.ok) return problemPage(c, stored.problem, "alerts");
  const record = stored?.value ?? null;
  const paused = record?.record.status === "paused";
  return consolePage(c, {
    title: record ? textOf(record.record.name) : "New synthetic lead",
    area: "alerts",
    crumbs: [{ href: PATH, label: "Synthetic leads" }],
    status: refused?.problem.status,
    notice: refused && { tone: "bad", text: refused.problem.detail || "It was not saved." },
    actions: record && (
      <>
        <Button action={`${PATH}/${id}/run`} label="Send now" />
        <Confirm
          action={`${PATH}/${id}/${paused ? "resume" : "pause"}`}
          label={paused ? "Resume" : "Pause"}
          role={ADMIN}
        >
          <Field name="reason" id="switch" label="Reason" required />
        </Confirm>
      </>
    ),
    children: <SyntheticForm id={id} record={record} refused={refused} />,
  });
}

export async function saveSynthetic(c: ConsoleContext, id: string): Promise<Response> {
  const typed = await typedOf(c);
  const { key, lead, version = "0", every_min, slow_ms, failures, id: given, ...texts } = typed;
  const read = lead ? jsonOf(lead) : {};
  const body = {
    ...texts,
    ...(key ? { key } : {}),
    lead: read,
    every_min: Number(every_min),
    slow_ms: Number(slow_ms),
    failures: Number(failures),
  };
  const saved =
    id === "new"
      ? await c.var.api.send("POST", "/synthetics", { ...body, id: given }, recordShape)
      : await c.var.api.send("PUT", `/synthetics/${encodeURIComponent(id)}`, body, recordShape, {
          "if-match": `"${version}"`,
        });
  if (!saved.ok) {
    const { key: _k, ...shown } = typed;
    return synthetic(c, id, { problem: saved.problem, typed: shown });
  }
  return doneAt(c, `${PATH}/${saved.value.id}`, "saved");
}

/** What is no JSON is sent as it is: the API says what is wrong, at its field. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const ran = z.looseObject({ ok: z.boolean(), result: z.string(), expected: z.string() });

export async function runSynthetic(c: ConsoleContext, id: string): Promise<Response> {
  const done = await c.var.api.send("POST", `/synthetics/${encodeURIComponent(id)}/run`, {}, ran);
  if (!done.ok) return problemPage(c, done.problem, "alerts");
  const { ok, result, expected } = done.value;
  if (ok) return doneAt(c, PATH, "it came back as expected");
  return synthetics(c, { tone: "bad", text: `It came back as ${result}, expected was ${expected}.` });
}

export async function switchSynthetic(c: ConsoleContext, id: string, word: "pause" | "resume"): Promise<Response> {
  const { reason = "" } = await typedOf(c);
  const done = await c.var.api.send("POST", `/synthetics/${encodeURIComponent(id)}/${word}`, { reason });
  return done.ok ? doneAt(c, `${PATH}/${id}`, `${word}d`) : problemPage(c, done.problem, "alerts");
}
