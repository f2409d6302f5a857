import { liveAnswer, liveGauges } from "../../../schema/api/live.ts";
import type { Figure } from "../../../schema/figures.ts";
import { dateOf, shifted } from "../../flows/reports/range.ts";
import { figures, shown, summaryShape } from "../reports/shapes.ts";
import { query } from "../shell/api.ts";
import type { ConsoleApp, ConsoleContext } from "../shell/context.ts";
import { consolePage, problemPage } from "../shell/page.tsx";
import { Section, Stat, Stats } from "../shell/parts.tsx";
import { Attention } from "./attention.tsx";
import { Newest } from "./newest.tsx";

const TODAY = ["revenue", "margin", "sales", "leads", "sell_through", "pings", "ping_acceptance", "time_to_sale_p50"];
const NEWEST = 12;

/** What an operator wants to know first: is anything wrong, how goes the day, what happened just now. */
export function overviewRoutes(app: ConsoleApp): void {
  app.get("/", overview);
}

/** A rate of 0 % is one; a count of 0 is none. */
const had = ({ unit }: Pick<Figure, "unit">, was: number | null | undefined): boolean =>
  was !== null && was !== undefined && (was !== 0 || unit === "percent");

async function overview(c: ConsoleContext): Promise<Response> {
  const { api, zone, now } = c.var;
  const names = TODAY.join(",");
  const yesterday = shifted(dateOf(now, zone), -1);
  const [gauges, today, before, live] = await Promise.all([
    api.get("/live/gauges", liveGauges),
    api.get(query("/reports/summary", { zone, figures: names }), summaryShape),
    api.get(query("/reports/summary", { zone, figures: names, from: yesterday, to: yesterday }), summaryShape),
    api.get(query("/live", { limit: NEWEST }), liveAnswer),
  ]);
  if (!gauges.ok) return problemPage(c, gauges.problem);
  if (!today.ok) return problemPage(c, today.problem);
  if (!before.ok) return problemPage(c, before.problem);
  if (!live.ok) return problemPage(c, live.problem);
  return consolePage(c, {
    title: "Overview",
    area: "overview",
    children: (
      <>
        <Section title="Needs attention">
          <Attention gauges={gauges.value} />
        </Section>
        <h2 class="hidden">Today</h2>
        <Stats>
          {figures(TODAY).map((figure) => {
            const value = today.value.total[figure.name];
            const was = before.value.total[figure.name];
            return (
              <Stat
                name={`${figure.title} today`}
                value={shown(figure, value)}
                hint={figure.sentence}
                href="/ops/reports"
                note={had(figure, was) ? `${shown(figure, was)} yesterday in all` : "none yesterday"}
              />
            );
          })}
        </Stats>
        <Section title="Just now" actions={<a href="/ops/live">Watch live</a>}>
          <Newest items={live.value.items.toReversed()} />
        </Section>
      </>
    ),
  });
}
