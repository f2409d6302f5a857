import type { Problem } from "../shell/api.ts";
import type { ConsoleContext } from "../shell/context.ts";
import { consolePage, problemPage } from "../shell/page.tsx";
import { Ago, Section, Table, Tabs } from "../shell/parts.tsx";
import { type Job, jobs } from "./schemas.ts";
import { Start } from "./start.tsx";
import { JobState, Progress, whatJobDoes } from "./words.tsx";

export interface RefusedStart {
  kind: string;
  problem: Problem;
  typed: Record<string, string>;
}

export function JobTabs({ now }: { now: "jobs" | "differences" | "keys" }) {
  const tabs = [
    { id: "jobs", href: "/ops/jobs", label: "Jobs" },
    { id: "differences", href: "/ops/jobs/differences", label: "Differences" },
    { id: "keys", href: "/ops/jobs/keys", label: "Keys in use" },
  ];
  return <Tabs label="Long work" tabs={tabs} now={now} />;
}

/** All of thirty days, where the daily chores and some repairs are all that ran. */
const MOST = 200;

/** Long work, newest first, and what can be started. */
export async function jobList(c: ConsoleContext, refused?: RefusedStart): Promise<Response> {
  const found = await c.var.api.get(`/jobs?limit=${MOST}`, jobs);
  if (!found.ok) return problemPage(c, found.problem, "jobs");
  return consolePage(c, {
    title: "Jobs",
    area: "jobs",
    status: refused?.problem.status,
    notice: refused && { tone: "bad", text: refused.problem.detail },
    children: (
      <>
        <JobTabs now="jobs" />
        <Section
          title="Long work"
          hint="Done in pieces by the keeper; jobs are shown for 30 days. Retention and reconcile also run by themselves, once a day."
          actions={<Start refused={refused} />}
        >
          <JobTable rows={found.value.items} />
          {found.value.items.length === MOST && (
            <p class="quiet">These are the newest {MOST}; there may be older ones.</p>
          )}
        </Section>
      </>
    ),
  });
}

function JobTable({ rows }: { rows: Job[] }) {
  return (
    <Table
      caption="Jobs, newest first"
      rows={rows}
      empty="No job has run yet. The daily chores begin an hour after the first traffic."
      columns={[
        {
          head: "Job",
          cell: (row) => (
            <span>
              <a href={`/ops/jobs/${encodeURIComponent(row.id)}`}>{row.kind}</a>{" "}
              <small class="quiet">{whatJobDoes(row.kind)}</small>
            </span>
          ),
        },
        { head: "State", cell: (row) => <JobState state={row.state} /> },
        { head: "Progress", cell: (row) => <Progress job={row} /> },
        { head: "Started", cell: (row) => <Ago at={row.started_at} /> },
        { head: "By", cell: (row) => row.author },
        { head: "Ended", cell: (row) => <Ago at={row.ended_at} /> },
      ]}
    />
  );
}
