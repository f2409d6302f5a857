import type { Problem } from "../shell/api.ts";
import type { ConsoleContext } from "../shell/context.ts";
import { consolePage } from "../shell/page.tsx";
import { Section, TextArea } from "../shell/parts.tsx";
import { crumbsOf, pageOf, type Room } from "./room.ts";

interface Edit {
  id: string;
  text: string;
  /** The version that was opened. */
  made_from?: string;
  problem?: Problem;
}

/** The whole record as JSON, for everything that the form does not have. */
export function jsonPage(c: ConsoleContext, room: Room, { id, text, made_from, problem }: Edit): Response {
  return consolePage(c, {
    title: `Edit ${id} as JSON`,
    area: room.area,
    status: problem?.status,
    crumbs: crumbsOf(room, id),
    notice: problem && { tone: "bad", text: problem.detail || problem.code },
    children: (
      <form method="post" action={`${pageOf(room, id)}/review`}>
        {made_from && <input type="hidden" name="made_from" value={made_from} />}
        <Section
          title="The record"
          hint={
            <>
              As a PUT takes it; members that are left out go back to their defaults.{" "}
              <a href="/docs">The API document</a> has every member.
            </>
          }
        >
          {problem && problem.errors.length > 0 && (
            <ul>
              {problem.errors.map(({ field, message }) => (
                <li class="error">
                  <code>{field}</code> {message}
                </li>
              ))}
            </ul>
          )}
          <TextArea name="json" label="JSON" code rows={28} value={text} />
          <button type="submit" class="primary">
            Review changes
          </button>
        </Section>
      </form>
    ),
  });
}

export const pretty = (record: Record<string, unknown>): string => JSON.stringify(record, null, 2);
