/**
 * Appends to a migration of the ledger what drizzle-kit does not write: the rollups' fill from rows that are there already, and their
 * triggers. `node scripts/rollups.ts schema/migrations/0005_rollups.sql`; a test says when the definitions and the migrations differ.
 * Names of rollups after it: only these, whose columns have changed, get their triggers again.
 */
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { ROLLUPS } from "../schema/rollups/rollups.ts";
import { fillOf, triggersOf } from "../schema/rollups/sql.ts";

const [, , file, ...names] = process.argv;
if (file === undefined) throw new Error("which migration?");
if (names.length > 0) {
  const changed = ROLLUPS.filter(({ name }) => names.includes(name)).flatMap(triggersOf);
  const dropped = changed.map((sql) => `DROP TRIGGER ${sql.split(" ")[2]};`);
  appendFileSync(file, ["", ...dropped, ...changed].join("--> statement-breakpoint\n"));
  process.exit();
}
// Clustered by their key: a report reads a range of it.
const made = readFileSync(file, "utf8").replaceAll(/(CREATE TABLE `rollup_\w+` \([^;]*\));/g, "$1 WITHOUT ROWID;");
writeFileSync(file, made);
const fills = ROLLUPS.filter(({ source }) => source !== "bidding").map(fillOf);
// Auctions are counted by the batch that brings them, not by trigger: a row less to write for each.
const triggers = ROLLUPS.filter(({ source }) => source !== "auctions").flatMap(triggersOf);
appendFileSync(file, ["", ...fills, ...triggers].join("--> statement-breakpoint\n"));
