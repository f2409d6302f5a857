import { query } from "../shell/api.ts";
import type { ConsoleContext } from "../shell/context.ts";
import { consolePage, problemPage } from "../shell/page.tsx";
import { Badge, Button, Pager, Section, Table, When } from "../shell/parts.tsx";
import { ChangeList } from "./change-list.tsx";
import { callOf, crumbsOf, differences, pageOf, type Room, versionList } from "./room.ts";

const PAGE = 50;

/** Every version, with its author and reason; each can be compared, and brought back after a review. */
export async function historyPage(c: ConsoleContext, room: Room, id: string): Promise<Response> {
  const before = c.req.query("before");
  const page = await c.var.api.get(query(`${callOf(room, id)}/history`, { before, limit: PAGE }), versionList);
  if (!page.ok) return problemPage(c, page.problem, room.area);
  const { items, next } = page.value;
  const first = before === undefined ? items[0]?.version : undefined;
  return consolePage(c, {
    title: `Versions of ${id}`,
    area: room.area,
    crumbs: crumbsOf(room, id),
    children: (
      <>
        <Section
          title="Versions"
          hint="Newest first. A rollback makes an earlier version the newest; it is reviewed first."
        >
          <Table
            caption="Versions"
            rows={items}
            empty="No version."
            columns={[
              {
                head: "Version",
                cell: ({ version }) => (
                  <span>
                    {version} {version === first && <Badge tone="good">in force</Badge>}
                  </span>
                ),
              },
              { head: "When", cell: ({ at }) => <When at={at} /> },
              { head: "Who", cell: ({ author }) => <span>{author}</span> },
              { head: "Why", cell: ({ reason }) => <span>{reason ?? "–"}</span> },
              {
                head: "Change",
                cell: ({ version }) =>
                  version > 1 ? (
                    <a
                      href={query(`${pageOf(room, id)}/differences`, { from: version - 1, to: version })}
                      aria-label={`What changed in version ${version}`}
                    >
                      What changed
                    </a>
                  ) : (
                    <span class="quiet">the first</span>
                  ),
              },
              {
                head: "Bring back",
                cell: ({ version }) =>
                  version === first ? <span class="quiet">–</span> : <BringBack {...{ room, id, version }} />,
              },
            ]}
          />
          <Pager
            next={next === null ? null : query(`${pageOf(room, id)}/history`, { before: next })}
            first={before && `${pageOf(room, id)}/history`}
          />
        </Section>
      </>
    ),
  });
}

function BringBack({ room, id, version }: { room: Room; id: string; version: number }) {
  const label = `Review rollback to ${version}`;
  return (
    <Button action={`${pageOf(room, id)}/review`} label={label} values={{ version: String(version) }} role="admin" />
  );
}

export async function differencesPage(c: ConsoleContext, room: Room, id: string): Promise<Response> {
  const [from, to] = [c.req.query("from"), c.req.query("to")];
  const answer = await c.var.api.get(query(`${callOf(room, id)}/differences`, { from, to }), differences);
  if (!answer.ok) return problemPage(c, answer.problem, room.area);
  const { changes } = answer.value;
  return consolePage(c, {
    title: `${id}: version ${answer.value.from} to ${answer.value.to}`,
    area: room.area,
    crumbs: [...crumbsOf(room, id), { href: `${pageOf(room, id)}/history`, label: "Versions" }],
    children: (
      <Section title="What differs">
        <ChangeList changes={changes} empty="They are equal." />
      </Section>
    ),
  });
}
