import type { Figures } from "./cell.ts";
import { shortShare } from "./pool-rule.ts";

const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [860, 400, 70, 190, 40, 56];
/** Middle tones that can be read on white and on black. */
const INK = "#7d8590";
const COLOURS = ["#4f8fdb", "#3fa45b", "#e0a03c", "#d8504d", "#9a6fd0", "#3aa6a6"];
const X: [number, number] = [100, 10_000];
const Y: [number, number] = [0.0005, 1];

const log = (value: number, [low, high]: [number, number]): number => Math.log(value / low) / Math.log(high / low);
const round = (value: number): number => Math.round(value * 10) / 10;
const x = (dialers: number): number => round(LEFT + log(dialers, X) * (WIDTH - LEFT - RIGHT));
const y = (share: number): number => round(HEIGHT - BOTTOM - log(Math.max(share, Y[0]), Y) * (HEIGHT - TOP - BOTTOM));
const text = (at: [number, number], words: string, more = ""): string =>
  `<text x="${round(at[0])}" y="${round(at[1])}" fill="${INK}"${more}>${words}</text>`;

/** Share of pings short of a buyer by the pool's size: what was simulated (dots), what the rule says (lines). */
export function drawPools(pools: Figures[]): string {
  const kinds = Map.groupBy(pools, ({ rate, buyers, redials, group_size }) =>
    [`${rate}/s × ${buyers}`, `${redials} redials`, ...(group_size === 6 ? [] : [`groups of ${group_size}`])].join(
      ", ",
    ),
  );
  const series = [...kinds].map(([name, cells], i) => drawSeries(name, cells, COLOURS[i % COLOURS.length] ?? INK, i));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="12" role="img">
<title>Share of pings that miss a buyer, by the number of dialers</title>
${text([LEFT, 20], "share of pings that miss a buyer for want of a dialer: simulated (dots), by the rule (lines)", ' font-weight="600"')}
${axes()}
${series.join("\n")}
</svg>
`;
}

function drawSeries(name: string, cells: Figures[], colour: string, index: number): string {
  const [first] = cells;
  if (!first) return "";
  const hold_ms = cells.reduce((sum, cell) => sum + cell.hold_ms, 0) / cells.length;
  const load = { ...first, pings_per_s: first.rate, own: 6, hold_ms };
  const sizes = Array.from({ length: 81 }, (_, i) => X[0] * (X[1] / X[0]) ** (i / 80));
  const line = sizes
    .map((dialers) => [dialers, shortShare(load, dialers)] as const)
    .filter(([, share]) => share >= Y[0])
    .map(([dialers, share]) => `${x(dialers)},${y(share)}`);
  const dots = cells.map(
    ({ dialers, short }) =>
      `<circle cx="${x(dialers)}" cy="${y(short)}" r="4" fill="${short < Y[0] ? "none" : colour}" stroke="${colour}"/>`,
  );
  const at = TOP + 14 + index * 20;
  const key = `<circle cx="${WIDTH - RIGHT + 20}" cy="${at - 4}" r="4" fill="${colour}"/>`;
  return `<polyline points="${line.join(" ")}" fill="none" stroke="${colour}" stroke-width="1.5"/>${dots.join("")}
${key}${text([WIDTH - RIGHT + 30, at], name)}`;
}

function axes(): string {
  const [bottom, right] = [HEIGHT - BOTTOM, WIDTH - RIGHT];
  const across = [100, 300, 1_000, 3_000, 10_000].map(
    (dialers) =>
      `<path d="M${x(dialers)} ${TOP}V${bottom}" stroke="${INK}" stroke-opacity="0.2"/>${text([x(dialers), bottom + 18], dialers.toLocaleString("en"), ' text-anchor="middle"')}`,
  );
  const up = [0.0005, 0.001, 0.005, 0.01, 0.1, 1].map(
    (share) =>
      `<path d="M${LEFT} ${y(share)}H${right}" stroke="${INK}" stroke-opacity="${share === 0.005 ? 0.9 : 0.2}"/>${text([LEFT - 8, y(share) + 4], share === 0.0005 ? "0" : `${share * 100} %`, ' text-anchor="end"')}`,
  );
  return [...across, ...up, text([(LEFT + right) / 2, bottom + 40], "dialers", ' text-anchor="middle"')].join("\n");
}
