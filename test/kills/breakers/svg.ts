import type { LaneData, Run, Span } from "./lane-data.ts";
import { OUTAGES } from "./world.ts";

const WIDTH = 960;
const LEFT = 190;
const RIGHT = 20;
const TOP = 62;
const LANE = 58;
const BAND = 12;
const RATE = 30;

/** Middle tones that can be read on white and on black. */
const INK = "#7d8590";
const COLOURS = { closed: "#3fa45b", trial: "#9ccfa9", open: "#d8504d", half_open: "#e0a03c" } as const;
const WORDS = { closed: "closed", trial: "closed on trial", open: "open", half_open: "half open (probe)" } as const;

/** The chart as a text: one lane a buyer and phase, its breaker's state above the calls that reached the buyer. */
export function drawRun(run: Run): string {
  const height = TOP + run.lanes.length * LANE + 34;
  const x = (second: number) => round(LEFT + (second / run.seconds) * (WIDTH - LEFT - RIGHT));
  const bottom = TOP + run.lanes.length * LANE;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="12" role="img">
<title>Breakers of four failing buyers over time</title>
${legend()}
${run.lanes.map((lane, index) => drawLane(lane, TOP + index * LANE, x)).join("\n")}
${[mark(x(run.outage.from), bottom, "outage begins"), mark(x(run.outage.to), bottom, "buyers are well again")].join("\n")}
${axis(run.seconds, bottom, x)}
</svg>
`;
}

const round = (value: number): number => Math.round(value * 10) / 10;
const text = (x: number, y: number, words: string, more = ""): string =>
  `<text x="${x}" y="${y}" fill="${INK}"${more}>${words}</text>`;

function legend(): string {
  const names = Object.keys(COLOURS) as (keyof typeof COLOURS)[];
  const items = names.map((name, index) => {
    const x = LEFT + index * 140;
    return `<rect x="${x}" y="8" width="22" height="${BAND}" fill="${COLOURS[name]}"/>${text(x + 28, 18, WORDS[name])}`;
  });
  const x = LEFT + names.length * 140;
  const line = `<path d="M${x} 14h22" stroke="${INK}" stroke-width="1.5" fill="none"/>${text(x + 28, 18, "calls per second")}`;
  return [...items, line].join("\n");
}

function drawLane({ lane, spans, calls }: LaneData, y: number, x: (second: number) => number): string {
  const most = Math.max(1, ...calls);
  const base = y + BAND + 4 + RATE;
  // Probes come last, over their neighbours: most are too short to be seen otherwise.
  const order = spans.toSorted((a, b) => Number(a.state === "half_open") - Number(b.state === "half_open"));
  const bands = order.map((span) => band(span, y, x)).join("");
  const points = calls.map((count, second) => `${x(second + 0.5)},${round(base - (count / most) * RATE)}`).join(" ");
  return `<g>
${text(8, y + 11, OUTAGES[lane.buyer_id], ' font-weight="600"')}
${text(8, y + 27, `${lane.phase}s, up to ${most} a second`)}
${bands}
<path d="M${x(0)} ${base}H${WIDTH - RIGHT}" stroke="${INK}" stroke-opacity="0.35" fill="none"/>
<polyline points="${points}" stroke="${INK}" stroke-width="1.2" fill="none"/>
</g>`;
}

function band({ from, to, state, trial }: Span, y: number, x: (second: number) => number): string {
  const colour = COLOURS[trial ? "trial" : state];
  const width = Math.max(round(x(to) - x(from)), state === "half_open" ? 3 : 0.5);
  return `<rect x="${x(from)}" y="${y}" width="${width}" height="${BAND}" fill="${colour}"/>`;
}

function mark(x: number, bottom: number, words: string): string {
  return `<path d="M${x} ${TOP - 12}V${bottom}" stroke="${INK}" stroke-dasharray="4 3" fill="none"/>${text(x + 4, TOP - 8, words)}`;
}

function axis(seconds: number, y: number, x: (second: number) => number): string {
  const step = seconds > 240 ? 60 : seconds > 60 ? 30 : 10;
  const ticks = Array.from({ length: Math.floor(seconds / step) + 1 }, (_, n) => n * step);
  const words = ticks.map((second) => text(x(second), y + 22, `${second} s`, ' text-anchor="middle"'));
  return [`<path d="M${x(0)} ${y + 4}H${WIDTH - RIGHT}" stroke="${INK}" fill="none"/>`, ...words].join("\n");
}
