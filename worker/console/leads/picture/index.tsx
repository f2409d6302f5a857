import type { AuctionTrace, BuyerTrace } from "../../../../schema/api/auction-trace.ts";
import { money } from "../../shell/format.ts";
import { type Frame, layout, NARROW, type Picture, type Row, WIDE } from "./layout.ts";
import { outcomeWords, summary } from "./words.ts";

type Trace = Pick<AuctionTrace, "auction" | "buyers">;

/** The auction in time: one picture for a desk, one for a phone; the style sheet shows the one that fits. */
export function AuctionPicture({ trace }: { trace: Trace }) {
  return (
    <figure class="auction-picture">
      <OnePicture trace={trace} frame={WIDE} name="wide" />
      <OnePicture trace={trace} frame={NARROW} name="narrow" />
      <Legend trace={trace} />
    </figure>
  );
}

function OnePicture({ trace, frame, name }: { trace: Trace; frame: Frame; name: string }) {
  const picture = layout(trace, frame);
  const { currency } = trace.auction;
  const hatch = `hatch-${name}`;
  return (
    <svg
      class={name}
      viewBox={`0 0 ${frame.width} ${picture.height}`}
      role="img"
      aria-labelledby={`${name}-title ${name}-desc`}
      xmlns="http://www.w3.org/2000/svg"
    >
      <title id={`${name}-title`}>The auction in time</title>
      <desc id={`${name}-desc`}>{summary(trace)} The table below says the same.</desc>
      <defs>
        <pattern id={hatch} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect width="3" height="6" class="hatch" />
        </pattern>
      </defs>
      <Ground picture={picture} />
      <MarkLines picture={picture} />
      {picture.headings.map(({ y, title, count }) => (
        <text class="group" x={frame.left === 0 ? 10 : 8} y={y + frame.heading - 9}>
          {title} ({count})
        </text>
      ))}
      {picture.rows.map((row) => (
        <OneRow row={row} picture={picture} hatch={hatch} currency={currency} />
      ))}
      <Marks picture={picture} />
    </svg>
  );
}

/** Axis, grid, and our own time. */
function Ground({ picture }: { picture: Picture }) {
  const { plot, top, bottom, ticks, own, reserved } = picture;
  return (
    <g>
      {own.map(({ x, width }) => (
        <rect class="own" x={x} y={top} width={width} height={bottom - top} />
      ))}
      {reserved && <rect class="reserved" x={reserved.x} y={top} width={reserved.width} height={bottom - top} />}
      {ticks.map(({ x, ms }) => (
        <g>
          <line class="grid" x1={x} x2={x} y1={top} y2={bottom} />
          <text class="tick" x={x} y={top - 6} text-anchor="middle">
            {ms}
          </text>
        </g>
      ))}
      <line class="axis" x1={plot.x} x2={plot.x + plot.width} y1={top} y2={top} />
    </g>
  );
}

const MARKS = { bids_due: "bids due", due: "deadline", answered: "answered" } as const;

/** The auction's end and its deadline. Each has a line of its own for its words, above the axis, so that none hides another. */
function Marks({ picture }: { picture: Picture }) {
  const { marks, frame, beyond, plot } = picture;
  return (
    <g>
      {marks.map(({ x, kind, ms }) => (
        <g class={`mark ${kind}`}>
          {kind !== "bids_due" && (
            <text x={anchor(x, frame) === "end" ? x - 5 : x + 5} y={LABEL_Y[kind]} text-anchor={anchor(x, frame)}>
              {`${MARKS[kind]} ${Math.round(ms)} ms`}
            </text>
          )}
        </g>
      ))}
      {beyond !== null && (
        <text class="tick" x={plot.x + plot.width} y={LABEL_Y.due} text-anchor="end">
          {`deadline ${Math.round(beyond)} ms ▸`}
        </text>
      )}
    </g>
  );
}
/** Beneath the rows: their words stay readable. */
function MarkLines({ picture: { marks, bottom } }: { picture: Picture }) {
  return (
    <g>
      {marks.map(({ x, kind, ms }) => (
        <g class={`mark ${kind}`}>
          <title>{`${MARKS[kind]} after ${Math.round(ms)} ms`}</title>
          <line x1={x} x2={x} y1={LABEL_Y[kind] - 10} y2={bottom} />
        </g>
      ))}
    </g>
  );
}

const LABEL_Y = { due: 12, answered: 28, bids_due: 40 } as const;

const anchor = (x: number, frame: Frame): "start" | "end" => (x > frame.width * 0.5 ? "end" : "start");

interface RowProps {
  row: Row;
  picture: Picture;
  hatch: string;
  currency: string;
}

function OneRow({ row, picture, hatch, currency }: RowProps) {
  const { frame } = picture;
  const { buyer, y, bar, late, timeout, fixed, group } = row;
  const above = frame.left === 0;
  const barY = above ? y + 22 : y + (frame.row - frame.bar) / 2;
  const textY = above ? y + 15 : y + frame.row / 2 + 4.5;
  const won = buyer.rank === 1;
  return (
    <g class={`buyer ${group}${won ? " won" : ""}`}>
      <title>{`${nameOf(buyer)}: ${outcomeWords(buyer, currency)}`}</title>
      {!above && <rect class="stripe" x="0" y={y} width={frame.width} height={frame.row} />}
      <text class="name" x={above ? 10 : 8} y={textY}>
        {cut(`${won ? "★ " : ""}${buyer.rank ? `${buyer.rank}. ` : ""}${nameOf(buyer)}`, above ? 26 : 27)}
      </text>
      <text class="said" x={frame.width - (above ? 10 : 8)} y={textY} text-anchor="end">
        {offer(buyer, currency)}
      </text>
      {bar && <rect class="call" x={bar.x} y={barY} width={bar.width} height={frame.bar} rx="2" />}
      {late && <rect class="late" x={late.x} y={barY} width={late.width} height={frame.bar} fill={`url(#${hatch})`} />}
      {timeout !== null && <line class="timeout" x1={timeout} x2={timeout} y1={barY - 3} y2={barY + frame.bar + 3} />}
      {fixed !== null && <path class="call" d={diamond(fixed + 6, barY + frame.bar / 2)} />}
    </g>
  );
}

const nameOf = (buyer: BuyerTrace): string => buyer.buyer_name ?? buyer.buyer_id;
const cut = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most - 1)}…` : text);
const diamond = (x: number, y: number): string => `M${x - 6} ${y}L${x} ${y - 6}L${x + 6} ${y}L${x} ${y + 6}Z`;

/** What stands at the end of a row: the offer, or the word for there being none, and how long it took. */
function offer(buyer: BuyerTrace, currency: string): string {
  const none = buyer.reason === "bid_invalid" ? "no usable bid" : WORDS[buyer.outcome ?? "bid"];
  const word = buyer.bid === null ? none : money(buyer.bid, currency);
  if (buyer.outcome === null) return `${word} fixed`;
  return buyer.ms === null ? word : `${word} · ${Math.round(buyer.ms)} ms`;
}

const WORDS = {
  bid: "",
  no_bid: "no bid",
  timeout: "timeout",
  late: "late",
  error: "error",
  not_attempted: "not asked",
  closed_early: "not waited for",
} as const;

/** What the shapes mean, in words beside their patterns: nothing is told by colour alone. */
function Legend({ trace }: { trace: Trace }) {
  const { timing, took_ms } = trace.auction;
  return (
    <figcaption>
      <ul class="legend">
        <li class="l-won">winner</li>
        <li class="l-ranked">ranked offer</li>
        <li class="l-none">no usable offer</li>
        <li class="l-timeout">waited for, no answer</li>
        <li class="l-late">beyond its time</li>
        <li class="l-limit">its own timeout</li>
        {timing && <li class="l-own">our own time</li>}
      </ul>
      {timing ? (
        <p>
          Buyers were asked after {Math.round(timing.asked_ms)} ms, the last bid that was waited for was in after{" "}
          {Math.round(timing.bids_in_ms)} ms, the publisher had its answer after {Math.round(took_ms)} ms of{" "}
          {Math.round(timing.due_ms)} ms; {Math.round(timing.due_ms - timing.bids_due_ms)} ms of them were kept for
          ourselves.
        </p>
      ) : (
        <p>The publisher had its answer after {Math.round(took_ms)} ms.</p>
      )}
    </figcaption>
  );
}
