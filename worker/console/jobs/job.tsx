import type { ConsoleContext } from "../shell/context.ts";
import { count } from "../shell/format.ts";
import { consolePage, fragment, problemPage } from "../shell/page.tsx";
import { Ago, Button, CodeBlock, Fact, Facts, Section, Table, When } from "../shell/parts.tsx";
import { type Job, job } from "./schemas.ts";
import { JobState, Progress, whatJobDoes } from "./words.tsx";

/** One job: how far it is, looked at again by itself while it runs; what it did, and what failed. */
export async function jobPage(c: ConsoleContext, id: string): Promise<Response> {
  const found = await c.var.api.get(`/jobs/${encodeURIComponent(id)}`, job);
  if (!found.ok) return problemPage(c, found.problem, "jobs");
  const one = found.value;
  return consolePage(c, {
    title: `Job: ${one.kind}`,
    area: "jobs",
    crumbs: [{ href: "/ops/jobs", label: "Jobs" }],
    children: (
      <>
        <Standing one={one} />
        <Section title="What was asked" hint={whatJobDoes(one.kind)}>
          <CodeBlock text={JSON.stringify(one.params, null, 2)} />
        </Section>
      </>
    ),
  });
}

/** The part of the page that changes while the job runs. */
export async function jobStanding(c: ConsoleContext, id: string): Promise<Response> {
  const found = await c.var.api.get(`/jobs/${encodeURIComponent(id)}`, job);
  if (!found.ok) return problemPage(c, found.problem, "jobs");
  return fragment(c, <Standing one={found.value} />);
}

function Standing({ one }: { one: Job }) {
  const path = `/ops/jobs/${encodeURIComponent(one.id)}`;
  const running = one.state === "running";
  const look = { "hx-get": `${path}/standing`, "hx-trigger": "every 1s", "hx-swap": "outerHTML" };
  return (
    <div id="standing" {...(running ? look : {})}>
      <Section
        title="Progress"
        actions={running && <Button action={`${path}/cancel`} label="Stop it where it is" tone="danger" />}
      >
        <p role="status">
          <JobState state={one.state} /> <Progress job={one} />
        </p>
        <Facts>
          <Fact name="Started">
            <When at={one.started_at} /> by {one.author}
          </Fact>
          <Fact name={one.ended_at ? "Ended" : "Last step"}>
            <Ago at={one.ended_at ?? one.updated_at} />
          </Fact>
          {Object.entries(one.counts).map(([name, n]) => (
            <Fact name={name.replaceAll("_", " ")}>{count(n)}</Fact>
          ))}
        </Facts>
      </Section>
      <Section title="What failed" hint="The last twenty, each with its reason.">
        <Table
          caption="Failures of this job"
          rows={one.failures}
          empty={one.failed === 0 ? "Nothing failed." : "The reasons are no longer kept."}
          columns={[
            { head: "Item", cell: (row) => <Item id={row.item} /> },
            { head: "Reason", cell: (row) => row.reason.replaceAll("_", " ") },
          ]}
        />
      </Section>
    </div>
  );
}

/** Leads are linked to: an l and 27 characters. */
function Item({ id }: { id: string }) {
  return /^l[0-9A-Za-z]{27}$/.test(id) ? <a href={`/ops/dead-letters/${id}`}>{id}</a> : <code>{id}</code>;
}
