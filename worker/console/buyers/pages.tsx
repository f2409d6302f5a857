import type { ConsoleApp, ConsoleContext } from "../shell/context.ts";
import { problemPage } from "../shell/page.tsx";
import { attemptsSchema } from "./attempts.tsx";
import { type Drift, driftSchema } from "./drift.tsx";
import { endpointPage } from "./endpoint.tsx";
import { Contracts, Endpoints } from "./endpoints.tsx";
import { buyerPage, TABS, type Tab } from "./frame.tsx";
import { listPage } from "./list.tsx";
import { idOf, loadBuyer, loadEndpoint, loadHealth } from "./load.ts";
import { Log } from "./log.tsx";
import { moneyTab } from "./money-page.tsx";
import { Overview } from "./overview.tsx";
import { People } from "./people.tsx";
import { hoursOf, RangeLinks } from "./words.tsx";

/** Contracts of an endpoint whose drift one page looks at. */
const MOST_DRIFTS = 5;

/** What is only looked at. */
export function buyerPages(app: ConsoleApp): void {
  app.get("/buyers", listPage);
  app.get("/buyers/:id/endpoints/:endpoint", onEndpoint);
  app.get("/buyers/:id", (c) => onBuyer(c, "overview"));
  for (const tab of TABS)
    if (tab !== "overview" && tab !== "money") app.get(`/buyers/:id/${tab}`, (c) => onBuyer(c, tab));
  app.get("/buyers/:id/money", (c) => moneyTab(c));
}

async function onBuyer(c: ConsoleContext, tab: Exclude<Tab, "money">): Promise<Response> {
  const [buyer, health] = await Promise.all([loadBuyer(c), loadHealth(c)]);
  if (!buyer.ok) return buyer.page;
  if (!health.ok) return health.page;
  const [record, known, hours] = [buyer.value, health.value, hoursOf(c.req.query("hours"))];
  const views = {
    overview: () => <Overview health={known} hours={hours} />,
    endpoints: () => (
      <>
        <RangeLinks path={`/ops/buyers/${record.id}/endpoints`} hours={hours} />
        <Endpoints health={known} />
      </>
    ),
    contracts: () => (
      <>
        <RangeLinks path={`/ops/buyers/${record.id}/contracts`} hours={hours} />
        <Contracts health={known} />
      </>
    ),
    people: () => <People buyer={record} sla={known.sla} />,
    log: () =>
      Log(c, {
        buyer: record.id,
        targets: [
          `buyer:${record.id}`,
          ...known.endpoints.map(({ id }) => `endpoint:${id}`),
          ...known.contracts.map(({ id }) => `contract:${id}`),
        ],
      }),
  } as const;
  return buyerPage(c, { buyer: record, standing: known.standing, tab, children: await views[tab]() });
}

async function onEndpoint(c: ConsoleContext): Promise<Response> {
  const [endpoint, health] = await Promise.all([loadEndpoint(c), loadHealth(c)]);
  if (!endpoint.ok) return endpoint.page;
  if (!health.ok) return health.page;
  const { id } = endpoint.value;
  const contracts = health.value.contracts.filter(({ endpoint_id }) => endpoint_id === id).slice(0, MOST_DRIFTS);
  const [attempts, ...found] = await Promise.all([
    c.var.api.get(`/buyers/${idOf(c, "id")}/attempts?endpoint=${id}&limit=20`, attemptsSchema),
    ...contracts.map((contract) => c.var.api.get(`/contracts/${contract.id}/drift`, driftSchema)),
  ]);
  if (!attempts.ok) return problemPage(c, attempts.problem, "buyers");
  const drifts = found.flatMap((answer): Drift[] => (answer.ok ? [answer.value] : []));
  const { items, more_contracts: more } = attempts.value;
  const hours = hoursOf(c.req.query("hours"));
  return endpointPage(c, { health: health.value, endpoint: endpoint.value, attempts: items, more, drifts, hours });
}
