import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { autoInsurance } from "../../schema/verticals/index.ts";
import { packedBody } from "../../worker/snapshot/packed-body.ts";
import type { RawConfigRow } from "../../worker/snapshot/raw-rows.ts";
import { Snapshot } from "../../worker/snapshot/snapshot.ts";
import { NaiveFilters } from "./naive.ts";
import { contractRows, houseRows, RARE } from "./world.ts";

/**
 * One isolate's life in one process, whose heap is limited by the caller. `compact` and `naive`: a cold load, a ping, a refresh in which
 * every contract has another list, and the copy for cold isolates. `cold`: a load from that copy. Prints what is in memory after each
 * step, and the most that its typed arrays took, garbage included.
 */
const [how, contracts = 1_000, zips = 5_000] = [process.argv[2], ...process.argv.slice(3).map(Number)] as [
  "compact" | "naive" | "cold",
  number?,
  number?,
];
/** Characters of a page, as `worker/ledger/changes.ts` reads them. */
const PAGE = 2_000_000;

const memory: Record<string, { heap_mb: number; arrays_mb: number }> = {};
let most_arrays = 0;
const look = (): void => {
  most_arrays = Math.max(most_arrays, process.memoryUsage().arrayBuffers);
};
function note(when: string): void {
  look();
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  memory[when] = { heap_mb: mb(heapUsed), arrays_mb: mb(arrayBuffers) };
}
const mb = (bytes: number): number => Math.round(bytes / 100_000) / 10;

/** Page by page, each once through the JSON in which D1 answers. */
function* pages(edition: number): Generator<RawConfigRow[]> {
  let page: RawConfigRow[] = [];
  let chars = 0;
  for (const row of contractRows(contracts, zips, 10 + edition * contracts, edition)) {
    page.push(row);
    chars += row.body.length;
    if (chars < PAGE) continue;
    yield JSON.parse(JSON.stringify(page)) as RawConfigRow[];
    [page, chars] = [[], 0];
  }
  yield JSON.parse(JSON.stringify(page)) as RawConfigRow[];
}

/** Keeps a big answer from being optimised away, and is compared between the two ways. */
let matched = 0;
const facts = { zip: RARE[0] ?? "", state: "CA" };

function naive(): void {
  const filters = new NaiveFilters();
  for (const edition of [0, 1]) {
    const all: RawConfigRow[] = [];
    for (const page of pages(edition)) all.push(...page);
    filters.apply(all);
    matched += filters.candidates(facts);
    note(edition === 0 ? "loaded" : "refreshed");
  }
  note(filters.copy().length > 0 ? "copied" : "");
}

function read(snapshot: Snapshot, edition: number): void {
  const all = edition === 0 ? houseRows() : [];
  for (const page of pages(edition)) for (const row of page) all.push({ ...row, body: packedBody(row.kind, row.body) });
  look();
  snapshot.apply({ config: all, status: [], suppressions: [] });
  look();
  matched += snapshot.candidatesOf(autoInsurance.id, facts).contracts.length;
}

function compact(): void {
  const snapshot = new Snapshot();
  for (const edition of [0, 1]) {
    read(snapshot, edition);
    note(edition === 0 ? "loaded" : "refreshed");
  }
  note(partsOf(snapshot).length > 0 ? "copied" : "");
}

function partsOf(snapshot: Snapshot): string[] {
  const text = JSON.stringify({ rows: snapshot.rows() });
  const parts: string[] = [];
  for (let from = 0; from < text.length; from += 900_000) parts.push(text.slice(from, from + 900_000));
  return parts;
}

function cold(): void {
  const file = `${process.argv[5]}`;
  if (!existsSync(file)) {
    const snapshot = new Snapshot();
    read(snapshot, 0);
    writeFileSync(file, partsOf(snapshot).join(""));
    return;
  }
  const snapshot = new Snapshot();
  snapshot.apply((JSON.parse(readFileSync(file, "utf8")) as { rows: ReturnType<Snapshot["rows"]> }).rows);
  matched += snapshot.candidatesOf(autoInsurance.id, facts).contracts.length;
  note("loaded");
}

note("empty");
({ compact, naive, cold })[how]();
console.log(JSON.stringify({ matched, most_arrays_mb: mb(most_arrays), memory }));
