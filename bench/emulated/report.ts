import { table } from "../shared/marked.ts";
import type { Figures } from "./cell.ts";
import type { ClosingFigures } from "./closing.ts";
import type { FlowFigures } from "./flows.ts";
import type { ShapingFigures } from "./shaping.ts";

const percent = (share: number): string => `${Number((100 * share).toFixed(share < 0.1 ? 2 : 1))} %`;
const ms = (value: number): string => value.toFixed(0);

/** By load, for docs/performance.md. */
export const loadTable = (rows: Figures[]): string =>
  table(
    [
      "pings/s",
      "buyers",
      "dialers",
      "answer p50",
      "p99",
      "p99.9",
      "added p99",
      "buyers asked",
      "pings short",
      "by the rule",
      "`busy`",
      "object calls a ping",
    ],
    rows.map((row) => [
      ...[row.rate, row.buyers, row.dialers],
      ...[row.answer_ms.p50, row.answer_ms.p99, row.answer_ms.p999, row.added_ms.p99].map((value) => `${ms(value)} ms`),
      ...[percent(row.asked), percent(row.short), percent(row.rule_short), percent(row.busy), row.object_calls],
    ]),
  );

/** By pool: size, redials, buyers a call. */
export const poolTable = (rows: Figures[]): string =>
  table(
    [
      "pings/s × buyers",
      "dialers",
      "buyers a call",
      "redials",
      "pings short",
      "by the rule",
      "`busy`",
      "redials a ping",
      "object calls a ping",
      "answer p99.9",
    ],
    rows.map((row) => [
      ...[`${row.rate} × ${row.buyers}`, row.dialers, row.group_size, row.redials],
      ...[percent(row.short), percent(row.rule_short), percent(row.busy), row.redials_a_ping, row.object_calls],
      `${ms(row.answer_ms.p999)} ms`,
    ]),
  );

/** Dialers drawn anew beside those that their isolates keep. */
export const warmTable = (rows: Figures[]): string =>
  table(
    [
      ...["pings/s × buyers", "dialers", "object calls to a cold dialer", "`busy`", "pings short"],
      ...["object calls a ping", "answer p50", "p99.9"],
    ],
    rows.map((row) => [
      `${row.rate} × ${row.buyers}`,
      row.isolates === 0 ? "drawn anew" : `kept, ${row.isolates} ${row.isolates === 1 ? "isolate" : "isolates"}`,
      ...[percent(row.cold), percent(row.busy), percent(row.short), row.object_calls],
      ...[`${ms(row.answer_ms.p50)} ms`, `${ms(row.answer_ms.p999)} ms`],
    ]),
  );

export const otherTable = (rows: Figures[]): string =>
  table(
    ["pings/s × buyers", "dialers", "hop", "answer p50", "p99", "pings short", "slot waiting p50", "p99"],
    rows.map((row) => [
      ...[`${row.rate} × ${row.buyers}`, row.dialers === 0 ? "none" : row.dialers, `${row.hop} ms`],
      ...[`${ms(row.answer_ms.p50)} ms`, `${ms(row.answer_ms.p99)} ms`, percent(row.short)],
      ...[`${ms(row.slot_wait_ms.p50)} ms`, `${ms(row.slot_wait_ms.p99)} ms`],
    ]),
  );

export const flowTable = (rows: FlowFigures[]): string =>
  table(
    [
      "pings/s × buyers",
      "dialers",
      "answer p50",
      "p99",
      "p99.9",
      "added p50",
      "added p99",
      "buyers asked",
      "pings short",
    ],
    rows.map((row) => [
      ...[`${row.rate} × ${row.buyers}`, row.dialers],
      ...[row.answer_ms.p50, row.answer_ms.p99, row.answer_ms.p999, row.added_ms.p50, row.added_ms.p99].map(
        (value) => `${ms(value)} ms`,
      ),
      ...[percent(row.asked), percent(row.short)],
    ]),
  );

export const closingTable = (rows: ClosingFigures[]): string =>
  table(
    [
      "buyers",
      "`max_bid` at",
      "`fallback_bids`",
      "answer p50",
      "p99",
      "auctions closed early",
      "buyers not waited for",
      "best bid",
      "sold for",
      "sold",
    ],
    rows.map((row) => [
      ...[row.buyers, percent(row.bounded), row.fallback_bids ?? "off"],
      ...[`${ms(row.answer_ms.p50)} ms`, `${ms(row.answer_ms.p99)} ms`, percent(row.closed), percent(row.cut)],
      ...[`$${row.best.toFixed(2)}`, `$${row.sale.toFixed(2)}`, percent(row.sold)],
    ]),
  );

export const shapingTable = (rows: ShapingFigures[]): string =>
  table(
    [
      "slow buyers' own time",
      "of their answers too late",
      "shaping",
      "slow ones asked, 2nd quarter",
      "last quarter",
      "buyers called a ping",
      "dialer calls",
      "answer p50",
      "p99",
      "best bid",
      "sold for",
    ],
    rows.map((row) => [
      ...[`${row.timeout_ms} ms`, `${percent(row.late)}${row.recovers ? ", from the middle on 5 %" : ""}`],
      ...[row.on ? "on" : "off", percent(row.asked_second), percent(row.asked_last), row.calls, row.object_calls],
      ...[
        `${ms(row.answer_ms.p50)} ms`,
        `${ms(row.answer_ms.p99)} ms`,
        `$${row.best.toFixed(2)}`,
        `$${row.sale.toFixed(2)}`,
      ],
    ]),
  );
