import { beforeEach, expect, test } from "vitest";
import type { NumberedEvent } from "../../../schema/events.ts";
import { statementsOf } from "../../../worker/ledger/project-sql.ts";
import { AT, db, delivery, lead, rows, sale } from "../ledger/support.ts";
import { emptied } from "./support.ts";

beforeEach(emptied);

/** Rows that D1 says a batch wrote, by table. */
async function written(events: NumberedEvent[]): Promise<Record<string, number>> {
  const statements = statementsOf(events);
  const results = await db.batch(statements.map(({ sql, rows: given }) => db.prepare(sql).bind(given)));
  const counts: Record<string, number> = {};
  results.forEach(({ meta }, i) => {
    const table = /INTO (\w+)/.exec(statements[i]?.sql ?? "")?.[1] ?? "";
    counts[table] = (counts[table] ?? 0) + meta.rows_written;
  });
  return counts;
}

test("a batch of posts writes the rows of its sums once, and none of what it leaves as it is", async () => {
  const posts = Array.from({ length: 7 }, (_, i) => [
    lead(`l${i}`, 10 * i + 1, { state: "sold", closed_at: AT, buyer_id: "acme" }),
    delivery(`l${i}_acme_1_1`, `l${i}`, 10 * i + 2),
    sale(`l${i}`, 10 * i + 3),
  ]).flat();
  // The first of a table's rows brings its index along.
  expect(await written(posts)).toMatchObject({ rollup_leads: 6, rollup_deliveries: 6, rollup_sales: 9 });
  const again = posts.map((event) => ({ ...event, n: event.n + 100 }) as NumberedEvent);
  const sums = { rollup_leads: 3, rollup_deliveries: 3, rollup_sales: 3 };
  const next = again.map((event) => ({ ...event, row: { ...event.row, ...NEW_KEYS(event) } }) as NumberedEvent);
  expect(await written(next)).toMatchObject(sums);
  const none = { rollup_leads: 0, rollup_deliveries: 0, rollup_sales: 0 };
  expect(await written(next)).toEqual({ ...none, leads: 0, deliveries: 0, sales: 0 });
  // A newer number and another field: the row changes, nothing that is summed does.
  const late = again.map((event) =>
    event.table === "leads" ? { ...event, row: { ...event.row, sub_ids: "{}" } } : event,
  ) as NumberedEvent[];
  expect(await written(late)).toMatchObject(none);
  expect(await rows("SELECT leads, state_sold FROM rollup_leads WHERE grain = 2")).toEqual([
    { leads: 14, state_sold: 14 },
  ]);
});
const NEW_KEYS = ({ table, row }: NumberedEvent): object => {
  if (table === "leads") return { lead_id: `x${row.lead_id}` };
  return table === "sales" ? { sale_id: `x${row.sale_id}` } : { attempt_id: `x${Reflect.get(row, "attempt_id")}` };
};
