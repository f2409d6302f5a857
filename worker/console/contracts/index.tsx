import * as z from "zod";
import { review, reviewPage } from "../records/review.tsx";
import { CONTRACTS, callOf, pageOf, type RecordAnswer, recordAnswer } from "../records/room.ts";
import { changeRoutes, type RecordForm, reviewForm, typedOf } from "../records/routes.ts";
import { query } from "../shell/api.ts";
import type { ConsoleApp, ConsoleContext } from "../shell/context.ts";
import { doneAt, problemPage } from "../shell/page.tsx";
import { contractPage } from "./contract-page.tsx";
import { editPage } from "./form.tsx";
import { readForm, typedOfRecord } from "./form-read.ts";
import { listPage } from "./list.tsx";
import { pricesRead } from "./shapes.ts";

const idOf = (c: ConsoleContext): string => c.req.param("id") ?? "";
const FORM: RecordForm = {
  read: readForm,
  again: async (c, id, typed, problem) => {
    const stored = await c.var.api.get(callOf(CONTRACTS, id), recordAnswer);
    return editPage(c, { id: stored.ok ? id : null, typed: { id, ...typed }, problem });
  },
};

/** Contracts: what each buyer takes, pays and may have; every change is reviewed before it is published. */
export function contractsRoutes(app: ConsoleApp): void {
  app.get("/contracts", listPage);
  app.get("/contracts/new", (c) => editPage(c, { id: null, typed: { price_type: "bid", ...c.req.query() } }));
  app.post("/contracts/new", create);
  app.get("/contracts/:id", (c) => contractPage(c, idOf(c)));
  app.get("/contracts/:id/edit", edit);
  app.get("/contracts/:id/prices.csv", (c) => c.var.api.raw(`${callOf(CONTRACTS, idOf(c))}/price-table`));
  app.post("/contracts/:id/prices", prices);
  for (const word of ["pause", "resume"] as const) app.post(`/contracts/:id/${word}`, (c) => turn(c, word));
  app.post("/contracts/:id/sign-off", signOff);
  app.post("/contracts/:id/go-live", goLive);
  changeRoutes(app, CONTRACTS, FORM);
}

/** The new record goes by the same review. */
async function create(c: ConsoleContext): Promise<Response> {
  const typed = await typedOf(c);
  const id = (typed.id ?? "").trim();
  if (/^[a-z0-9][a-z0-9_-]{0,39}$/.test(id)) return reviewForm(c, CONTRACTS, id, FORM, typed);
  const message = "must be 1-40 small letters, digits, _ or -";
  const problem = {
    status: 422,
    code: "invalid_fields",
    detail: "The form is not as required.",
    errors: [{ field: "id", message }],
  };
  return editPage(c, { id: null, typed, problem });
}

async function edit(c: ConsoleContext): Promise<Response> {
  const stored = await c.var.api.get(callOf(CONTRACTS, idOf(c)), recordAnswer);
  if (!stored.ok) return problemPage(c, stored.problem, "contracts");
  return editPage(c, { id: idOf(c), typed: opened(stored.value) });
}

/** The list becomes a table of a draft, which is reviewed like any other change. */
async function prices(c: ConsoleContext): Promise<Response> {
  const [id, { csv = "" }] = [idOf(c), await typedOf(c)];
  const path = query(`${callOf(CONTRACTS, id)}/price-table`, { dry_run: "true" });
  const [read, stored] = await Promise.all([
    c.var.api.send("POST", path, { csv }, pricesRead),
    c.var.api.get(callOf(CONTRACTS, id), recordAnswer),
  ]);
  if (!stored.ok) return problemPage(c, stored.problem, "contracts");
  if (!read.ok) return contractPage(c, id, { at: "prices", problem: read.problem });
  const found = await review(c, CONTRACTS, id, { record: { ...stored.value.record, price: read.value.price } });
  return found.ok
    ? reviewPage(c, CONTRACTS, found.value)
    : contractPage(c, id, { at: "prices", problem: found.problem });
}

async function turn(c: ConsoleContext, word: "pause" | "resume"): Promise<Response> {
  const { reason = "" } = await typedOf(c);
  const answer = await c.var.api.send("POST", `${callOf(CONTRACTS, idOf(c))}/${word}`, { reason }, z.unknown());
  if (answer.ok) return doneAt(c, pageOf(CONTRACTS, idOf(c)), `${word}d`);
  return contractPage(c, idOf(c), { at: "switch", problem: answer.problem });
}

async function signOff(c: ConsoleContext): Promise<Response> {
  const { note = "" } = await typedOf(c);
  return staged(c, "checklist/sign-off", { note }, "signed off");
}

async function goLive(c: ConsoleContext): Promise<Response> {
  const { reason = "", force } = await typedOf(c);
  return staged(c, "go-live", { reason, ...(force === "on" ? { force: reason } : {}) }, "one stage further");
}

async function staged(c: ConsoleContext, call: string, body: unknown, done: string): Promise<Response> {
  const answer = await c.var.api.send("POST", `${callOf(CONTRACTS, idOf(c))}/${call}`, body, z.unknown());
  if (answer.ok) return doneAt(c, pageOf(CONTRACTS, idOf(c)), done);
  return contractPage(c, idOf(c), { at: "stage", problem: answer.problem });
}

/** What the form begins with, and which version it is of. */
const opened = ({ record, version }: RecordAnswer) => ({ ...typedOfRecord(record), made_from: String(version) });
