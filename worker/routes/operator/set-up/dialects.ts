import type { Context } from "hono";
import * as z from "zod";
import { dialectSchema } from "../../../../schema/config/dialect.ts";
import type { WireAnswer } from "../../../buyers/dialect.ts";
import { explainAnswer } from "../../../buyers/dialects/answer/explain.ts";
import { dialectNames, dialectProblems } from "../../../buyers/dialects/index.ts";
import { pipesOf } from "../../../buyers/dialects/pipes/index.ts";
import { suggest } from "../../../buyers/dialects/suggest/index.ts";
import { wired } from "../../../flows/contract-test/report.ts";
import { readBodyAs } from "../../admin/body.ts";
import type { AdminApp, AdminEnv } from "../../admin/context.ts";
import { fieldErrors } from "../../problem.ts";
import { pastedAnswerSchema, wireOf } from "./contract-test.ts";

export const dialectCheckSchema = z.strictObject({
  dialect: z.record(z.string(), z.unknown()).meta({ description: "As it would stand in an endpoint." }),
  answer: pastedAnswerSchema.optional().meta({ description: "Also: how this answer would be read." }),
  phase: z.enum(["ping", "post", "status"]).default("post").meta({ description: "Whose answer it is." }),
  bid: z.record(z.string().max(40), z.string().max(500)).default({}),
});
export const suggestSchema = z.strictObject({
  answer: pastedAnswerSchema,
  phase: z.enum(["ping", "post"]).optional().meta({ description: "Left out: guessed from the answer's words." }),
});

/** What a dialect would do, without saving it and without sending anything. */
export function dialectRoutes(app: AdminApp): void {
  app.post("/dialects/check", check);
  app.post("/dialects/suggest", async (c) => {
    const body = await readBodyAs(c, suggestSchema);
    if (!body.ok) return body.response;
    const { status, body: text } = body.value.answer;
    return c.json(suggest({ status, body: text }, body.value.phase));
  });
}

async function check(c: Context<AdminEnv>): Promise<Response> {
  const body = await readBodyAs(c, dialectCheckSchema);
  if (!body.ok) return body.response;
  const parsed = dialectSchema.safeParse(body.value.dialect);
  if (!parsed.success) {
    const problems = fieldErrors(parsed.error.issues).map(({ field, message }) => ({ path: field, message }));
    return c.json({ ok: false, problems, names: [], explained: null });
  }
  const problems = dialectProblems(parsed.data);
  const { answer, phase, bid } = body.value;
  const wire: WireAnswer | null = answer && problems.length === 0 ? wireOf(answer, c.var.ctx.now()) : null;
  const env = { pipe: pipesOf({ maps: parsed.data.maps }) };
  const explained = wire ? explainAnswer(parsed.data, phase, wire, env, { bid }) : null;
  return c.json({
    ok: problems.length === 0,
    problems,
    names: [...new Set(dialectNames(parsed.data).map(({ name }) => name))].sort(),
    explained: explained && wired(explained),
  });
}
