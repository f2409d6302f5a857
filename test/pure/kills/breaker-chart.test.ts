import { expect, test } from "vitest";
import { perSecond, type Run, spansOf, summaryOf, type Turn } from "../../kills/breakers/lane-data.ts";
import { drawRun } from "../../kills/breakers/svg.ts";
import { LANES } from "../../kills/breakers/world.ts";

const BEGAN = 1_000_000;
const at = (second: number) => BEGAN + second * 1_000;
const TURNS: Turn[] = [
  { at: at(12), state: "open", why: "10 failures in a row" },
  { at: at(22), state: "half_open", why: "probe" },
  { at: at(23), state: "open", why: "probe: failed" },
  { at: at(43), state: "half_open", why: "probe" },
  { at: at(44), state: "closed", why: "probe: up, on trial" },
  { at: at(46), state: "closed", why: "success on trial" },
];

test("a breaker's turns become spans without gap or overlap", () => {
  const spans = spansOf(TURNS, BEGAN, 60);
  expect(spans.map(({ state, trial }) => (trial ? "trial" : state))).toEqual([
    ...["closed", "open", "half_open", "open", "half_open", "trial", "closed"],
  ]);
  expect(spans[0]?.from).toBe(0);
  expect(spans.at(-1)?.to).toBe(60);
  for (const [index, span] of spans.entries()) if (index > 0) expect(span.from).toBe(spans[index - 1]?.to);
});

test("calls are counted by second; what came before or after is left out", () => {
  expect(perSecond([at(-1), at(0), at(0.9), at(2), at(3)], BEGAN, 3)).toEqual([2, 0, 1]);
});

function run(): Run {
  const lane = { spans: spansOf(TURNS, BEGAN, 60), calls: Array.from({ length: 60 }, (_, n) => (n < 12 ? 3 : 0)) };
  return { seconds: 60, outage: { from: 10, to: 40 }, lanes: LANES.map((one) => ({ lane: one, ...lane })) };
}

test("the figures of one lane", () => {
  const one = run();
  const [lane] = one.lanes;
  expect(lane && summaryOf(lane, one)).toEqual({
    ...{ lane: "hang_pings", opened_after: 2, calls_before: 6, calls_during: 0, probes: 1, closed_after: 6 },
  });
});

test("one that never opened, and one that stayed open, say so", () => {
  const still = { ...run(), outage: { from: 10, to: 40 } };
  const [lane] = still.lanes;
  if (!lane) throw new Error("no lane");
  const quiet = summaryOf({ ...lane, spans: spansOf([], BEGAN, 60) }, still);
  expect([quiet.opened_after, quiet.closed_after]).toEqual([null, null]);
  const stuck = summaryOf({ ...lane, spans: spansOf(TURNS.slice(0, 1), BEGAN, 60) }, still);
  expect([stuck.opened_after, stuck.closed_after]).toEqual([2, null]);
});

test("the chart has a lane for every buyer and phase, and is well-formed", () => {
  const svg = drawRun(run());
  expect(svg.match(/<g>/g)).toHaveLength(8);
  expect(svg.match(/<polyline/g)).toHaveLength(8);
  expect(svg).toContain("outage begins");
  expect(svg).not.toContain("NaN");
  const opened = svg.match(/<(svg|title|g|text)\b/g)?.length;
  expect(svg.match(/<\/(svg|title|g|text)>/g)).toHaveLength(opened ?? -1);
});
