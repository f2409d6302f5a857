import { query } from "../shell/api.ts";
import type { ConsoleApp, ConsoleContext } from "../shell/context.ts";
import { consolePage, doneAt, problemPage } from "../shell/page.tsx";
import { Copy, Section } from "../shell/parts.tsx";
import { type Draft, draftOf, EMPTY, recordOf } from "./draft.ts";
import { editPage } from "./edit-page.tsx";
import { figuresOf, reasonsOf } from "./figures.tsx";
import { listPage } from "./list-page.tsx";
import { publisherPage } from "./publisher-page.tsx";
import * as read from "./records.ts";
import { callOf, pathOf } from "./records.ts";
import type { Refused } from "./refused.tsx";

/** Publishers: who supplies leads, how it goes, and how they reach us. */
export function publishersRoutes(app: ConsoleApp): void {
  app.get("/publishers", listPage);
  app.get("/publishers/new", async (c) => editPage(c, { ...(await fresh(c)), draft: EMPTY }));
  app.post("/publishers/new", create);
  app.get("/publishers/:id", (c) => show(c, c.req.param("id")));
  app.get("/publishers/:id/edit", (c) => edit(c, c.req.param("id")));
  app.post("/publishers/:id/edit", (c) => save(c, c.req.param("id")));
  app.post("/publishers/:id/pause", (c) => turn(c, "pause"));
  app.post("/publishers/:id/resume", (c) => turn(c, "resume"));
  app.post("/publishers/:id/keys", makeKey);
  app.post("/publishers/:id/keys/:key/revoke", revokeKey);
  app.post("/publishers/:id/postback-secret", makeSecret);
  app.post("/publishers/:id/forms", makeForm);
  app.post("/publishers/:id/forms/:form", changeForm);
  app.post("/publishers/:id/forms/:form/pause", (c) => turnForm(c, "pause"));
  app.post("/publishers/:id/forms/:form/resume", (c) => turnForm(c, "resume"));
}

const fresh = async (c: ConsoleContext) => ({ id: null, version: "0", campaigns: await campaignsOf(c) });

async function campaignsOf(c: ConsoleContext): Promise<read.CampaignItem[]> {
  const answer = await c.var.api.get("/campaigns?limit=200", read.campaignList);
  return answer.ok ? answer.value.items : [];
}

async function show(c: ConsoleContext, id: string, refused?: Refused): Promise<Response> {
  const { api } = c.var;
  const [publisher, keys, forms, inbound, campaigns, summary, reasons] = await Promise.all([
    api.get(callOf(id), read.publisherAnswer),
    api.get(`${callOf(id)}/keys?limit=100`, read.keyList),
    api.get(query("/forms", { publisher_id: id, limit: 100 }), read.formList),
    api.get(query("/inbound", { publisher_id: id, limit: 100 }), read.inboundList),
    campaignsOf(c),
    figuresOf(c, id),
    reasonsOf(c, id),
  ]);
  if (!publisher.ok) return problemPage(c, publisher.problem, "publishers");
  return publisherPage(c, {
    publisher: publisher.value,
    keys: keys.ok ? keys.value.items : [],
    more_keys: keys.ok && keys.value.next !== null,
    forms: forms.ok ? forms.value.items : [],
    inbound: inbound.ok ? inbound.value.items : [],
    campaigns: campaigns.filter((one) => publisher.value.record.campaigns.includes(one.id)),
    ...{ summary, reasons, refused },
  });
}

async function edit(c: ConsoleContext, id: string): Promise<Response> {
  const [publisher, campaigns] = await Promise.all([c.var.api.get(callOf(id), read.publisherAnswer), campaignsOf(c)]);
  if (!publisher.ok) return problemPage(c, publisher.problem, "publishers");
  const { version } = publisher.value;
  return editPage(c, { id, version: String(version), draft: draftOf(publisher.value), campaigns });
}

/** Everything that was typed; of `campaigns` all that are ticked. */
async function typed(c: ConsoleContext): Promise<Draft> {
  const body = await c.req.parseBody({ all: true });
  const texts = (value: unknown) => [value].flat().filter((one) => typeof one === "string");
  return {
    campaigns: texts(body.campaigns),
    values: Object.fromEntries(Object.entries(body).flatMap(([name, value]) => texts(value).map((one) => [name, one]))),
  };
}

async function create(c: ConsoleContext): Promise<Response> {
  const draft = await typed(c);
  const { id = "", reason = "" } = draft.values;
  const made = await c.var.api.send("POST", query("/publishers", { reason }), recordOf(draft, { id }));
  if (made.ok) return doneAt(c, pathOf(id), "publisher made");
  return editPage(c, { ...(await fresh(c)), draft, problem: made.problem });
}

/** Over the version that was read: a change that somebody else made meanwhile is not lost. */
async function save(c: ConsoleContext, id: string): Promise<Response> {
  const draft = await typed(c);
  const { version = "", reason = "" } = draft.values;
  const present = await c.var.api.get(callOf(id), read.publisherAnswer);
  if (!present.ok) return problemPage(c, present.problem, "publishers");
  const saved = await c.var.api.send(
    "PUT",
    query(callOf(id), { reason }),
    recordOf(draft, present.value.record),
    read.publisherAnswer,
    { "if-match": `"${version}"` },
  );
  if (saved.ok) return doneAt(c, pathOf(id), "saved");
  return editPage(c, { id, version, draft, campaigns: await campaignsOf(c), problem: saved.problem });
}

const idOf = (c: ConsoleContext): string => c.req.param("id") ?? "";

/** Does it, then shows the publisher again: that it is done, or what was refused. */
async function act(
  c: ConsoleContext,
  { at, path, body, method = "POST", done }: Act,
  values: Record<string, string>,
): Promise<Response> {
  const answer = await c.var.api.send(method, path, body);
  if (answer.ok) return doneAt(c, pathOf(idOf(c)), done);
  return show(c, idOf(c), { at, problem: answer.problem, typed: values });
}
interface Act {
  at: string;
  path: string;
  body: unknown;
  method?: "POST" | "PATCH";
  done: string;
}

async function turn(c: ConsoleContext, word: "pause" | "resume"): Promise<Response> {
  const { values } = await typed(c);
  const body = { reason: values.reason ?? "" };
  return act(c, { at: "switch", path: `${callOf(idOf(c))}/${word}`, body, done: `${word}d` }, values);
}

/** The key stands on this one page and nowhere else: not in an address, not in a log. */
async function makeKey(c: ConsoleContext): Promise<Response> {
  const { values } = await typed(c);
  const body = { label: values.label ?? "", test: values.test !== "no" };
  const made = await c.var.api.send("POST", `${callOf(idOf(c))}/keys`, body, read.madeKey);
  if (!made.ok) return show(c, idOf(c), { at: "key", problem: made.problem, typed: values });
  const { key, test } = made.value;
  return once(c, `The new ${test ? "test" : "live"} key`, key, "It works within two seconds.");
}

async function makeSecret(c: ConsoleContext): Promise<Response> {
  const made = await c.var.api.send("POST", `${callOf(idOf(c))}/postback-secret`, {}, read.madeSecret);
  if (!made.ok) return show(c, idOf(c), { at: "secret", problem: made.problem, typed: {} });
  return once(c, "The postback secret", made.value.secret, "Postbacks are signed with it from now on.");
}

function once(c: ConsoleContext, title: string, secret: string, words: string): Response {
  const back = pathOf(idOf(c));
  return consolePage(c, {
    title,
    area: "publishers",
    crumbs: [
      { href: "/ops/publishers", label: "Publishers" },
      { href: back, label: idOf(c) },
    ],
    notice: { tone: "warn", text: "Shown this once: hand it to the publisher now. Only its digest or seal is kept." },
    children: (
      <Section title={title}>
        <p>
          <Copy text={secret} />
        </p>
        <p class="quiet">{words}</p>
        <p>
          <a href={back}>Back to the publisher</a>
        </p>
      </Section>
    ),
  });
}

async function revokeKey(c: ConsoleContext): Promise<Response> {
  const { values } = await typed(c);
  const path = `${callOf(idOf(c))}/keys/${encodeURIComponent(c.req.param("key") ?? "")}/revoke`;
  return act(
    c,
    { at: `key-${c.req.param("key")}`, path, body: { reason: values.reason ?? "" }, done: "key revoked" },
    values,
  );
}

const lines = (text = ""): string[] => text.split(/[\s,]+/).filter((one) => one !== "");

async function makeForm(c: ConsoleContext): Promise<Response> {
  const { values } = await typed(c);
  const { campaign_id, allowed_origins, thank_you_url = "" } = values;
  const body = {
    ...{ publisher_id: idOf(c), campaign_id, allowed_origins: lines(allowed_origins) },
    ...(thank_you_url === "" ? {} : { thank_you_url }),
  };
  return act(c, { at: "form", path: "/forms", body, done: "form made" }, values);
}

const formCall = (c: ConsoleContext): string => `/forms/${encodeURIComponent(c.req.param("form") ?? "")}`;

async function changeForm(c: ConsoleContext): Promise<Response> {
  const { values } = await typed(c);
  const body = { allowed_origins: lines(values.allowed_origins) };
  const at = `form-${c.req.param("form")}`;
  return act(c, { at, path: formCall(c), body, method: "PATCH", done: "origins saved" }, values);
}

async function turnForm(c: ConsoleContext, word: "pause" | "resume"): Promise<Response> {
  const { values } = await typed(c);
  const at = `form-${c.req.param("form")}-switch`;
  const body = { reason: values.reason ?? "" };
  return act(c, { at, path: `${formCall(c)}/${word}`, body, done: `form ${word}d` }, values);
}
