import { CAMPAIGNS, callOf, pageOf, type RecordAnswer, recordAnswer, recordList } from "../records/room.ts";
import { changeRoutes, type RecordForm } from "../records/routes.ts";
import { query } from "../shell/api.ts";
import type { ConsoleApp, ConsoleContext } from "../shell/context.ts";
import { consolePage, problemPage } from "../shell/page.tsx";
import { Badge, Pager, Section, Table } from "../shell/parts.tsx";
import { campaignPage } from "./campaign-page.tsx";
import { editPage, readForm, typedOfRecord } from "./form.tsx";

const PAGE = 50;
const idOf = (c: ConsoleContext): string => c.req.param("id") ?? "";
const FORM: RecordForm = {
  read: readForm,
  again: async (c, id, typed, problem) => editPage(c, { id, typed, problem }),
};

/** Campaigns: what is sold, and by which rules. */
export function campaignsRoutes(app: ConsoleApp): void {
  app.get("/campaigns", listPage);
  app.get("/campaigns/:id", (c) => campaignPage(c, idOf(c)));
  app.get("/campaigns/:id/edit", async (c) => {
    const stored = await c.var.api.get(callOf(CAMPAIGNS, idOf(c)), recordAnswer);
    if (!stored.ok) return problemPage(c, stored.problem, "campaigns");
    return editPage(c, { id: idOf(c), typed: opened(stored.value) });
  });
  changeRoutes(app, CAMPAIGNS, FORM);
}

async function listPage(c: ConsoleContext): Promise<Response> {
  const after = c.req.query("after");
  const page = await c.var.api.get(query("/campaigns", { after, limit: PAGE }), recordList);
  if (!page.ok) return problemPage(c, page.problem, "campaigns");
  const { items, next } = page.value;
  return consolePage(c, {
    title: "Campaigns",
    area: "campaigns",
    children: (
      <Section title="What is sold">
        <Table
          caption="Campaigns"
          rows={items}
          empty="No campaign yet: docs/operators.md begins with one."
          columns={[
            {
              head: "Campaign",
              cell: ({ id, record }) => (
                <span>
                  <a href={pageOf(CAMPAIGNS, id)}>{String(record.name ?? id)}</a> <small class="quiet">{id}</small>
                </span>
              ),
            },
            { head: "State", cell: ({ record }) => <Status record={record} /> },
            { head: "Vertical", cell: ({ record }) => <span>{String(record.vertical)}</span> },
            {
              head: "Fields",
              number: true,
              cell: ({ record }) => <span>{Array.isArray(record.fields) ? record.fields.length : 0}</span>,
            },
            {
              head: "Contracts",
              cell: ({ id }) => <a href={query("/ops/contracts", { campaign_id: id })}>its contracts</a>,
            },
            { head: "Specification", cell: ({ id }) => <a href={`/specs/${id}`}>/specs/{id}</a> },
          ]}
        />
        <Pager next={next && query("/ops/campaigns", { after: next })} first={after && "/ops/campaigns"} />
      </Section>
    ),
  });
}

export const Status = ({ record }: { record: Record<string, unknown> }) => (
  <Badge tone={record.status === "paused" ? "warn" : "good"}>{record.status === "paused" ? "paused" : "active"}</Badge>
);

/** What the form begins with, and which version it is of. */
const opened = ({ record, version }: RecordAnswer) => ({ ...typedOfRecord(record), made_from: String(version) });
