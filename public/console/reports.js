// Draws the reports' charts with uPlot from the data beside them. Without it the tables beneath are all there is.
const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const FORMATS = {
  money: (v) => v.toLocaleString("en-US", { style: "currency", currency: "USD", maximumFractionDigits: 2 }),
  percent: (v) => `${v.toFixed(1)} %`,
  ms: (v) => `${Math.round(v)} ms`,
  count: (v) => v.toLocaleString("en-US"),
};

function draw(plot) {
  const { data, series, zone } = JSON.parse(plot.dataset.chart);
  const colours = [css("--link"), css("--warn"), css("--good")];
  const axis = { stroke: css("--quiet"), grid: { stroke: css("--line"), width: 1 }, ticks: { stroke: css("--line") } };
  const show = (unit) => (_, v) => (v === null || v === undefined ? "–" : FORMATS[unit](v));
  plot.replaceChildren();
  const size = () => ({ width: plot.clientWidth, height: 220 });
  const chart = new uPlot(
    {
      ...size(),
      tzDate: (ts) => uPlot.tzDate(new Date(ts * 1_000), zone),
      cursor: { drag: { x: false, y: false } },
      axes: [axis, { ...axis, size: 70, values: (_, ticks) => ticks.map((v) => FORMATS[series[0].unit](v)) }],
      series: [
        {},
        ...series.map(({ label, unit }, i) => ({
          label,
          stroke: colours[i],
          width: 2,
          // Told apart without colour too.
          dash: i === 0 ? undefined : [6, 4],
          points: { show: data[0].length < 40 },
          value: show(unit),
        })),
      ],
    },
    data,
    plot,
  );
  new ResizeObserver(() => chart.setSize(size())).observe(plot);
}

const drawAll = () => {
  for (const plot of document.querySelectorAll("[data-chart]")) draw(plot);
};
if (typeof uPlot === "function") {
  drawAll();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
}
