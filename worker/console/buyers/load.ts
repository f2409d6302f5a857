import { buyerHealthSchema } from "../../../schema/api/buyer-health.ts";
import { query } from "../shell/api.ts";
import type { ConsoleContext } from "../shell/context.ts";
import { problemPage } from "../shell/page.tsx";
import { buyerRecordSchema, endpointRecordSchema } from "./shapes.ts";
import { hoursOf } from "./words.tsx";

/** The ids of the address: only such as records may have, so that no path can be made of them. */
export const idOf = (c: ConsoleContext, name: string): string => {
  const id = c.req.param(name) ?? "";
  return /^[a-z0-9][a-z0-9_-]{0,39}$/.test(id) ? id : "-";
};

export async function loadBuyer(c: ConsoleContext) {
  const answer = await c.var.api.get(`/buyers/${idOf(c, "id")}`, buyerRecordSchema);
  return answer.ok ? answer : { ok: false as const, page: problemPage(c, answer.problem, "buyers") };
}

export async function loadHealth(c: ConsoleContext) {
  const hours = hoursOf(c.req.query("hours"));
  const path = query(`/buyers/${idOf(c, "id")}/health`, { hours, zone: c.var.zone });
  const answer = await c.var.api.get(path, buyerHealthSchema);
  return answer.ok ? answer : { ok: false as const, page: problemPage(c, answer.problem, "buyers") };
}

/** Of this buyer: another's endpoint is not found here. */
export async function loadEndpoint(c: ConsoleContext) {
  const answer = await c.var.api.get(`/endpoints/${idOf(c, "endpoint")}`, endpointRecordSchema);
  if (!answer.ok) return { ok: false as const, page: problemPage(c, answer.problem, "buyers") };
  if (answer.value.record.buyer_id === idOf(c, "id")) return answer;
  const problem = { status: 404, code: "not_found", detail: "This buyer has no such endpoint.", errors: [] };
  return { ok: false as const, page: problemPage(c, problem, "buyers") };
}
