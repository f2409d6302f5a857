import * as z from "zod";
import type { Problem } from "../shell/api.ts";
import type { ConsoleApp, ConsoleContext } from "../shell/context.ts";
import { consolePage, problemPage } from "../shell/page.tsx";
import { back, buyerAt, endpointAt } from "./actions.ts";
import { Credentials, credentialChange } from "./credentials.tsx";
import { BuyerForm, buyerChange, tidied, typedBuyer } from "./edit-buyer.tsx";
import { EndpointForm, endpointChange, NO_JSON, typedEndpoint } from "./edit-endpoint.tsx";
import { type Typed, text, typedOf } from "./form.ts";
import { noticeOf } from "./frame.tsx";
import { idOf, loadBuyer, loadEndpoint } from "./load.ts";
import { credentialsSchema } from "./shapes.ts";

const anything = z.looseObject({});
const ifMatch = (typed: Typed): Record<string, string> =>
  /^\d+$/.test(typed.version ?? "") ? { "if-match": `"${typed.version}"` } : {};
const reasonOf = (typed: Typed): string =>
  text(typed, "reason") === "" ? "" : `?reason=${encodeURIComponent(text(typed, "reason"))}`;

/** Pages that change a record, each shown again with what was typed when the API says no. */
export function buyerForms(app: ConsoleApp): void {
  app.get("/buyers/new", (c) => newPage(c, { credit_limit: "0" }));
  app.post("/buyers/new", create);
  app.get("/buyers/:id/edit", (c) => editBuyer(c));
  app.post("/buyers/:id/edit", saveBuyer);
  app.get("/buyers/:id/endpoints/:endpoint/edit", (c) => editEndpoint(c));
  app.post("/buyers/:id/endpoints/:endpoint/edit", saveEndpoint);
  app.get("/buyers/:id/endpoints/:endpoint/credentials", (c) => credentialsPage(c));
  app.post("/buyers/:id/endpoints/:endpoint/credentials", saveCredential);
}

const BUYERS = { href: "/ops/buyers", label: "Buyers" };

function newPage(c: ConsoleContext, typed: Typed, problem?: Problem): Response {
  const children = <BuyerForm typed={typed} problem={problem} />;
  return consolePage(c, { title: "New buyer", area: "buyers", crumbs: [BUYERS], status: problem?.status, children });
}

async function create(c: ConsoleContext): Promise<Response> {
  const typed = tidied(await typedOf(c));
  const body = { id: text(typed, "id"), ...buyerChange(typed) };
  const answer = await c.var.api.send("POST", "/buyers", body, anything);
  return answer.ok ? back(c, `/ops/buyers/${body.id}`, "created") : newPage(c, typed, answer.problem);
}

async function editBuyer(c: ConsoleContext, typed?: Typed, problem?: Problem): Promise<Response> {
  const buyer = await loadBuyer(c);
  if (!buyer.ok) return buyer.page;
  const { id, record } = buyer.value;
  return consolePage(c, {
    title: `Edit ${record.name}`,
    area: "buyers",
    crumbs: [BUYERS, { href: `/ops/buyers/${id}`, label: record.name }],
    status: problem?.status,
    children: <BuyerForm id={id} typed={typed ?? typedBuyer(buyer.value)} problem={problem} />,
  });
}

async function saveBuyer(c: ConsoleContext): Promise<Response> {
  const typed = tidied(await typedOf(c));
  const path = `/buyers/${idOf(c, "id")}${reasonOf(typed)}`;
  const answer = await c.var.api.send("PATCH", path, buyerChange(typed), anything, ifMatch(typed));
  return answer.ok ? back(c, buyerAt(c), "saved") : editBuyer(c, typed, answer.problem);
}

async function editEndpoint(c: ConsoleContext, typed?: Typed, problem?: Problem): Promise<Response> {
  const endpoint = await loadEndpoint(c);
  if (!endpoint.ok) return endpoint.page;
  const { record } = endpoint.value;
  return consolePage(c, {
    title: `Edit ${record.name}`,
    area: "buyers",
    crumbs: [BUYERS, { href: buyerAt(c), label: record.buyer_id }, { href: endpointAt(c), label: record.name }],
    status: problem?.status,
    children: <EndpointForm path={endpointAt(c)} typed={typed ?? typedEndpoint(endpoint.value)} problem={problem} />,
  });
}

async function saveEndpoint(c: ConsoleContext): Promise<Response> {
  const typed = await typedOf(c);
  const change = endpointChange(typed);
  if (change === null) return editEndpoint(c, typed, NO_JSON);
  const path = `/endpoints/${idOf(c, "endpoint")}${reasonOf(typed)}`;
  const answer = await c.var.api.send("PATCH", path, change, anything, ifMatch(typed));
  return answer.ok ? back(c, endpointAt(c), "saved") : editEndpoint(c, typed, answer.problem);
}

async function credentialsPage(c: ConsoleContext, typed: Typed = {}, problem?: Problem): Promise<Response> {
  const endpoint = await loadEndpoint(c);
  if (!endpoint.ok) return endpoint.page;
  const known = await c.var.api.get(`/endpoints/${idOf(c, "endpoint")}/credentials`, credentialsSchema);
  if (!known.ok) return problemPage(c, known.problem, "buyers");
  const { record } = endpoint.value;
  return consolePage(c, {
    title: `Credentials of ${record.name}`,
    area: "buyers",
    crumbs: [BUYERS, { href: buyerAt(c), label: record.buyer_id }, { href: endpointAt(c), label: record.name }],
    notice: noticeOf(c),
    status: problem?.status,
    children: <Credentials path={endpointAt(c)} known={known.value} typed={typed} problem={problem} />,
  });
}

async function saveCredential(c: ConsoleContext): Promise<Response> {
  const typed = await typedOf(c);
  const path = `/endpoints/${idOf(c, "endpoint")}/credentials`;
  const answer = await c.var.api.send("PATCH", path, credentialChange(typed), anything);
  if (!answer.ok) return credentialsPage(c, typed, answer.problem);
  return back(c, `${endpointAt(c)}/credentials`, typed.remove === "1" ? "removed" : "rotated");
}
