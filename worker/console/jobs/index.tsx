import * as z from "zod";
import type { ConsoleApp, ConsoleContext } from "../shell/context.ts";
import { doneAt, problemPage } from "../shell/page.tsx";
import { differenceList } from "./differences.tsx";
import { jobPage, jobStanding } from "./job.tsx";
import { keyPage } from "./keys.tsx";
import { jobList } from "./list.tsx";

type Typed = Record<string, string>;

/** Calls that start a job, and what each form means for them. */
const STARTS: Record<string, { path: string; body: (typed: Typed) => Record<string, unknown> }> = {
  reconcile: { path: "/reconcile", body: ({ full }) => ({ full: full === "on" }) },
  rebuild: { path: "/rebuild", body: ({ reason = "" }) => ({ reason }) },
  rewrap: { path: "/keys/rewrap", body: ({ reason = "" }) => ({ reason }) },
  erase: {
    path: "/erasures",
    body: ({ phone = "", email = "", suppress, keep_consent, reason = "" }) => ({
      ...(phone.trim() === "" ? {} : { phone: phone.trim() }),
      ...(email.trim() === "" ? {} : { email: email.trim() }),
      suppress: suppress === "on",
      keep_consent: keep_consent === "on",
      reason,
    }),
  },
};

/** Long work: what runs and ran, starting it, what a reconcile found, and which keys are in use. */
export function jobsRoutes(app: ConsoleApp): void {
  app.get("/jobs", (c) => jobList(c));
  app.get("/jobs/differences", differenceList);
  app.get("/jobs/keys", keyPage);
  for (const kind of Object.keys(STARTS)) app.post(`/jobs/${kind}`, (c) => start(c, kind));
  app.get("/jobs/:id", (c) => jobPage(c, c.req.param("id")));
  app.get("/jobs/:id/standing", (c) => jobStanding(c, c.req.param("id")));
  app.post("/jobs/:id/cancel", async (c) => {
    const id = encodeURIComponent(c.req.param("id"));
    const answer = await c.var.api.send("POST", `/jobs/${id}/cancel`, {});
    return answer.ok ? doneAt(c, `/ops/jobs/${id}`, "the job was stopped") : problemPage(c, answer.problem, "jobs");
  });
}

async function start(c: ConsoleContext, kind: string): Promise<Response> {
  const form = await c.req.parseBody();
  const typed: Typed = Object.fromEntries(
    Object.entries(form).flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : [])),
  );
  const known = STARTS[kind];
  if (!known) return jobList(c);
  const answer = await c.var.api.send("POST", known.path, known.body(typed), z.looseObject({ id: z.string() }));
  if (answer.ok) return doneAt(c, `/ops/jobs/${encodeURIComponent(answer.value.id)}`, "the job was started");
  return jobList(c, { kind, problem: answer.problem, typed });
}
