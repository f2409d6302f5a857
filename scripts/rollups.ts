/**
 * Appends to a migration of the ledger what drizzle-kit does not write: the rollups' fill from rows that are there already, and their
 * triggers. `node scripts/rollups.ts schema/migrations/0005_rollups.sql`; with the names of tables after it (`leads sales`) their triggers
 * alone, in place of the ones that there are. A test says when the definitions and the migrations differ.
 */
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { ROLLUPS } from "../schema/rollups/rollups.ts";
import { fillOf, triggersOf } from "../schema/rollups/sql.ts";

const [, , file, ...again] = process.argv;
if (file === undefined) throw new Error("which migration?");
// Clustered by their key: a report reads a range of it.
const made = readFileSync(file, "utf8").replaceAll(/(CREATE TABLE `rollup_\w+` \([^;]*\));/g, "$1 WITHOUT ROWID;");
writeFileSync(file, made);
// Auctions are counted by the batch that brings them, not by trigger: a row less to write for each.
const triggersFor = (wanted: (source: string) => boolean): string[] =>
  ROLLUPS.filter(({ source }) => source !== "auctions" && wanted(source)).flatMap(triggersOf);
const fills = ROLLUPS.filter(({ source }) => source !== "bidding").map(fillOf);
const replaced = triggersFor((source) => again.includes(source));
const dropped = replaced.map((sql) => `DROP TRIGGER ${/TRIGGER (\w+)/.exec(sql)?.[1]};`);
const more = again.length > 0 ? [...dropped, ...replaced] : [...fills, ...triggersFor(() => true)];
appendFileSync(file, ["", ...more].join("--> statement-breakpoint\n"));
