/** A chart as SVG: categories along x, lines with whiskers, lines to reach. Read on light and dark ground alike. */
export interface Chart {
  title: string;
  y: string;
  x: string;
  categories: string[];
  series: Series[];
  /** Dashed lines across. */
  marks?: { at: number; label: string }[];
  /** Default: linear from zero. */
  log?: boolean;
}
export interface Series {
  name: string;
  /** One for each category; null: there is none. */
  points: (Point | null)[];
}
export interface Point {
  y: number;
  low?: number;
  high?: number;
}

const [WIDTH, HEIGHT] = [720, 340];
const BOX = { left: 64, right: 150, top: 44, bottom: 52 };
/** Told apart with any colour vision (Okabe and Ito). */
const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7"];
const SHAPES = ["circle", "square", "diamond", "triangle"] as const;
const STYLE = `text{font:12px system-ui,sans-serif;fill:#24292f}.title{font-size:14px;font-weight:600}.grid{stroke:#d0d7de}.mark{stroke:#57606a;stroke-dasharray:5 4}
@media(prefers-color-scheme:dark){text{fill:#e6edf3}.grid{stroke:#3d444d}.mark{stroke:#9198a1}}`;

export function chartSvg(chart: Chart): string {
  const values = chart.series.flatMap(({ points }) =>
    points.flatMap((p) => (p === null ? [] : [p.y, p.low ?? p.y, p.high ?? p.y])),
  );
  const ticks = ticksOf([...values, ...(chart.marks ?? []).map(({ at }) => at)], chart.log ?? false);
  const [low, high] = [ticks[0] ?? 0, ticks.at(-1) ?? 1];
  const scale = chart.log ? Math.log10 : (value: number) => value;
  const inner = { width: WIDTH - BOX.left - BOX.right, height: HEIGHT - BOX.top - BOX.bottom };
  const y = (value: number) =>
    round(BOX.top + inner.height * (1 - (scale(Math.max(value, low)) - scale(low)) / (scale(high) - scale(low))));
  const x = (i: number) => round(BOX.left + (inner.width * (i + 0.5)) / chart.categories.length);
  const right = BOX.left + inner.width;
  const parts = [
    text(BOX.left, 22, chart.title, "start", "title"),
    ...ticks.flatMap((t) => [line(BOX.left, y(t), right, y(t), "grid"), text(BOX.left - 8, y(t) + 4, label(t), "end")]),
    ...chart.categories.map((category, i) => text(x(i), HEIGHT - BOX.bottom + 20, category, "middle")),
    text(BOX.left + inner.width / 2, HEIGHT - 10, chart.x, "middle"),
    `<text x="16" y="${BOX.top + inner.height / 2}" text-anchor="middle" transform="rotate(-90 16 ${BOX.top + inner.height / 2})">${escaped(chart.y)}</text>`,
    ...(chart.marks ?? []).flatMap(({ at, label: name }) => [
      line(BOX.left, y(at), right, y(at), "mark"),
      text(BOX.left + 4, y(at) - 4, name, "start"),
    ]),
    ...chart.series.flatMap((series, s) => drawSeries(series, s, x, y)),
    ...chart.series.flatMap(({ name }, s) => [
      shape(s, right + 14, BOX.top + 6 + s * 20),
      text(right + 26, BOX.top + 10 + s * 20, name, "start"),
    ]),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escaped(chart.title)}">\n<style>${STYLE}</style>\n${parts.join("\n")}\n</svg>\n`;
}

function drawSeries({ points }: Series, s: number, x: (i: number) => number, y: (value: number) => number): string[] {
  const colour = COLOURS[s % COLOURS.length];
  const there = points.flatMap((point, i) => (point === null ? [] : [{ ...point, i }]));
  const path = there.map(({ i, y: at }, k) => `${k === 0 ? "M" : "L"}${x(i)} ${y(at)}`).join("");
  return [
    `<path d="${path}" fill="none" stroke="${colour}" stroke-width="2"/>`,
    ...there.flatMap(({ i, low, high }) =>
      low === undefined || high === undefined
        ? []
        : [`<path d="M${x(i)} ${y(low)}V${y(high)}" stroke="${colour}" stroke-width="1.5" fill="none"/>`],
    ),
    ...there.map(({ i, y: at }) => shape(s, x(i), y(at))),
  ];
}

function shape(s: number, x: number, y: number): string {
  const fill = `fill="${COLOURS[s % COLOURS.length]}"`;
  const kind = SHAPES[s % SHAPES.length];
  if (kind === "circle") return `<circle cx="${x}" cy="${y}" r="4" ${fill}/>`;
  if (kind === "square") return `<rect x="${round(x - 4)}" y="${round(y - 4)}" width="8" height="8" ${fill}/>`;
  if (kind === "diamond") return `<path d="M${x} ${round(y - 5)}l5 5l-5 5l-5 -5z" ${fill}/>`;
  return `<path d="M${x} ${round(y - 5)}l5 9h-10z" ${fill}/>`;
}

/** Linear: from zero in steps of 1, 2 or 5; logarithmic: powers of ten with 1, 2, 5 between. */
function ticksOf(values: number[], log: boolean): number[] {
  const most = Math.max(...values);
  if (!log) {
    const rough = most / 5;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((f) => f * power).find((s) => s >= rough) ?? power;
    return Array.from({ length: Math.ceil(most / step) + 1 }, (_, i) => Number((i * step).toPrecision(6)));
  }
  const least = Math.min(...values.filter((value) => value > 0));
  const all = Array.from({ length: 14 }, (_, i) => i - 6).flatMap((e) => [1, 2, 5].map((f) => f * 10 ** e));
  const from = all.findLastIndex((tick) => tick <= least);
  const to = all.findIndex((tick) => tick >= most);
  return all.slice(from, to + 1);
}

const round = (value: number): number => Math.round(value * 10) / 10;
const label = (value: number): string => String(Number(value.toPrecision(3)));
const escaped = (value: string): string =>
  value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
const line = (x1: number, y1: number, x2: number, y2: number, kind: string): string =>
  `<line class="${kind}" x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}"/>`;
const text = (x: number, y: number, value: string, anchor: string, kind = ""): string =>
  `<text${kind ? ` class="${kind}"` : ""} x="${x}" y="${y}" text-anchor="${anchor}">${escaped(value)}</text>`;
