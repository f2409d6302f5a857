import { useContext } from "hono/jsx";
import { count, dateTime, day, duration } from "../shell/format.ts";
import { Empty } from "../shell/parts.tsx";
import { ViewerContext } from "../shell/viewer.ts";
import type { Lane } from "./lanes.ts";
import { share, successTone } from "./words.tsx";

export interface SparkPoint {
  posts: number;
  delivery_success: number | null;
}

/** Posts over the range as bars; those in which too few were answered stand out in colour, and are told in words. */
export function Spark({ points, what }: { points: readonly SparkPoint[]; what: string }) {
  const most = Math.max(0, ...points.map(({ posts }) => posts));
  if (most === 0) return <span class="quiet">–</span>;
  const weak = points.filter(({ delivery_success: s }) => s !== null && s < 95).length;
  const label = `${what}: at most ${count(most)} posts a stretch; ${weak === 0 ? "all" : `all but ${weak}`} with 95 % answered`;
  return (
    <svg class="spark" role="img" aria-label={label} viewBox={`0 0 ${points.length * 4} 22`} preserveAspectRatio="none">
      <title>{label}</title>
      {points.map(({ posts, delivery_success }, i) => {
        const height = posts === 0 ? 0.6 : Math.max(1.5, (posts / most) * 21);
        return <rect class={successTone(delivery_success)} x={i * 4} y={22 - height} width={3} height={height} />;
      })}
    </svg>
  );
}

export interface Point {
  /** Epoch ms. */
  from: number;
  to: number;
  values: (number | null)[];
}
export interface Curve {
  label: string;
  tone: "a" | "b";
}
interface ChartProps {
  title: string;
  points: readonly Point[];
  curves: readonly Curve[];
  /** Top of the scale; absent: the largest value. */
  top?: number;
  say: (value: number | null) => string;
}
const [WIDTH, HEIGHT] = [600, 120];

/** One or two lines over time, made once on the server; the table behind it says the same. */
export function Chart({ title, points, curves, top, say }: ChartProps) {
  const { zone } = useContext(ViewerContext);
  const most = top ?? Math.max(1, ...points.flatMap(({ values }) => values.map((value) => value ?? 0)));
  const when = (at: number) => (spanOf(points) > 3 * 86_400_000 ? day(at, zone) : dateTime(at, zone).slice(0, -3));
  const [first, last] = [points[0], points[points.length - 1]];
  if (!first || !last) return null;
  if (points.every(({ values }) => values.every((value) => value === null)))
    return <Empty>{`${title}: nothing was measured in this range.`}</Empty>;
  return (
    <figure class="chart">
      <figcaption>
        {title}
        {curves.map(({ label, tone }) => (
          <span class={`key ${tone}`}>{label}</span>
        ))}
      </figcaption>
      <div class="plot">
        <span class="top">{say(most)}</span>
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
          {[0.25, 0.5, 0.75].map((at) => (
            <line class="grid" x1={0} x2={WIDTH} y1={HEIGHT * at} y2={HEIGHT * at} />
          ))}
          {curves.map(({ tone }, i) =>
            pathsOf(points, i, most).map((path) => <path class={`curve ${tone}`} d={path} />),
          )}
        </svg>
        <span class="from">{when(first.from)}</span>
        <span class="to">{when(last.to)}</span>
      </div>
      <details>
        <summary>Figures</summary>
        <div class="scroll">
          <table>
            <thead>
              <tr>
                <th scope="col">From</th>
                {curves.map(({ label }) => (
                  <th scope="col" class="number">
                    {label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {points.map(({ from, values }) => (
                <tr>
                  <td data-head="From">{dateTime(from, zone)}</td>
                  {curves.map(({ label }, i) => (
                    <td data-head={label} class="number">
                      {say(values[i] ?? null)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  );
}

const spanOf = (points: readonly Point[]): number => (points[points.length - 1]?.to ?? 0) - (points[0]?.from ?? 0);

/** A line breaks where nothing was counted; a value alone is a short dash. */
export function pathsOf(points: readonly Point[], curve: number, most: number): string[] {
  const width = WIDTH / Math.max(1, points.length);
  const paths: string[] = [];
  let path = "";
  points.forEach(({ values }, i) => {
    const value = values[curve] ?? null;
    if (value === null) {
      if (path !== "") paths.push(path);
      path = "";
      return;
    }
    const y = round(HEIGHT - (Math.min(value, most) / most) * (HEIGHT - 4) - 2);
    path += `${path === "" ? "M" : "L"}${round(i * width)} ${y}L${round((i + 1) * width)} ${y}`;
  });
  return path === "" ? paths : [...paths, path];
}
const round = (value: number): number => Math.round(value * 10) / 10;

/** When each breaker was open, as a lane over the range. */
export function BreakerLanes({ lanes, range }: { lanes: readonly Lane[]; range: { from: number; to: number } }) {
  const { zone } = useContext(ViewerContext);
  const span = Math.max(1, range.to - range.from);
  return (
    <ul class="lanes">
      {lanes.map(({ endpoint_id, phase, stretches, away_ms, opened }) => (
        <li>
          <span class="name">
            <code>{endpoint_id}</code> {phase}
          </span>
          <svg
            viewBox="0 0 1000 14"
            preserveAspectRatio="none"
            role="img"
            aria-label={`${endpoint_id}, ${phase} breaker`}
          >
            {stretches.map(({ from, to, state, why }) => (
              <rect
                class={state}
                x={((from - range.from) / span) * 1_000}
                width={Math.max(2, ((to - from) / span) * 1_000)}
                y={state === "closed" ? 5 : 0}
                height={state === "closed" ? 4 : 14}
              >
                <title>{`${state.replace("_", " ")} from ${dateTime(from, zone)} for ${duration(to - from)}${why ? `: ${why}` : ""}`}</title>
              </rect>
            ))}
          </svg>
          <span class="quiet">
            {away_ms === 0
              ? "closed all the time"
              : `opened ${opened === 1 ? "once" : `${count(opened)} times`}, away for ${duration(away_ms)} (${share((away_ms / span) * 100)})`}
          </span>
        </li>
      ))}
    </ul>
  );
}
