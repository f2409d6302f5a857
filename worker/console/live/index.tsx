import type { Child } from "hono/jsx";
import { CURSOR, liveAnswer, liveGauges } from "../../../schema/api/live.ts";
import { deps } from "../../deps.ts";
import { LIVE_STREAM } from "../../routes/operator/live.ts";
import { type SseEvent, sseResponse } from "../../routes/sse.ts";
import { query } from "../shell/api.ts";
import type { ConsoleApp, ConsoleContext } from "../shell/context.ts";
import { count } from "../shell/format.ts";
import { consolePage, problemPage } from "../shell/page.tsx";
import { Section } from "../shell/parts.tsx";
import { ViewerContext } from "../shell/viewer.ts";
import { GaugesPart } from "./gauges.tsx";
import { COLUMNS, LiveRow } from "./rows.tsx";

/** Auctions and sales as they happen, with rates, queues and open risks. */
export function liveRoutes(app: ConsoleApp): void {
  app.get("/live", page);
  app.get("/live/stream", stream);
}

async function page(c: ConsoleContext): Promise<Response> {
  const [feed, gauges] = await Promise.all([
    c.var.api.get("/live?limit=40", liveAnswer),
    c.var.api.get("/live/gauges", liveGauges),
  ]);
  if (!feed.ok) return problemPage(c, feed.problem, "live");
  if (!gauges.ok) return problemPage(c, gauges.problem, "live");
  return consolePage(c, {
    title: "Live",
    area: "live",
    scripts: ["console/live.js"],
    actions: (
      <>
        <span id="live-state" class="badge quiet" role="status">
          as of now
        </span>
        <button type="button" id="live-pause" hidden>
          Pause
        </button>
      </>
    ),
    children: (
      <>
        <GaugesPart gauges={gauges.value} />
        <Section
          title="Auctions and sales"
          hint="As they reach the ledger, a second or two after they happened; newest on top. Tests are marked, and in no rate."
        >
          <p id="live-skipped" class="quiet" hidden></p>
          <div class="scroll">
            <table id="live" data-stream="/ops/live/stream" data-after={feed.value.cursor}>
              <caption class="hidden">Auctions and sales, newest first</caption>
              <thead>
                <tr>
                  {COLUMNS.map((head) => (
                    <th scope="col" class={["Bids", "Price", "Took"].includes(head) ? "number" : undefined}>
                      {head}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {feed.value.items.toReversed().map((item) => (
                  <LiveRow item={item} />
                ))}
              </tbody>
            </table>
          </div>
          <p id="live-empty" class="empty" hidden={feed.value.items.length > 0}>
            No auction yet. They appear here by themselves.
          </p>
        </Section>
      </>
    ),
  });
}

/** Pieces of the page, made here so that words and formats are in one place; the script only puts them in. */
function stream(c: ConsoleContext): Response {
  const asked = c.req.header("last-event-id") ?? c.req.query("after") ?? "";
  let after = CURSOR.test(asked) ? asked : undefined;
  let gauged = Number.NEGATIVE_INFINITY;
  const next = async (): Promise<SseEvent[]> => {
    const events: SseEvent[] = [];
    const feed = await c.var.api.get(query("/live", { after, limit: LIVE_STREAM.rows }), liveAnswer);
    if (!feed.ok) throw new Error(feed.problem.code);
    const { items, cursor, skipped } = feed.value;
    const rows = items.toReversed().map((item) => <LiveRow item={item} />);
    if (items.length > 0) events.push({ event: "rows", data: piece(c, rows), id: cursor });
    if (skipped > 0) events.push({ event: "skipped", data: `${count(skipped)} more came at once and are not shown.` });
    after = cursor;
    if (deps().now() - gauged < LIVE_STREAM.gauges_ms) return events;
    gauged = deps().now();
    const gauges = await c.var.api.get("/live/gauges", liveGauges);
    if (gauges.ok) events.push({ event: "gauges", data: piece(c, <GaugesPart gauges={gauges.value} />) });
    return events;
  };
  return sseResponse(deps(), { ...LIVE_STREAM, next });
}

function piece(c: ConsoleContext, children: Child): string {
  const { who, zone } = c.var;
  const view = { zone, now: deps().now(), role: who.role };
  return String(<ViewerContext.Provider value={view}>{children}</ViewerContext.Provider>);
}
