import * as z from "zod";
import type { Answer, Problem } from "../shell/api.ts";
import type { ConsoleApp, ConsoleContext } from "../shell/context.ts";
import { doneAt, fragment, problemPage } from "../shell/page.tsx";
import { changesOf } from "./fields.tsx";
import { letterPage, MovedOn } from "./letter.tsx";
import { filterOf, letterList } from "./list.tsx";
import { trace } from "./schemas.ts";
import { unknownList } from "./unknowns.tsx";

const PATH = "/ops/dead-letters";
type Typed = Record<string, string>;

/** What is left over: list, one letter, unknown outcomes; replay, resolve, edit, and many at once. */
export function deadLettersRoutes(app: ConsoleApp): void {
  app.get("/dead-letters", (c) =>
    letterList(
      c,
      filterOf((name) => c.req.query(name)),
    ),
  );
  app.get("/dead-letters/unknowns", unknownList);
  app.post("/dead-letters/bulk", bulk);
  app.get("/dead-letters/:id", (c) => letterPage(c, c.req.param("id")));
  app.get("/dead-letters/:id/state", state);
  // A POST: opening is a deed, and it is in the audit.
  app.post("/dead-letters/:id/open", (c) => letterPage(c, c.req.param("id"), { open: true }));
  app.post("/dead-letters/:id/replay", replay);
  app.post("/dead-letters/:id/close", close);
  app.post("/dead-letters/:id/edit", edit);
}

/** A form's texts; a file or a second value of a name is left out. */
async function typedOf(c: ConsoleContext): Promise<Typed> {
  const form = await c.req.parseBody();
  return Object.fromEntries(
    Object.entries(form).flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : [])),
  );
}

const idOf = (c: ConsoleContext): string => c.req.param("id") ?? "";
const call = (c: ConsoleContext): string => `/dead-letters/${encodeURIComponent(idOf(c))}`;

/** Done: back to the letter; refused: the page with the form as it was typed. */
function after(c: ConsoleContext, answer: Answer<unknown>, word: string, form: string, typed: Typed) {
  if (answer.ok) return doneAt(c, `${PATH}/${encodeURIComponent(idOf(c))}`, word);
  return letterPage(c, idOf(c), { refused: { form, problem: answer.problem, typed }, open: typed.opened === "1" });
}

async function replay(c: ConsoleContext): Promise<Response> {
  const typed = await typedOf(c);
  const { reason = "", accept_risk, price = "" } = typed;
  const contract = { contract_id: typed.contract_id ?? "", ...(price.trim() === "" ? {} : { price: price.trim() }) };
  const to = typed.to ?? contract;
  const answer = await c.var.api.send("POST", `${call(c)}/replay`, { to, accept_risk: accept_risk === "on", reason });
  return after(c, answer, "the lead was sent on", typed.form ?? "replay-same", typed);
}

async function close(c: ConsoleContext): Promise<Response> {
  const typed = await typedOf(c);
  const { reason = "", contract_id = "" } = typed;
  const verdict = typed.as === "sold" ? { as: "sold", contract_id } : { as: "unsold" };
  const answer = await c.var.api.send("POST", `${call(c)}/close`, { ...verdict, reason });
  return after(c, answer, typed.as === "sold" ? "resolved as sold" : "closed unsold", typed.form ?? "unsold", typed);
}

async function edit(c: ConsoleContext): Promise<Response> {
  const typed = await typedOf(c);
  const answer = await c.var.api.send("PATCH", call(c), { lead: changesOf(typed), reason: typed.reason ?? "" });
  if (answer.ok) return doneAt(c, `${PATH}/${encodeURIComponent(idOf(c))}`, "the fields are saved, replay it now");
  return after(c, answer, "", "edit", typed);
}

/** For the page of a lead that is on its way: where it is now. */
async function state(c: ConsoleContext): Promise<Response> {
  const found = await c.var.api.get(`/leads/${encodeURIComponent(idOf(c))}/trace`, trace);
  if (!found.ok) return problemPage(c, found.problem, "dead-letters");
  return fragment(c, <MovedOn lead_id={idOf(c)} state={found.value.lead.state} />);
}

async function bulk(c: ConsoleContext): Promise<Response> {
  const typed = await typedOf(c);
  const filter = filterOf((name) => typed[name]);
  const { reason = "", to = "same", accept_risk } = typed;
  const body =
    typed.action === "close"
      ? { filter, as: "unsold", reason }
      : { filter, to, accept_risk: accept_risk === "on", reason };
  const path = typed.action === "close" ? "/dead-letters/close" : "/dead-letters/replay";
  const answer = await c.var.api.send("POST", path, body, z.looseObject({ id: z.string() }));
  if (answer.ok) return doneAt(c, `/ops/jobs/${encodeURIComponent(answer.value.id)}`, "the job was started");
  return letterList(c, filter, { problem: answer.problem satisfies Problem, typed });
}
