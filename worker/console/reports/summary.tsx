import type { Figure } from "../../../schema/figures.ts";
import type { ConsoleContext } from "../shell/context.ts";
import { Section, Stat, Stats } from "../shell/parts.tsx";
import { type Asked, before, callOf, linkTo } from "./asked.ts";
import { Chart } from "./chart.tsx";
import { reportPage } from "./frame.tsx";
import { change, figures, type Summary, shown, summaryShape } from "./shapes.ts";

const PARTS = [
  {
    title: "Money",
    names: [
      "revenue",
      "payout",
      "margin",
      "margin_share",
      "sales",
      "average_price",
      "revenue_per_lead",
      "recovered_revenue",
      "returned",
      "refunded",
    ],
  },
  {
    title: "Pings and leads",
    names: [
      "pings",
      "ping_acceptance",
      "average_offer",
      "leads",
      "posted_share",
      "sell_through",
      "leads_unsold",
      "leads_resting",
      "risk_payout",
    ],
  },
  {
    title: "Times",
    names: ["answer_p50", "answer_p95", "answer_p99", "time_to_sale_p50", "time_to_sale_p95", "post_p50", "post_p95"],
  },
  {
    title: "Posts and buyers",
    names: [
      "posts",
      "delivery_success",
      "post_acceptance",
      "transport_error_share",
      "http_error_share",
      "asked",
      "bid_rate",
      "too_late_share",
      "closed_early",
      "average_bid",
      "out_cap",
      "out_breaker",
      "out_maximum_too_low",
      "out_shaped",
    ],
  },
];
const ALL = PARTS.flatMap(({ names }) => names);
const CHARTS = [
  { title: "Revenue and margin", names: ["revenue", "margin"] },
  { title: "Leads and sales", names: ["leads", "sales"] },
  { title: "Pings", names: ["pings", "pings_accepted"] },
];
/** Where lower is better: the colour says so. */
const LOWER = new Set([
  "leads_unsold",
  "leads_resting",
  "returned",
  "refunded",
  "risk_payout",
  "transport_error_share",
  "http_error_share",
  "too_late_share",
  "out_cap",
  "out_breaker",
  "out_maximum_too_low",
  "out_shaped",
]);

/** The figures of a range against those before it, and over time. */
export function summaryPage(c: ConsoleContext): Promise<Response> {
  return reportPage(c, "summary", ["publisher", "campaign", "buyer", "contract"], async (of) => {
    const step = of.length <= 2 ? "hour" : "day";
    const earlier = before(of, c.var.now);
    const names = ALL.join(",");
    const drawn = CHARTS.flatMap((chart) => chart.names).join(",");
    const [now, was, series] = await Promise.all([
      c.var.api.get(callOf("/reports/summary", of, { figures: names }), summaryShape),
      c.var.api.get(callOf("/reports/summary", of, { ...earlier, label: undefined, figures: names }), summaryShape),
      c.var.api.get(callOf("/reports/summary", of, { by: step, figures: drawn }), summaryShape),
    ]);
    if (!now.ok) return { problem: now.problem };
    if (!was.ok) return { problem: was.problem };
    if (!series.ok) return { problem: series.problem };
    return {
      scripts: ["vendor/uplot.min.js", "console/reports.js"],
      files: [{ label: "CSV", href: linkTo("/ops/reports/csv/summary", of, { by: step }) }],
      children: (
        <Body
          of={of}
          now={now.value}
          was={was.value}
          series={past(series.value, c.var.now)}
          label={earlier.label}
          step={step}
        />
      ),
    };
  });
}

/** Hours and days that have begun: a line at zero for what is to come would lie. */
const past = (of: Summary, now: number): Summary => ({
  ...of,
  rows: of.rows.filter(({ from }) => Date.parse(from) <= now),
});

interface BodyProps {
  of: Asked;
  now: Summary;
  was: Summary;
  series: Summary;
  label: string;
  step: string;
}
function Body({ of, now, was, series, label, step }: BodyProps) {
  const has = (figure: Figure) => figure.name in now.total;
  const charts = CHARTS.map(({ title, names }) => ({
    title,
    of: figures(names).filter(({ name }) => name in series.total),
  }));
  return (
    <>
      <p class="quiet">
        {of.from === of.to ? of.from : `${of.from} to ${of.to}`}, {of.zone}. In brackets: against {label}. Test traffic
        is in no figure; <a href="/ops/reports/figures">what each means</a>.
      </p>
      {PARTS.map(({ title, names }) => {
        const shownHere = figures(names).filter(has);
        return shownHere.length === 0 ? null : (
          <Section title={title}>
            <Stats>
              {shownHere.map((figure) => (
                <One figure={figure} now={now.total[figure.name]} was={was.total[figure.name]} label={label} />
              ))}
            </Stats>
          </Section>
        );
      })}
      <Section title={`By ${step}`}>
        <div class="charts">
          {charts.flatMap((chart) =>
            chart.of.length === 0
              ? []
              : [<Chart title={chart.title} of={chart.of} rows={series.rows} zone={of.zone} />],
          )}
        </div>
      </Section>
    </>
  );
}

function One({ figure, now, was, label }: { figure: Figure; now?: number | null; was?: number | null; label: string }) {
  const difference = change(figure, now, was);
  const better =
    (now ?? 0) === (was ?? 0) ? "" : (now ?? 0) > (was ?? 0) !== LOWER.has(figure.name) ? "better" : "worse";
  const neutral = figure.unit === "ms" ? "" : better;
  return (
    <Stat
      name={figure.title}
      value={shown(figure, now)}
      hint={figure.sentence}
      best_effort={!figure.exact}
      note={
        difference && (
          <span class={`change ${neutral}`} title={`${label}: ${shown(figure, was)}`}>
            ({difference})
          </span>
        )
      }
    />
  );
}
