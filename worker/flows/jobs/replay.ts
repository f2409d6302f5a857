import * as z from "zod";
import { type ReplayJob, replayJobSchema } from "../../../schema/api/dead-letters.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import { lineFilter } from "../dead-letters.ts";
import { everyLine, type LinePage, pageLines } from "../lines.ts";
import { replayOne } from "../replay.ts";
import { resolveLead } from "../resolve.ts";
import { cursorOf, type RunJob, Tally } from "./job.ts";

const cursorSchema = z.object({ after: z.string() });
const AT_ONCE = 20;
const MOST_OF_BOOK = 1_000;

/** Bulk work on dead letters: each lead of the filter is replayed, or ended unsold, as an operator would do it one by one. */
export const replayStep: RunJob = async ({ g }, job, cursor) => {
  const order = replayJobSchema.parse(job.params);
  const after = cursor === null ? null : cursorOf(cursorSchema, cursor, { after: "" }).after;
  const page = await pageLines(g, lineFilter(order.filter), after, AT_ONCE);
  if (!page) throw new Error("the job's cursor cannot be read");
  const total = cursor === null ? await totalOf(g, order, page) : undefined;
  const tally = new Tally();
  for (const { lead_id } of page.lines) {
    try {
      const refused = await doOne(g, lead_id, order, job.author);
      if (refused === null) tally.did(order.action === "replay" ? "reopened" : "closed");
      else tally.fail(lead_id, refused);
    } catch (error) {
      tally.threw(lead_id, error);
    }
  }
  const step = tally.step(page.next === null ? null : { after: page.next });
  return total === undefined ? step : { ...step, total };
};

/** Counted before the first is moved; undefined: more than can be counted. */
async function totalOf(g: Gateway, { filter }: ReplayJob, page: LinePage): Promise<number | undefined> {
  if (page.next === null) return page.lines.length;
  const all = await everyLine(g, lineFilter(filter), MOST_OF_BOOK);
  return all.complete ? all.lines.length : undefined;
}

/** null = done; else why not. */
async function doOne(g: Gateway, lead_id: string, order: ReplayJob, author: string): Promise<string | null> {
  if (order.action === "close") {
    const resolved = await resolveLead(g, lead_id, { as: order.as });
    return resolved.kind === "resolved" ? null : resolved.why;
  }
  const { to, accept_risk, reason } = order;
  const replayed = await replayOne(g, lead_id, { to, accept_risk, reason, author });
  return replayed.kind === "replayed" ? null : replayed.why;
}
