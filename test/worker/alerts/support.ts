import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { NumberedEvent } from "../../../schema/events.ts";
import { projectTo } from "../../../worker/ledger/project.ts";
import { admin, type Received, type World } from "../../support/world.ts";

export const SECRET = `whsec_${btoa("a secret of twenty-four b")}`;
const keeper = () => env.KEEPER.get(env.KEEPER.idFromName("main"));

/** The keeper's alarm, `ms` of its time later. */
export async function ring(world: World, ms: number): Promise<void> {
  world.moveClock(ms);
  await runDurableObjectAlarm(keeper());
}

/** Nothing open, nothing waiting, as on the first day. */
export async function fresh(): Promise<void> {
  await runInDurableObject(keeper(), (_, { storage }) => {
    for (const table of ["incidents", "notices", "watch"]) storage.sql.exec(`DELETE FROM ${table}`);
    storage.sql.exec("DELETE FROM meta WHERE key = 'due:watch'");
  });
  await env.DB.batch(["deliveries", "alerts", "differences"].map((table) => env.DB.prepare(`DELETE FROM ${table}`)));
}

let n = 1_000;
export const tell = (...events: Omit<NumberedEvent, "n">[]): Promise<unknown> =>
  projectTo(env.DB)(
    "test",
    events.map((event) => ({ ...event, n: n++ }) as NumberedEvent),
  );

let row = 0;
/** Posts of a contract as its book would tell them. */
export async function posts(
  count: number,
  of: "ok" | "server" | "rejected",
  at: number,
  contract = "acme_c",
): Promise<void> {
  const outcome = { ok: "accepted", server: "unknown", rejected: "rejected" }[of];
  const buyer = contract.replace(/_c$/, "");
  await tell(
    ...Array.from({ length: count }, (_, i) => ({
      table: "deliveries" as const,
      row: {
        attempt_id: `a${row++}`,
        at: at + i,
        lead_id: "l",
        test: 0,
        contract_id: contract,
        buyer_id: buyer,
        endpoint_id: `${buyer}_ep`,
        reservation_id: "r",
        round: 1,
        attempt: 1,
        outcome,
        class: of,
        ms: 100,
      },
    })),
  );
}

export interface Incident {
  id: string;
  kind: string;
  state: string;
  severity: string;
  subject: string;
  message: string;
}
export const incidents = async (query = ""): Promise<Incident[]> =>
  (await admin("GET", `/alerts/incidents${query}`)).items as Incident[];
export const notices = async (query = "") =>
  (await admin("GET", `/alerts/notices${query}`)).items as {
    id: string;
    state: string;
    tries: number;
    why: string | null;
    channel_id: string;
  }[];
/** What came to a hook. */
export const to = (world: World, path: string): Received[] =>
  world.received.filter(({ url }) => new URL(url).pathname === path);

export const MINUTE = 60_000;
interface Told {
  kind: string;
  event: string;
}
export const alertsOf = (request: Received | undefined): Told[] =>
  request ? (JSON.parse(request.body) as { alerts: Told[] }).alerts : [];
export const kinds = (all: { kind: string; event?: string }[], event?: string): string[] =>
  all
    .filter((one) => event === undefined || one.event === event)
    .map(({ kind }) => kind)
    .sort();
