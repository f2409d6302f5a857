import { table } from "../shared/marked.ts";
import type { LeaseRow } from "./leases.ts";
import { breaking, type Paper, paper } from "./paper.ts";
import { PLATFORM } from "./platform.ts";
import type { Sizes } from "./sizes.ts";

/** Two significant digits: nothing here is known better. */
export function round(value: number): string {
  if (value === 0) return "0";
  const rounded = Number(value.toPrecision(2));
  return rounded.toLocaleString("en", { maximumFractionDigits: 4 });
}
const bytes = (value: number): string => {
  const [unit, name] =
    value >= 1e15 ? [1e15, "PB"] : value >= 1e12 ? [1e12, "TB"] : value >= 1e9 ? [1e9, "GB"] : [1e3, "kB"];
  return `${round(value / unit)} ${name}`;
};

export const SCALES = [
  { pings_per_s: 100, regions: 1 },
  { pings_per_s: 10_000, regions: 3 },
  { pings_per_s: 1_000_000, regions: 9 },
];

export const sizesTable = (sizes: Sizes[]): string =>
  table(
    [
      "buyers asked",
      "an auction in its book",
      "in D1",
      "a sold lead in D1, auction apart",
      "its calls of a book",
      "of the buyer's object",
      "writes of ledger rows",
    ],
    sizes.map((each) => [
      ...[each.buyers, bytes(each.book_auction), bytes(each.ledger_auction), bytes(each.ledger_lead)],
      ...[round(each.book_calls), round(each.account_calls), round(each.ledger_writes)],
    ]),
  );

export const breakingTable = (sizes: Sizes): string =>
  table(
    ["part", "gives out at"],
    breaking(sizes).map(({ part, at }) => [part, `${round(at)} pings/s`]),
  );

export function scaleTable(sizes: Sizes): string {
  const all = SCALES.map(({ pings_per_s, regions }) => paper(pings_per_s, regions, sizes));
  const row = (what: string, of: (each: Paper) => string) => [what, ...all.map(of)];
  const gigabytes = (value: number) => value / 1e9;
  return table(
    ["", ...SCALES.map(({ pings_per_s }) => `${pings_per_s.toLocaleString("en")} pings/s`)],
    [
      row("pings a month", (p) => `${round((p.pings_per_s * 2_592_000) / 1e6)} million`),
      row("regions", (p) => String(p.regions)),
      row("isolates", (p) => round(p.isolates)),
      row("dialers a region", (p) => round(p.dialers)),
      row("writes of books/s; books for them", (p) => `${round(p.book_writes)}; ${round(p.books_by_writes)}`),
      row("books for their bytes, all kept 7 days", (p) => round(p.books_by_bytes)),
      row("books for their bytes, unposted kept 1 hour", (p) => round(p.books_by_bytes_short)),
      row("largest buyer: calls/s of sales + of health", (p) => `${round(p.sales_calls)} + ${round(p.health_calls)}`),
      row("objects for that buyer", (p) => round(p.account_shards)),
      row("queue messages/s; queues", (p) => `${round(p.queue_messages)}; ${p.queues}`),
      row("D1 statements/s for configuration", (p) => round(p.snapshot_statements)),
      row("D1 a month: as it is", (p) => `${bytes(p.d1_listed)}, ${round(p.d1_listed / PLATFORM.d1_bytes)} databases`),
      row(
        "D1 a month: posted auctions and leads",
        (p) => `${bytes(p.d1_posted)}, ${round(p.d1_posted / PLATFORM.d1_bytes)} databases`,
      ),
      row(
        "D1 a month: leads without auctions",
        (p) => `${bytes(p.d1_leads)}, ${round(p.d1_leads / PLATFORM.d1_bytes)} databases`,
      ),
      row("archive of all auctions a month", (p) => bytes(p.archive)),
      row("storing one month: D1 as it is", (p) => `$${round(gigabytes(p.d1_listed) * PLATFORM.d1_storage)} a month`),
      row(
        "storing one month: archive and leads",
        (p) =>
          `$${round(gigabytes(p.archive) * PLATFORM.r2_storage + gigabytes(p.d1_leads) * PLATFORM.d1_storage)} a month`,
      ),
    ],
  );
}

export const leaseTable = (rows: LeaseRow[]): string =>
  table(
    ["lease", "over the cap, worst of 20", "sold less than could be", "refused too early", "calls of the parent/s"],
    rows.map((row) => [row.what, row.over, row.under, row.refused_early, row.parent_calls_per_s]),
  );
