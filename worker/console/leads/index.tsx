import * as z from "zod";
import { auctionTraceAnswer } from "../../../schema/api/auction-trace.ts";
import { leadTraceAnswer } from "../../../schema/api/trace.ts";
import type { ConsoleApp, ConsoleContext } from "../shell/context.ts";
import { consolePage, doneAt, problemPage } from "../shell/page.tsx";
import { CodeBlock, Confirm, Section } from "../shell/parts.tsx";
import { callOf } from "./actions.tsx";
import { auctionList } from "./auction-list.tsx";
import { auctionPage } from "./auction-page.tsx";
import { leadList, personSearch } from "./found.tsx";
import { leadPage } from "./lead-page.tsx";
import { leadPath } from "./links.ts";

/** Leads and auctions: find one, and see why it did or did not sell. */
export function leadsRoutes(app: ConsoleApp): void {
  app.get("/leads", leadList);
  app.get("/leads/person", personSearch);
  app.post("/leads/person", personSearch);
  app.get("/auctions", auctionList);
  app.get("/leads/:id", (c) => lead(c, c.req.param("id"), false));
  app.post("/leads/:id/open", (c) => lead(c, c.req.param("id"), true));
  app.post("/leads/:id/do/:action", (c) => act(c, c.req.param("id"), c.req.param("action")));
  app.get("/leads/:id/attempts/:attempt/curl", (c) => curl(c, c.req.param("id"), c.req.param("attempt"), false));
  app.post("/leads/:id/attempts/:attempt/curl", (c) => curl(c, c.req.param("id"), c.req.param("attempt"), true));
  app.get("/auctions/:ping_id", (c) => auction(c, c.req.param("ping_id")));
}

const tracePath = (id: string, open: boolean): string =>
  `/leads/${encodeURIComponent(id)}/trace${open ? "?open=true" : ""}`;

async function lead(c: ConsoleContext, id: string, opened: boolean): Promise<Response> {
  const trace = await c.var.api.get(tracePath(id, opened), leadTraceAnswer);
  return trace.ok ? leadPage(c, trace.value, { opened }) : problemPage(c, trace.problem, "leads");
}

async function act(c: ConsoleContext, id: string, action: string): Promise<Response> {
  const form = Object.fromEntries(
    Object.entries(await c.req.parseBody()).flatMap(([name, value]) =>
      typeof value === "string" ? [[name, value]] : [],
    ),
  );
  const call = callOf(action, id, form);
  if (!call) return c.notFound() as Response;
  const answer = await c.var.api.send("POST", call.path, call.body);
  if (answer.ok) return doneAt(c, leadPath(id), call.done);
  const trace = await c.var.api.get(tracePath(id, false), leadTraceAnswer);
  if (!trace.ok) return problemPage(c, trace.problem, "leads");
  // What names a person is typed again rather than written into a page.
  const { phone: _p, email: _e, ...typed } = form;
  return leadPage(c, trace.value, { refused: { action, problem: answer.problem, typed } });
}

async function auction(c: ConsoleContext, ping_id: string): Promise<Response> {
  const trace = await c.var.api.get(`/auctions/${encodeURIComponent(ping_id)}`, auctionTraceAnswer);
  return trace.ok ? auctionPage(c, trace.value) : problemPage(c, trace.problem, "leads");
}

const curlAnswer = z.looseObject({
  contract_id: z.string(),
  masked: z.boolean(),
  requests: z.array(z.object({ name: z.string(), curl: z.string() })),
});

/** One attempt's requests, to be tried by hand. */
async function curl(c: ConsoleContext, id: string, attempt: string, open: boolean): Promise<Response> {
  const call = `/leads/${encodeURIComponent(id)}/attempts/${encodeURIComponent(attempt)}/curl`;
  const found = await c.var.api.get(`${call}${open ? "?open=true" : ""}`, curlAnswer);
  if (!found.ok) return problemPage(c, found.problem, "leads");
  const { contract_id, masked, requests } = found.value;
  return consolePage(c, {
    title: "The attempt as curl",
    area: "leads",
    crumbs: [
      { href: "/ops/leads", label: "Leads" },
      { href: `${leadPath(id)}#history`, label: id },
    ],
    actions: masked && (
      <Confirm action={`/ops${call}`} label="Show personal data">
        <p>That you opened it is written to the audit. Credentials stay masked.</p>
      </Confirm>
    ),
    children: (
      <>
        {requests.map(({ name, curl: text }) => (
          <Section title={`${name} to ${contract_id}`}>
            <CodeBlock text={text} />
          </Section>
        ))}
      </>
    ),
  });
}
