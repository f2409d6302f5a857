import { DIFFERENCE_KINDS } from "../../../schema/lists.ts";
import { query } from "../shell/api.ts";
import type { ConsoleContext } from "../shell/context.ts";
import { consolePage, problemPage } from "../shell/page.tsx";
import { Ago, Badge, CodeBlock, Pager, Section, Select, Table } from "../shell/parts.tsx";
import { JobTabs } from "./list.tsx";
import { type Difference, differences } from "./schemas.ts";
import { meaningOf } from "./words.tsx";

const PATH = "/ops/jobs/differences";

/** What a reconcile found to differ between the three books: what each says, what it means, and what to do. */
export async function differenceList(c: ConsoleContext): Promise<Response> {
  const filter = { kind: c.req.query("kind"), mended: c.req.query("mended"), job: c.req.query("job") };
  const after = c.req.query("after");
  const found = await c.var.api.get(query("/differences", { ...filter, after, limit: 50 }), differences);
  if (!found.ok) return problemPage(c, found.problem, "jobs");
  const { items, next } = found.value;
  return consolePage(c, {
    title: "Jobs",
    area: "jobs",
    children: (
      <>
        <JobTabs now="differences" />
        <Section title="Differences" hint="Between books, accounts and ledger, as the last reconcile found them.">
          <form class="filters" method="get" action={PATH} data-auto>
            <Select name="kind" label="Kind" none="Any" value={filter.kind} options={DIFFERENCE_KINDS} />
            <Select
              name="mended"
              label="Which"
              value={filter.mended}
              options={[
                { value: "false", label: "Open" },
                { value: "true", label: "Gone since" },
              ]}
            />
            <button type="submit">Filter</button>
          </form>
          <Differences rows={items} mended={filter.mended === "true"} />
          <Pager next={next && query(PATH, { ...filter, after: next })} first={after ? query(PATH, filter) : null} />
        </Section>
      </>
    ),
  });
}

function Differences({ rows, mended }: { rows: Difference[]; mended: boolean }) {
  return (
    <Table
      caption="Differences"
      rows={rows}
      empty={mended ? "None that is gone." : "The books agree, as far as the last reconcile looked."}
      columns={[
        {
          head: "What",
          cell: (row) => (
            <span>
              <Badge tone={mended ? "quiet" : "bad"}>{row.kind.replaceAll("_", " ")}</Badge> {meaningOf(row.kind).means}
            </span>
          ),
        },
        { head: "Do", cell: (row) => meaningOf(row.kind).act },
        { head: "Of", cell: (row) => <Subject subject={row.subject} /> },
        {
          head: "Each book says",
          cell: (row) => (
            <details>
              <summary>Show</summary>
              <CodeBlock text={JSON.stringify(row.detail, null, 2)} />
            </details>
          ),
        },
        { head: "Seen", cell: (row) => <Ago at={row.mended_at ?? row.at} /> },
      ]}
    />
  );
}

function Subject({ subject }: { subject: string }) {
  const [kind = "", id = "", rest = ""] = subject.split(":");
  if (kind === "lead") return <a href={`/ops/leads/${id}`}>{subject}</a>;
  if (kind === "buyer") return <a href={`/ops/buyers/${id}`}>{subject}</a>;
  // A reservation's id begins with its lead's.
  const lead = /^l[0-9A-Za-z]{27}/.exec(rest)?.[0];
  return kind === "reservation" && lead ? <a href={`/ops/leads/${lead}`}>{subject}</a> : <code>{subject}</code>;
}
