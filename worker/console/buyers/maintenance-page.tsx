import type { Problem } from "../shell/api.ts";
import type { ConsoleApp, ConsoleContext } from "../shell/context.ts";
import { consolePage, problemPage } from "../shell/page.tsx";
import { back, buyerAt, endpointAt } from "./actions.ts";
import { type Typed, text, typedOf } from "./form.ts";
import { noticeOf } from "./frame.tsx";
import { idOf, loadBuyer, loadEndpoint } from "./load.ts";
import { Maintenance, planOf } from "./maintenance.tsx";
import { maintenanceAnswer } from "./shapes.ts";

interface Place {
  /** Of the admin API, and of the console. */
  api: string;
  page: string;
  load(): ReturnType<typeof loadBuyer> | ReturnType<typeof loadEndpoint>;
}
const buyer = (c: ConsoleContext): Place => ({
  api: `/buyers/${idOf(c, "id")}`,
  page: buyerAt(c),
  load: () => loadBuyer(c),
});
const endpoint = (c: ConsoleContext): Place => ({
  api: `/endpoints/${idOf(c, "endpoint")}`,
  page: endpointAt(c),
  load: () => loadEndpoint(c),
});

/** Planned maintenance of a buyer and of an endpoint. */
export function maintenancePages(app: ConsoleApp): void {
  for (const [path, place] of [
    ["/buyers/:id", buyer],
    ["/buyers/:id/endpoints/:endpoint", endpoint],
  ] as const) {
    app.get(`${path}/maintenance`, (c) => show(c, place(c)));
    app.post(`${path}/maintenance`, (c) => plan(c, place(c)));
    app.post(`${path}/maintenance/end`, (c) => end(c, place(c)));
  }
}

async function show(c: ConsoleContext, place: Place, typed: Typed = {}, problem?: Problem): Promise<Response> {
  const found = await place.load();
  if (!found.ok) return found.page;
  const { name, maintenance } = found.value.record;
  return consolePage(c, {
    title: `Maintenance of ${name}`,
    area: "buyers",
    crumbs: [
      { href: "/ops/buyers", label: "Buyers" },
      { href: place.page, label: name },
    ],
    notice: noticeOf(c),
    status: problem?.status,
    children: (
      <Maintenance {...{ path: place.page, windows: maintenance, zone: c.var.zone, now: c.var.now, typed, problem }} />
    ),
  });
}

async function plan(c: ConsoleContext, place: Place): Promise<Response> {
  const typed = await typedOf(c);
  const answer = await c.var.api.send("POST", `${place.api}/maintenance`, planOf(typed, c.var.zone), maintenanceAnswer);
  if (!answer.ok) return show(c, place, typed, answer.problem);
  return back(c, `${place.page}/maintenance`, answer.value.active ? "maintenance_now" : "maintenance_planned");
}

async function end(c: ConsoleContext, place: Place): Promise<Response> {
  const typed = await typedOf(c);
  const window = idFrom(typed);
  const path = `${place.api}/maintenance/${window}?reason=${encodeURIComponent(text(typed, "reason"))}`;
  const answer = await c.var.api.send("DELETE", path, {}, maintenanceAnswer);
  return answer.ok
    ? back(c, `${place.page}/maintenance`, "maintenance_ended")
    : problemPage(c, answer.problem, "buyers");
}

const idFrom = ({ window = "" }: Typed): string => (/^[a-z0-9][a-z0-9_-]{0,39}$/.test(window) ? window : "-");
