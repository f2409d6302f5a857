import type { Context } from "hono";
import * as z from "zod";
import { priceTableSchema } from "../../../schema/config/price.ts";
import { formatMoney } from "../../../schema/money.ts";
import { readPriceCsv, writePriceCsv } from "../../auction/prices/csv.ts";
import { tableSentences } from "../../auction/prices/sentences.ts";
import type { Operation } from "../operation.ts";
import { problem } from "../problem.ts";
import { readBodyAs, readQuery, reasonSchema } from "./body.ts";
import type { AdminApp, AdminEnv } from "./context.ts";
import { ifMatch, operation } from "./operation-parts.ts";
import { ifMatchOf, storedOf } from "./records.ts";
import { readBody } from "./terms.ts";
import { prepareRecord, saveRecord } from "./write.ts";

type C = Context<AdminEnv>;

/** 50,000 rows of a list with a few columns. */
const MAX_BYTES = 4_000_000;
const MOST_SENTENCES = 100;

export const priceCsvSchema = z.strictObject({
  csv: z
    .string()
    .min(1)
    .max(MAX_BYTES)
    .meta({ examples: ["zip,amount\n90210,25\n902*,12.50\n,8\n"] }),
  zip_field: z
    .string()
    .max(40)
    .default("zip")
    .meta({ description: "The column, and the campaign's field, of the ZIPs." }),
});
export const priceQuerySchema = z.strictObject({
  dry_run: z
    .enum(["true", "false"])
    .transform((text) => text === "true")
    .default(false)
    .meta({ description: "Reads and checks only; the answer has the table, for a draft." }),
  reason: reasonSchema.optional(),
});
export const priceAnswer = z.object({
  id: z.string(),
  version: z.int().meta({ description: "After a dry run the version that is there." }),
  dry_run: z.boolean(),
  lines: z.int().meta({ description: "Rows of the file." }),
  zips: z.int().meta({ description: "ZIPs, prefixes and rows for all others." }),
  price: z.looseObject({ type: z.literal("table") }),
  sentences: z.array(z.string()).meta({ description: "In the order in which they are looked at; at most 100." }),
});

/** A contract's prices as a list for a spreadsheet. */
export function priceRoutes(app: AdminApp): void {
  app.get("/contracts/:id/price-table", exported);
  app.post("/contracts/:id/price-table", imported);
}

const none = (): Response => problem(404, "not_found", "there is no such contract");

async function exported(c: C): Promise<Response> {
  const stored = await storedOf(c, "contract");
  const contract = stored && readBody("contract", stored.body);
  if (!contract) return none();
  if (contract.price.type !== "table")
    return problem(409, "no_price_table", "this contract has no table of prices", [
      { field: "price.type", message: `is ${contract.price.type}` },
    ]);
  const csv = writePriceCsv(contract.price);
  if (csv === null)
    return problem(
      409,
      "no_price_table",
      "this table has conditions that no cell of a list can say; read the record instead",
    );
  return c.body(csv, 200, {
    "content-type": "text/csv; charset=utf-8",
    "content-disposition": `attachment; filename="${contract.id}-prices.csv"`,
  });
}

async function imported(c: C): Promise<Response> {
  const [body, query, expect] = [
    await readBodyAs(c, priceCsvSchema, MAX_BYTES),
    readQuery(c, priceQuerySchema),
    ifMatchOf(c),
  ];
  if (!body.ok) return body.response;
  if (!query.ok) return query.response;
  if (!expect.ok) return expect.response;
  const read = readPriceCsv(body.value.csv, body.value.zip_field);
  if (!read.ok) return csvProblems(read.problems);
  const { ctx, author } = c.var;
  const id = c.req.param("id") ?? "";
  const stored = await storedOf(c, "contract");
  if (!stored) return none();
  const { dry_run, reason } = query.value;
  const draft = {
    ...{ kind: "contract" as const, id, author, reason, expect: expect.value },
    build: async (current: typeof stored | null) => ({
      ok: true as const,
      value: { ...(current ?? stored).body, price: read.table },
    }),
  };
  const done = dry_run ? await prepareRecord(ctx, draft) : await saveRecord(ctx, draft);
  if (!done.ok) return done.response;
  const version = "stored" in done.value ? done.value.stored.version : stored.version;
  const sentences = tableSentences(priceTableSchema.parse(read.table), formatMoney).slice(0, MOST_SENTENCES);
  return c.json({ id, version, dry_run, lines: read.lines, zips: read.zips, price: read.table, sentences });
}

/** `line 3, column amount`, so that the file can be mended. */
function csvProblems(problems: { line: number; column?: string; message: string }[]): Response {
  const errors = problems.map(({ line, column, message }) => ({
    ...{ field: `csv: line ${line}${column === undefined ? "" : `, column ${column}`}`, message, code: "invalid" },
    ...{ line, ...(column === undefined ? {} : { column }) },
  }));
  const text = `${errors.length} problem${errors.length === 1 ? "" : "s"} in the file; nothing was written`;
  return problem(422, "invalid_fields", text, errors);
}

/** For the API document. */
export const PRICE_OPERATIONS: readonly Operation[] = [
  operation("contracts", {
    method: "get",
    path: "/contracts/:id/price-table",
    id: "export_price_table",
    summary: "A contract's table of prices as CSV",
    response: z.string().meta({ description: "text/csv" }),
    problems: ["not_found", "no_price_table"],
  }),
  operation("contracts", {
    method: "post",
    path: "/contracts/:id/price-table",
    id: "import_price_table",
    summary: "A contract's prices from CSV",
    notes:
      "A header row; a column `amount`, a column for the ZIP (`90210`, `902*`, empty: all others) and one for each field that is asked for (`TX|OK`, `>=700`, `600..699`, `!CA`, `*`: given). Rows with the same conditions belong together; the most exact ZIP wins. Errors name line and column.",
    request: priceCsvSchema,
    query: priceQuerySchema,
    headers: ifMatch,
    response: priceAnswer,
    problems: ["not_found", "changed_meanwhile", "version_mismatch", "invalid_if_match"],
  }),
];
