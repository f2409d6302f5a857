import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { BIDDING_COUNTS } from "./bidding.ts";
import { BIDDING, DELIVERIES, indexOf, LEADS, PINGS, type Rollup, SALES } from "./rollups.ts";

/** Tables of the rollups. `slot` is `at / 900,000`, of a day its first one; `grain` says which kind of row it is (GRAINS). */
function rollup<Name extends Rollup["name"]>({ name, groups, indexed, sums }: Rollup & { name: Name }) {
  const columns = {
    grain: integer().notNull(),
    slot: integer().notNull(),
    ...Object.fromEntries(groups.map((group) => [group, text().notNull()])),
    ...Object.fromEntries(Object.keys(sums).map((sum) => [sum, integer().notNull().default(0)])),
  };
  return sqliteTable(name, columns, (t) => {
    const of = (column: string) => Reflect.get(t, column) as typeof t.slot;
    const [first = t.grain, ...rest] = [t.grain, t.slot, ...groups.map(of)];
    return [
      primaryKey({ columns: [first, ...rest] }),
      ...indexed.map((column) => index(indexOf(name, column)).on(of(column), t.grain, t.slot)),
    ];
  });
}

export const rollup_pings = rollup(PINGS);
export const rollup_leads = rollup(LEADS);
export const rollup_sales = rollup(SALES);
export const rollup_deliveries = rollup(DELIVERIES);
export const rollup_bidding = rollup(BIDDING);

/** What buyers' objects tell of their contracts' part in auctions: absolute counts of a slot, so that repeats change nothing. */
export const bidding = sqliteTable(
  "bidding",
  {
    slot: integer().notNull(),
    contract_id: text().notNull(),
    tenant: text().notNull().default("main"),
    month: integer().notNull(),
    /** When the slot began. */
    at: integer().notNull(),
    buyer_id: text().notNull(),
    ...(Object.fromEntries(BIDDING_COUNTS.map((count) => [count, integer().notNull().default(0)])) as Record<
      string,
      ReturnType<typeof counted>
    >),
    n: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.slot, t.contract_id] })],
);
function counted() {
  return integer().notNull().default(0);
}
