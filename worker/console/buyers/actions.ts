import * as z from "zod";
import { query } from "../shell/api.ts";
import type { ConsoleApp, ConsoleContext } from "../shell/context.ts";
import { problemPage } from "../shell/page.tsx";
import { type Typed, text, typedOf } from "./form.ts";
import { idOf } from "./load.ts";
import { moneyTab } from "./money-page.tsx";
import { switchedAnswer } from "./shapes.ts";

/** Back to a page that says what was done. */
export const back = (c: ConsoleContext, path: string, done: string): Response => c.redirect(query(path, { done }), 303);

const anything = z.looseObject({});

/** Actions that are a button with a reason. */
export function buyerActions(app: ConsoleApp): void {
  for (const word of ["pause", "resume"] as const) {
    app.post(`/buyers/:id/${word}`, (c) => turn(c, word, `/buyers/${idOf(c, "id")}`, buyerAt(c)));
    app.post(`/buyers/:id/endpoints/:endpoint/${word}`, (c) =>
      turn(c, word, `/endpoints/${idOf(c, "endpoint")}`, endpointAt(c)),
    );
  }
  app.post("/buyers/:id/endpoints/:endpoint/reset", reset);
  app.post("/buyers/:id/endpoints/:endpoint/drift", acceptDrift);
  app.post("/buyers/:id/entries", book);
  app.post("/buyers/:id/restore", restore);
}

export const buyerAt = (c: ConsoleContext): string => `/ops/buyers/${idOf(c, "id")}`;
export const endpointAt = (c: ConsoleContext): string => `${buyerAt(c)}/endpoints/${idOf(c, "endpoint")}`;

async function turn(c: ConsoleContext, word: "pause" | "resume", api: string, page: string): Promise<Response> {
  const typed = await typedOf(c);
  const answer = await c.var.api.send("POST", `${api}/${word}`, { reason: text(typed, "reason") }, switchedAnswer);
  if (!answer.ok) return problemPage(c, answer.problem, "buyers");
  const { at_buyer, in_ledger, status } = answer.value;
  if (status === "active") return back(c, page, "resumed");
  return back(c, page, !in_ledger ? "paused_unrecorded" : at_buyer ? "paused" : "paused_later");
}

async function reset(c: ConsoleContext): Promise<Response> {
  const typed = await typedOf(c);
  const path = `/endpoints/${idOf(c, "endpoint")}/breaker/reset`;
  const answer = await c.var.api.send("POST", path, { reason: text(typed, "reason") }, anything);
  return answer.ok ? back(c, endpointAt(c), "reset") : problemPage(c, answer.problem, "buyers");
}

async function acceptDrift(c: ConsoleContext): Promise<Response> {
  const typed = await typedOf(c);
  const contract = /^[a-z0-9][a-z0-9_-]{0,39}$/.test(typed.contract ?? "") ? typed.contract : "-";
  const body = { ids: [text(typed, "finding")], reason: text(typed, "reason") };
  const answer = await c.var.api.send("POST", `/contracts/${contract}/drift/accept`, body, anything);
  return answer.ok ? back(c, endpointAt(c), "accepted") : problemPage(c, answer.problem, "buyers");
}

async function book(c: ConsoleContext): Promise<Response> {
  const typed: Typed = await typedOf(c);
  const body = {
    id: text(typed, "id"),
    kind: text(typed, "kind"),
    amount: text(typed, "amount"),
    reason: text(typed, "reason"),
  };
  const booked = z.object({ repeated: z.boolean() });
  const answer = await c.var.api.send("POST", `/buyers/${idOf(c, "id")}/entries`, body, booked);
  if (!answer.ok) return moneyTab(c, typed, answer.problem);
  return back(c, `${buyerAt(c)}/money`, answer.value.repeated ? "booked_before" : "booked");
}

async function restore(c: ConsoleContext): Promise<Response> {
  const typed = await typedOf(c);
  const body = { version: Number(text(typed, "version")), reason: text(typed, "reason") };
  const answer = await c.var.api.send("POST", `/buyers/${idOf(c, "id")}/rollback`, body, anything);
  return answer.ok ? back(c, `${buyerAt(c)}/log`, "restored") : problemPage(c, answer.problem, "buyers");
}
