import type { Child } from "hono/jsx";
import type { ConsoleApp, ConsoleContext } from "../shell/context.ts";
import { consolePage, problemPage } from "../shell/page.tsx";
import { buyerAt, endpointAt } from "./actions.ts";
import { type Attempt, attemptsSchema, curlSchema, OneAttempt, type Opened, openedSchema } from "./attempts.tsx";
import { text, typedOf } from "./form.ts";
import { idOf, loadEndpoint } from "./load.ts";
import { ConformanceResult, conformanceSchema, TestResult, testSchema } from "./tests.tsx";

/** Tests of an endpoint, and its attempts one by one. */
export function buyerTrials(app: ConsoleApp): void {
  app.post("/buyers/:id/endpoints/:endpoint/test", test);
  app.get("/buyers/:id/attempts/:contract/:attempt", (c) => attempt(c));
  app.post("/buyers/:id/attempts/:contract/:attempt", open);
}

async function test(c: ConsoleContext): Promise<Response> {
  const endpoint = await loadEndpoint(c);
  if (!endpoint.ok) return endpoint.page;
  const typed = await typedOf(c);
  const contract = /^[a-z0-9][a-z0-9_-]{0,39}$/.test(typed.contract ?? "") ? typed.contract : "-";
  const page = (children: Child) =>
    consolePage(c, {
      title: `Test of ${contract}`,
      area: "buyers",
      crumbs: [
        { href: "/ops/buyers", label: "Buyers" },
        { href: buyerAt(c), label: endpoint.value.record.buyer_id },
        { href: endpointAt(c), label: endpoint.value.record.name },
      ],
      children,
    });
  if (typed.kind === "conformance") {
    const answer = await c.var.api.send("POST", `/contracts/${contract}/conformance`, {}, conformanceSchema);
    return answer.ok ? page(<ConformanceResult result={answer.value} />) : problemPage(c, answer.problem, "buyers");
  }
  const phase = typed.kind === "ping" ? "ping" : "both";
  const answer = await c.var.api.send("POST", `/contracts/${contract}/test`, { phase }, testSchema);
  return answer.ok ? page(<TestResult result={answer.value} />) : problemPage(c, answer.problem, "buyers");
}

/** `:attempt` is `<lead>_<contract>_…`. */
const leadOf = (attempt_id: string): string => /^l[0-9A-Za-z]{27}/.exec(attempt_id)?.[0] ?? "-";
const attemptId = (c: ConsoleContext): string => (c.req.param("attempt") ?? "").slice(0, 160);

async function attempt(c: ConsoleContext, opened?: Opened): Promise<Response> {
  const id = attemptId(c);
  const contract = idOf(c, "contract");
  const [recent, curl] = await Promise.all([
    opened ? null : c.var.api.get(`/buyers/${idOf(c, "id")}/attempts?contract=${contract}&limit=100`, attemptsSchema),
    c.var.api.get(`/leads/${leadOf(id)}/attempts/${encodeURIComponent(id)}/curl`, curlSchema),
  ]);
  const found: Attempt | Opened | undefined =
    opened ?? (recent?.ok ? recent.value.items.find(({ attempt_id }) => attempt_id === id) : undefined);
  if (!found) {
    const detail = "It is not among the newest hundred of this contract: look it up in its lead's trace.";
    return problemPage(c, { status: 404, code: "not_found", detail, errors: [] }, "buyers");
  }
  return consolePage(c, {
    title: "An attempt",
    area: "buyers",
    crumbs: [
      { href: "/ops/buyers", label: "Buyers" },
      { href: buyerAt(c), label: idOf(c, "id") },
    ],
    children: (
      <OneAttempt
        buyer={idOf(c, "id")}
        contract={contract}
        found={found}
        requests={curl.ok ? curl.value.requests : null}
        opened={opened !== undefined}
      />
    ),
  });
}

async function open(c: ConsoleContext): Promise<Response> {
  const typed = await typedOf(c);
  const path = `/contracts/${idOf(c, "contract")}/attempts/${encodeURIComponent(attemptId(c))}/open`;
  const answer = await c.var.api.send("POST", path, { reason: text(typed, "reason") }, openedSchema);
  return answer.ok ? attempt(c, answer.value) : problemPage(c, answer.problem, "buyers");
}
