import type * as z from "zod";
import { changesAnswer, type deedAnswer } from "../../routes/admin/change-log/index.ts";
import { Styles } from "../leads/auction-parts.tsx";
import { between, Times } from "../leads/filters.tsx";
import { pageOf } from "../leads/links.ts";
import { type Problem, query } from "../shell/api.ts";
import type { ConsoleApp, ConsoleContext } from "../shell/context.ts";
import { errorOf } from "../shell/forms.tsx";
import { consolePage, problemPage } from "../shell/page.tsx";
import { Badge, type Column, Field, Pager, Section, Table, When } from "../shell/parts.tsx";

type Deed = z.infer<typeof deedAnswer>;

/** Who did what, with before and after. */
export function auditRoutes(app: ConsoleApp): void {
  app.get("/audit", list);
}

const FILTERS = ["author", "action", "target", "after"] as const;

async function list(c: ConsoleContext): Promise<Response> {
  const given = c.req.query();
  const asked = Object.fromEntries(FILTERS.map((name) => [name, given[name] ?? ""]));
  const call = query("/changes", { ...asked, ...between(given, c.var.zone), limit: 50 });
  const answer = await c.var.api.get(call, changesAnswer);
  if (!answer.ok && answer.status !== 422) return problemPage(c, answer.problem, "audit");
  const { after, done: _, ...rest } = given;
  return consolePage(c, {
    title: "Audit",
    area: "audit",
    status: answer.ok ? 200 : answer.status,
    children: (
      <>
        <Styles />
        <Filters given={given} problem={answer.ok ? undefined : answer.problem} />
        {answer.ok && (
          <Section
            title="Who did what"
            hint="Every version of every record and every line of the audit, newest first. Secrets are told by name alone."
          >
            <Table
              caption="Changes, newest first"
              columns={COLUMNS}
              rows={answer.value.items}
              empty={answer.value.next ? "Nothing fits among those looked at so far; go on." : "Nothing fits."}
            />
            <Pager
              first={after ? query("/ops/audit", rest) : null}
              next={answer.value.next && query("/ops/audit", { ...rest, after: answer.value.next })}
            />
          </Section>
        )}
      </>
    ),
  });
}

function Filters({ given, problem }: { given: Record<string, string>; problem?: Problem }) {
  const field = (name: string, label: string, placeholder: string) => (
    <Field name={name} label={label} value={given[name]} placeholder={placeholder} error={errorOf(problem, name)} />
  );
  return (
    <form method="get" action="/ops/audit" class="filters">
      {field("author", "Who", "alice")}
      {field("action", "What", "pause, change, open_payloads")}
      {field("target", "On what", "buyer:acme")}
      <Times given={given} problem={problem} />
      <button type="submit" class="primary">
        Search
      </button>
      <a class="button" href="/ops/audit">
        Clear
      </a>
    </form>
  );
}

const COLUMNS: Column<Deed>[] = [
  { head: "When", cell: (deed) => <When at={deed.at} /> },
  { head: "Who", cell: (deed) => <a href={query("/ops/audit", { author: deed.author })}>{deed.author}</a> },
  { head: "What", cell: (deed) => <Badge>{deed.action.replaceAll("_", " ")}</Badge> },
  { head: "On what", cell: (deed) => <Target deed={deed} /> },
  { head: "Reason, and what changed", cell: (deed) => <Details deed={deed} /> },
];

/** A key's id is a digest: its beginning tells it from the others. */
const MOST = 32;

function Target({ deed: { target, version } }: { deed: Deed }) {
  const page = pageOf(target);
  return (
    <div>
      {page && !page.startsWith("/ops/audit") ? (
        <a href={page}>{target}</a>
      ) : (
        <code title={target}>{target.length > MOST ? `${target.slice(0, MOST)}…` : target}</code>
      )}
      {version !== null && <small class="quiet"> version {version}</small>}
      <br />
      <small>
        <a href={query("/ops/audit", { target })}>all of it</a>
      </small>
    </div>
  );
}

function Details({ deed: { reason, detail, changes, version } }: { deed: Deed }) {
  return (
    <div class="deed">
      {reason !== null && <p>{reason}</p>}
      {detail !== null && (
        <p class="row-reason">
          {Object.entries(detail).map(([name, value]) => (
            <span>
              {name.replaceAll("_", " ")}: <code>{typeof value === "string" ? value : JSON.stringify(value)}</code>{" "}
            </span>
          ))}
        </p>
      )}
      {version !== null && changes === null && <p class="row-reason">Too large to compare here: see its history.</p>}
      {changes !== null && changes.length > 0 && <Changed version={version} changes={changes} />}
      {changes?.length === 0 && <p class="row-reason">No field changed.</p>}
    </div>
  );
}

/** A short change is shown at once; a new record's fields, when they are asked for. */
function Changed({ version, changes }: { version: number | null; changes: NonNullable<Deed["changes"]> }) {
  const rows = (
    <ul class="changes">
      {changes.map(({ field, before, after }) => (
        <li>
          <code>{field}</code>
          <span>
            {before !== null && (
              <del>
                <span class="hidden">before: </span>
                {before}
              </del>
            )}{" "}
            {after !== null && (
              <ins>
                <span class="hidden">after: </span>
                {after}
              </ins>
            )}
          </span>
        </li>
      ))}
    </ul>
  );
  if (version !== 1 && changes.length <= 6) return rows;
  return (
    <details>
      <summary>
        {changes.length} {changes.length === 1 ? "field" : "fields"}
      </summary>
      {rows}
    </details>
  );
}
