import type { ConsoleContext } from "../shell/context.ts";
import { count } from "../shell/format.ts";
import { consolePage, problemPage } from "../shell/page.tsx";
import { Badge, Section, Table } from "../shell/parts.tsx";
import { JobTabs } from "./list.tsx";
import { keyUsage } from "./schemas.ts";

/** Which keys of the ring are still needed. Reads all that is sealed, so it is looked up only when somebody asks (`?look=1`). */
export async function keyPage(c: ConsoleContext): Promise<Response> {
  const found = c.req.query("look") === "1" ? await c.var.api.get("/keys/usage", keyUsage) : null;
  if (found && !found.ok) return problemPage(c, found.problem, "jobs");
  return consolePage(c, {
    title: "Jobs",
    area: "jobs",
    children: (
      <>
        <JobTabs now="keys" />
        <Section title="Keys in use" hint="A key may be taken out of the ring once nothing is sealed with it any more.">
          {found === null ? (
            <form method="get" action="/ops/jobs/keys">
              <p>This reads everything that is sealed, and may take some seconds.</p>
              <button type="submit" name="look" value="1">
                Look now
              </button>
            </form>
          ) : (
            <>
              {!found.value.complete && (
                <p class="notice warn">A book holds more leads than were looked at: no key may go on this answer.</p>
              )}
              <Table
                caption="Keys of the ring"
                rows={found.value.keys}
                empty="The ring is empty."
                columns={[
                  {
                    head: "Key",
                    cell: (row) => (
                      <span>
                        <code>{row.key}</code> {row.key === found.value.newest && <Badge tone="info">newest</Badge>}
                        {!row.in_ring && <Badge tone="bad">not in the ring</Badge>}
                      </span>
                    ),
                  },
                  { head: "Seals", cell: (row) => usedText(row.used) },
                  { head: "May go", cell: (row) => (row.may_go ? <Badge tone="good">yes</Badge> : "no") },
                ]}
              />
            </>
          )}
        </Section>
      </>
    ),
  });
}

const usedText = (used: Record<string, number>): string =>
  Object.entries(used)
    .map(([where, n]) => `${where.replaceAll("_", " ")}: ${count(n)}`)
    .join(", ") || "nothing";
