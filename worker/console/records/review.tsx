import * as z from "zod";
import { type Problem, query } from "../shell/api.ts";
import type { ConsoleContext } from "../shell/context.ts";
import { errorOf } from "../shell/forms.tsx";
import { consolePage, doneAt } from "../shell/page.tsx";
import { Check, Field, Section } from "../shell/parts.tsx";
import { ChangeList } from "./change-list.tsx";
import { DryRunView } from "./dry-run-view.tsx";
import { type Change, callOf, checked, crumbsOf, type DryRun, dryRunAnswer, pageOf, type Room } from "./room.ts";

/** What shall be published: a record, or an earlier version. */
export type Draft = { record: Record<string, unknown> } | { version: number };

/** A draft that may be published, with everything that its reviewer looks at. */
interface Reviewed {
  id: string;
  /** The version that it is laid over; 0: it is new. */
  from: number;
  /** The version that its editor opened, where it came from a form. */
  made_from?: number;
  changes: Change[];
  record: Record<string, unknown>;
  draft: Draft;
  run: DryRun | null;
}
export type Review = { ok: true; value: Reviewed } | { ok: false; problem: Problem };

/** Checks the draft as its write would, and plays it over recorded auctions. */
export async function review(c: ConsoleContext, room: Room, id: string, draft: Draft): Promise<Review> {
  const answer = await c.var.api.send("POST", `${callOf(room, id)}/check`, draft, checked);
  if (!answer.ok) return { ok: false, problem: answer.problem };
  const { from, changes, record } = answer.value;
  const as_live = room.collection === "contracts" && (record.stage === "draft" || record.status === "paused");
  const path = query(`${callOf(room, id)}/dry-run`, { auctions: 300, as_live: as_live ? "true" : undefined });
  const run = changes.length > 0 ? await c.var.api.send("POST", path, draft, dryRunAnswer) : null;
  return { ok: true, value: { id, from, changes, record, draft, run: run?.ok ? run.value : null } };
}

/** The difference, what it would have sold, and the button. */
export function reviewPage(c: ConsoleContext, room: Room, reviewed: Reviewed, refused?: Refused): Response {
  const { id, from, changes, run, draft } = reviewed;
  const back = "version" in draft;
  const title = back
    ? `Roll ${id} back to version ${draft.version}`
    : from === 0
      ? `New ${room.one} ${id}`
      : `Review ${id}`;
  return consolePage(c, {
    title,
    area: room.area,
    status: refused?.problem.status,
    crumbs: crumbsOf(room, from === 0 ? undefined : id),
    notice: refused ? { tone: "bad", text: refused.problem.detail || refused.problem.code } : meanwhile(reviewed),
    children: (
      <>
        <Section
          title="What changes"
          hint={
            from === 0
              ? "It is new."
              : `Against version ${from}, which is in force.${back ? " Status, stage and secrets stay as they are." : ""}`
          }
        >
          <ChangeList changes={changes} empty="Nothing changes: there is nothing to publish." />
        </Section>
        {run && <DryRunView run={run} own={room.collection === "contracts" ? id : null} />}
        {changes.length > 0 && <Publish room={room} reviewed={reviewed} refused={refused} />}
      </>
    ),
  });
}

/** Somebody published while this was edited: what stands in the form again would take it back. */
function meanwhile({ from, made_from }: Reviewed) {
  if (!made_from || made_from === from) return undefined;
  const text = `Version ${from} was published while you edited version ${made_from}: see below whether you would take back what it changed.`;
  return { tone: "warn" as const, text };
}

interface Refused {
  problem: Problem;
  reason: string;
}

function Publish({ room, reviewed, refused }: { room: Room; reviewed: Reviewed; refused?: Refused }) {
  const { id, from, record, draft } = reviewed;
  const back = "version" in draft;
  const open = refused?.problem.code === "not_ready";
  return (
    <Section title={back ? "Roll back" : "Publish"} hint="In force within two seconds, for every ping after that.">
      <form method="post" action={`${pageOf(room, id)}/publish`}>
        <input type="hidden" name="from" value={String(from)} />
        {back ? (
          <input type="hidden" name="version" value={String(draft.version)} />
        ) : (
          <input type="hidden" name="record" value={JSON.stringify(record)} />
        )}
        {refused && refused.problem.errors.length > 0 && (
          <ul>
            {refused.problem.errors.map(({ field, message }) => (
              <li class="error">
                <code>{field}</code> {message}
              </li>
            ))}
          </ul>
        )}
        <Field
          name="reason"
          label="Reason"
          required
          value={refused?.reason}
          hint="Kept with the version, for whoever reads the history."
          error={errorOf(refused?.problem, "reason")}
        />
        {open && (
          <Check name="force" label="Publish although points of the checklist are open; the audit keeps the reason" />
        )}
        <div class="actions">
          <button type="submit" class="primary">
            {back ? `Roll back to version ${draft.version}` : "Publish"}
          </button>
          {from > 0 && <a href={`${pageOf(room, id)}${back ? "/history" : "/edit"}`}>Back without publishing</a>}
        </div>
      </form>
    </Section>
  );
}

const publishForm = z.object({
  from: z.coerce.number().int().min(0),
  reason: z.string().default(""),
  force: z.string().optional(),
  version: z.coerce.number().int().min(1).optional(),
  record: z.string().max(1_000_000).optional(),
});

/** Writes it over the version that was reviewed; a change of somebody else meanwhile shows the review again, against the new one. */
export async function publish(c: ConsoleContext, room: Room, id: string): Promise<Response> {
  const form = publishForm.safeParse(await c.req.parseBody());
  const record = form.success && form.data.record !== undefined ? parsed(form.data.record) : null;
  const draft = form.success && form.data.version !== undefined ? { version: form.data.version } : record && { record };
  if (!form.success || !draft) return c.redirect(`/ops/${room.collection}`, 303);
  const { from, reason, force } = form.data;
  const match: Record<string, string> = from > 0 ? { "if-match": `"${from}"` } : {};
  const { api } = c.var;
  const asked = { reason: reason.trim(), force: force === "on" ? reason.trim() : undefined };
  const answer =
    "version" in draft
      ? await api.send(
          "POST",
          `${callOf(room, id)}/rollback`,
          { version: draft.version, reason: asked.reason },
          z.unknown(),
          match,
        )
      : from === 0
        ? await api.send("POST", query(`/${room.collection}`, asked), { ...draft.record, id })
        : await api.send("PUT", query(callOf(room, id), asked), draft.record, z.unknown(), match);
  if (answer.ok) return doneAt(c, pageOf(room, id), "version" in draft ? "rolled back" : "published");
  const again = await review(c, room, id, draft);
  if (again.ok) return reviewPage(c, room, again.value, { problem: answer.problem, reason });
  return reviewPage(
    c,
    room,
    { id, from, changes: [], record: record ?? {}, draft, run: null },
    { problem: again.problem, reason },
  );
}

/** null: no JSON object. */
export function parsed(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    const object = z.record(z.string(), z.unknown()).safeParse(value);
    return object.success ? object.data : null;
  } catch {
    return null;
  }
}
