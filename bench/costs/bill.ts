import { PRICES, type Priced } from "./prices.ts";

export interface CountedRun {
  mix: { buyers: number; rate: number; pings: number; post_every: number };
  counts: Record<string, number>;
  statements: Record<string, number>;
  cleared: Record<string, number>;
}
export interface Line {
  what: string;
  price: Priced;
  /** Units of a million pings. */
  units: number;
  dollars: number;
  /** Off by configuration without anything that sells or books. */
  optional?: true;
  assumed?: string;
}

/** What no local run can show; each is named in docs/costs.md. */
export const ASSUMED = {
  /** Ms of a dialer's call: the slowest of six buyers, median 60 ms each. */
  dialer_ms: 90,
  object_gb: 0.128,
  /** Ms of a call of a book or an account, and of an alarm that waits for D1. */
  call_ms: 3,
  alarm_ms: 60,
  /** CPU of the Worker, a request: processor time of the whole local process at 50 buyers, dialers included: too much rather than too little. */
  worker_cpu_ms: 5,
  /** Share of requests whose log is stored (`head_sampling_rate`). */
  logged: 0.1,
  /** Listed unposted pings are taken out of D1 after `auction_days`: a row of the table and of each index. */
  listed_share: 0.025,
  rows_of_a_listed_ping: 5,
} as const;

/** The bill of a million pings, line by line. */
export function billOf({ mix, counts, cleared }: CountedRun): Line[] {
  const scale = 1_000_000 / mix.pings;
  const of = (name: string, from = counts): number => (from[name] ?? 0) * scale;
  const line = (what: string, price: Priced, units: number, more: Partial<Line> = {}): Line => {
    const { dollars, per } = PRICES[price];
    return { what, price, units, dollars: (units / per) * dollars, ...more };
  };
  const calls = (kind: string) =>
    of(`${kind}.calls`) + of(`${kind}.alarms`) - of(`${kind}.call.view`) - of(`${kind}.call.stats`);
  const gbS = (count: number, ms: number) => (count * ms * ASSUMED.object_gb) / 1_000;
  const { dialer_ms, call_ms, alarm_ms, worker_cpu_ms, logged } = ASSUMED;
  return [
    line("Pings and posts", "request", of("worker.requests")),
    line("Their CPU", "cpu_ms", of("worker.requests") * worker_cpu_ms, { assumed: `${worker_cpu_ms} ms` }),
    line("Dialers: calls", "object_call", of("dialer.calls")),
    line("Dialers: time", "gb_s", gbS(of("dialer.calls"), dialer_ms), { assumed: `${dialer_ms} ms` }),
    line("Books: calls and alarms", "object_call", calls("book")),
    line("Books: time", "gb_s", gbS(of("book.calls"), call_ms) + gbS(of("book.alarms"), alarm_ms), {
      assumed: `${call_ms} ms, alarms ${alarm_ms}`,
    }),
    line("Books: rows, alarms set", "object_written", of("book.written") + of("book.alarms_set")),
    line("Buyers' accounts: calls and alarms", "object_call", calls("account")),
    line("Buyers' accounts: time", "gb_s", gbS(of("account.calls"), call_ms) + gbS(of("account.alarms"), alarm_ms), {
      assumed: `${call_ms} ms, alarms ${alarm_ms}`,
    }),
    line("Buyers' accounts: rows, alarms set", "object_written", of("account.written") + of("account.alarms_set")),
    line("Objects: rows read", "object_read", of("book.read") + of("account.read")),
    line(
      "Objects: cleared away after 7 and 30 days",
      "object_written",
      of("book.written", cleared) + of("account.written", cleared) + of("other.written", cleared),
    ),
    // What is told every five minutes comes at the end of a short run.
    line("Ledger: rows", "d1_written", of("d1.written") + of("d1.written", cleared)),
    line(
      "Ledger: listed pings cleared away",
      "d1_written",
      1_000_000 * ASSUMED.listed_share * ASSUMED.rows_of_a_listed_ping,
      {
        assumed: `${ASSUMED.rows_of_a_listed_ping} rows each`,
      },
    ),
    line("Ledger: rows read", "d1_read", of("d1.read")),
    line("Queue: wake-ups", "queue", of("queue.messages") * 3),
    line("Logs stored", "log", (of("log.events") + of("worker.requests")) * logged, {
      optional: true,
      assumed: `${logged * 100} % sampled`,
    }),
    line("Analytics Engine", "point", of("analytics.points"), { optional: true }),
  ];
}

export const totalOf = (lines: Line[], optional: boolean): number =>
  lines.reduce((sum, line) => (Boolean(line.optional) === optional ? sum + line.dollars : sum), 0);

const number = (n: number): string =>
  n >= 100_000 ? `${(n / 1_000_000).toFixed(2)} M` : Math.round(n).toLocaleString("en");

/** The table of docs/costs.md. */
export function tableOf(run: CountedRun): string {
  const lines = billOf(run);
  const rows = lines.map(
    ({ what, price, units, dollars, optional, assumed }) =>
      `| ${what}${optional ? " (optional)" : ""} | ${number(units)} ${PRICES[price].unit} | ${dollars.toFixed(2)} | ${assumed ?? ""} |`,
  );
  return [
    "| | of a million pings | $ | assumed |",
    "|---|---|---|---|",
    ...rows,
    `| **Core** | | **${totalOf(lines, false).toFixed(2)}** | |`,
    `| With what is optional | | ${(totalOf(lines, false) + totalOf(lines, true)).toFixed(2)} | |`,
  ].join("\n");
}

export const BEGIN = "<!-- bill: npm run bench:costs -->";
export const END = "<!-- /bill -->";
export const withTable = (page: string, table: string): string =>
  `${page.slice(0, page.indexOf(BEGIN))}${BEGIN}\n${table}\n${page.slice(page.indexOf(END))}`;
