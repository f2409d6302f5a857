import type { Problem } from "../shell/api.ts";
import type { ConsoleApp, ConsoleContext } from "../shell/context.ts";
import { problemPage } from "../shell/page.tsx";
import { differencesPage, historyPage } from "./history.tsx";
import { jsonPage, pretty } from "./json-page.tsx";
import { parsed, publish, type Review, review, reviewPage } from "./review.tsx";
import { callOf, type Room, recordAnswer } from "./room.ts";

export type Typed = Record<string, string>;

/** The form of a kind: what it makes of what was typed, and itself again with what is wrong. */
export interface RecordForm {
  /** The record, or what of the form cannot be read. */
  read(typed: Typed, present: Record<string, unknown>): { record: Record<string, unknown> } | { problem: Problem };
  again(c: ConsoleContext, id: string, typed: Typed, problem: Problem): Promise<Response>;
}

/** Everything that is typed in a form is text. */
export async function typedOf(c: ConsoleContext): Promise<Typed> {
  const body = await c.req.parseBody();
  return Object.fromEntries(Object.entries(body).filter((one): one is [string, string] => typeof one[1] === "string"));
}

/** Editing as JSON, review, publishing, versions: the same for each kind of record. */
export function changeRoutes(app: ConsoleApp, room: Room, form: RecordForm): void {
  const base = `/${room.collection}/:id`;
  const idOf = (c: ConsoleContext): string => c.req.param("id") ?? "";
  app.get(`${base}/json`, async (c) => {
    const stored = await c.var.api.get(callOf(room, idOf(c)), recordAnswer);
    if (!stored.ok) return problemPage(c, stored.problem, room.area);
    const { record, version } = stored.value;
    return jsonPage(c, room, { id: idOf(c), text: pretty(record), made_from: String(version) });
  });
  app.get(`${base}/history`, (c) => historyPage(c, room, idOf(c)));
  app.get(`${base}/differences`, (c) => differencesPage(c, room, idOf(c)));
  app.post(`${base}/review`, (c) => reviewed(c, room, idOf(c), form));
  app.post(`${base}/publish`, (c) => publish(c, room, idOf(c)));
}

/** What was typed (in the form or as JSON), or an earlier version, as a review; what is wrong goes back to where it was typed. */
async function reviewed(c: ConsoleContext, room: Room, id: string, form: RecordForm): Promise<Response> {
  const typed = await typedOf(c);
  const { version, json, made_from } = typed;
  if (version !== undefined) {
    const rollback = await review(c, room, id, { version: Number(version) });
    return rollback.ok ? reviewPage(c, room, rollback.value) : problemPage(c, rollback.problem, room.area);
  }
  if (json !== undefined) {
    const record = parsed(json);
    const found: Review = record ? await review(c, room, id, { record }) : { ok: false, problem: notJson() };
    if (!found.ok) return jsonPage(c, room, { id, text: json, made_from, problem: found.problem });
    return reviewPage(c, room, { ...found.value, made_from: Number(made_from) });
  }
  return reviewForm(c, room, id, form, typed);
}

/** Of the form, whose members are laid over what is there. */
export async function reviewForm(
  c: ConsoleContext,
  room: Room,
  id: string,
  form: RecordForm,
  typed: Typed,
): Promise<Response> {
  const stored = await c.var.api.get(callOf(room, id), recordAnswer);
  if (!stored.ok && stored.problem.status !== 404) return problemPage(c, stored.problem, room.area);
  const made = form.read(typed, stored.ok ? stored.value.record : {});
  if ("problem" in made) return form.again(c, id, typed, made.problem);
  const found = await review(c, room, id, made);
  if (!found.ok) return form.again(c, id, typed, found.problem);
  return reviewPage(c, room, { ...found.value, made_from: Number(typed.made_from) });
}

const notJson = (): Problem => ({ status: 422, code: "invalid_json", detail: "This is no JSON object.", errors: [] });
