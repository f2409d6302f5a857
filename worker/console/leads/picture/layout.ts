import type { AuctionTrace, BuyerTrace } from "../../../../schema/api/auction-trace.ts";
import { GROUPS, type Group, sorted } from "./rows.ts";

/** A picture's measures. Units are CSS pixels at its natural width. */
export interface Frame {
  width: number;
  /** Room at the left for names, at the right for offers and outcomes; 0: they stand above each bar. */
  left: number;
  right: number;
  row: number;
  bar: number;
  heading: number;
}
export const WIDE: Frame = { width: 1_040, left: 210, right: 190, row: 26, bar: 12, heading: 28 };
export const NARROW: Frame = { width: 360, left: 0, right: 0, row: 42, bar: 10, heading: 30 };

export interface Span {
  x: number;
  width: number;
}
export interface Row {
  buyer: BuyerTrace;
  group: Group;
  /** Top of the row. */
  y: number;
  /** From dispatch to the answer, as far as that was within its time. null: it was not called. */
  bar: Span | null;
  /** The part of its answer beyond its time. */
  late: Span | null;
  /** Where its own time ended. */
  timeout: number | null;
  /** A standing bid: nobody was called. */
  fixed: number | null;
}
export interface Picture {
  frame: Frame;
  height: number;
  /** Where rows begin and end. */
  top: number;
  bottom: number;
  plot: Span;
  ticks: { x: number; ms: number }[];
  headings: { y: number; title: string; count: number }[];
  rows: Row[];
  /** Asked buyers beyond what one picture shows. */
  left_out: number;
  marks: { x: number; kind: "bids_due" | "due" | "answered"; ms: number }[];
  /** Our own time: before the buyers were asked, and from the last bid to the answer. */
  own: Span[];
  /** Kept back for ourselves at the end. */
  reserved: Span | null;
  /** The deadline lies beyond the picture, at these ms. */
  beyond: number | null;
}

/** Rows of one picture; the table has them all. */
export const MOST_ROWS = 60;
/** Two lines of words for the marks, one of figures. */
const AXIS = 56;
const PAD = 10;
/** A deadline much later than all that happened is told in words, so that what happened stays readable. */
const FAR = 1.8;

/** Where everything of an auction stands in its picture: a pure function of its record. */
export function layout(trace: Pick<AuctionTrace, "auction" | "buyers">, frame: Frame): Picture {
  const { auction, buyers } = trace;
  const { timing, took_ms } = auction;
  const asked_ms = timing?.asked_ms ?? 0;
  const all = sorted(buyers);
  const shown = all.slice(0, MOST_ROWS);
  const happened = Math.max(1, took_ms, ...shown.map(({ buyer }) => endOf(buyer, asked_ms)));
  const due = timing?.due_ms ?? null;
  const far = due !== null && due > happened * FAR;
  const until = Math.max(happened, due === null || far ? 0 : due) * 1.02;
  const plot = { x: frame.left || PAD, width: frame.width - (frame.left || PAD) - (frame.right || PAD) };
  const at = (ms: number): number => round(plot.x + (Math.min(ms, until) / until) * plot.width);
  const span = (from: number, to: number): Span => ({ x: at(from), width: round(Math.max(1, at(to) - at(from))) });
  const placed = place(shown, frame, (buyer, y, group) => rowOf({ buyer, y, group, asked_ms, auction, at, span }));
  const inside = (ms: number | null | undefined): ms is number => ms !== null && ms !== undefined && ms <= until;
  return {
    frame,
    height: placed.bottom + PAD,
    top: AXIS,
    bottom: placed.bottom,
    plot,
    ticks: ticksOf(until, frame.left === 0 ? 4 : 8).map((ms) => ({ ms, x: at(ms) })),
    headings: placed.headings,
    rows: placed.rows,
    left_out: all.length - shown.length,
    marks: [
      ...(timing && inside(timing.bids_due_ms) ? [mark("bids_due", timing.bids_due_ms, at)] : []),
      ...(inside(due) ? [mark("due", due, at)] : []),
      mark("answered", took_ms, at),
    ],
    own: timing ? [span(0, timing.asked_ms), span(timing.bids_in_ms, took_ms)] : [],
    reserved: timing && inside(due) ? span(timing.bids_due_ms, timing.due_ms) : null,
    beyond: far ? due : null,
  };
}

const mark = (kind: Picture["marks"][number]["kind"], ms: number, at: (ms: number) => number) => ({
  kind,
  ms,
  x: at(ms),
});

function place(
  shown: { buyer: BuyerTrace; group: Group }[],
  frame: Frame,
  row: (buyer: BuyerTrace, y: number, group: Group) => Row,
): Pick<Picture, "rows" | "headings" | "bottom"> {
  const rows: Row[] = [];
  const headings: Picture["headings"] = [];
  let y = AXIS;
  for (const { group, title } of GROUPS) {
    const members = shown.filter((one) => one.group === group);
    if (members.length === 0) continue;
    headings.push({ y, title, count: members.length });
    y += frame.heading;
    for (const { buyer } of members) {
      rows.push(row(buyer, y, group));
      y += frame.row;
    }
  }
  return { rows, headings, bottom: y };
}

interface RowInput {
  buyer: BuyerTrace;
  y: number;
  group: Group;
  asked_ms: number;
  auction: AuctionTrace["auction"];
  at(ms: number): number;
  span(from: number, to: number): Span;
}

function rowOf({ buyer, y, group, asked_ms, auction, at, span }: RowInput): Row {
  const none = { buyer, group, y, bar: null, late: null, timeout: null, fixed: null };
  if (buyer.outcome === null) return { ...none, fixed: at(asked_ms) };
  if (buyer.sent_at_ms === null || buyer.ms === null) return none;
  const sent = asked_ms + buyer.sent_at_ms;
  const end = sent + buyer.ms;
  const given = buyer.timeout_ms === null ? null : sent + buyer.timeout_ms;
  const over = Math.min(given ?? Number.POSITIVE_INFINITY, auction.timing?.bids_due_ms ?? Number.POSITIVE_INFINITY);
  const cut = group === "late" && over < end ? Math.max(sent, over) : end;
  return {
    ...none,
    bar: span(sent, cut),
    late: cut < end ? span(cut, end) : null,
    timeout: given !== null && given <= auction.took_ms * FAR ? at(given) : null,
  };
}

const endOf = (buyer: BuyerTrace, asked_ms: number): number =>
  buyer.sent_at_ms === null || buyer.ms === null ? 0 : asked_ms + buyer.sent_at_ms + buyer.ms;

/** Round values from 0, at most `most` of them beyond it. */
export function ticksOf(until: number, most: number): number[] {
  const least = until / most;
  const power = 10 ** Math.floor(Math.log10(least));
  const step = [1, 2, 5, 10].map((n) => n * power).find((size) => size >= least) ?? 10 * power;
  return Array.from({ length: Math.floor(until / step) + 1 }, (_, i) => round(i * step));
}

const round = (value: number): number => Math.round(value * 10) / 10;
