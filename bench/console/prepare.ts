import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Admin } from "../../demo/api.ts";
import { behavioursOf, everyBuyer, startBuyers } from "../../demo/buyers/index.ts";
import { migrate, startGateway } from "../../demo/gateway.ts";
import { type Secrets, secretsFor, varsOf } from "../../demo/place.ts";
import { pickPort } from "../../demo/ports.ts";
import { namesOf, playAll } from "../../demo/run.ts";
import { seed, waitForConfiguration } from "../../demo/seed.ts";
import { fillObjects, genuineIds } from "./objects.ts";
import type { Ids } from "./pages.ts";
import { contractsOf, fill, openLedger } from "./seed.ts";

export interface Wanted {
  auctions: number;
  days: number;
  /** Every auction posted, and its lead in its book and its buyer's account too. */
  leads: boolean;
  /** Counts what a job's steps read. */
  counted: boolean;
  /** Kept there, and used again; absent: nothing stays. */
  state?: string;
}
export interface Prepared {
  url: string;
  stop(): Promise<void>;
  admin: Admin;
  ids: Ids;
}
const COUNTED = fileURLToPath(new URL("counted.ts", import.meta.url));

/** A gateway that has sold the demo's leads, so that pages about one of each have one to show; then the ledger is filled while it is down. */
export async function prepared(wanted: Wanted): Promise<Prepared> {
  const dir = wanted.state ?? mkdtempSync(join(tmpdir(), "gateway-bench-"));
  const place = { state: join(dir, "state"), log: join(dir, "gateway.log"), leave: () => undefined };
  mkdirSync(place.state, { recursive: true });
  writeFileSync(place.log, "");
  const remove = () => wanted.state ?? rmSync(dir, { recursive: true, force: true });
  try {
    const secrets = secretsFor(place);
    const known = join(place.state, "ids.json");
    if (!existsSync(known)) writeFileSync(known, JSON.stringify(await filledPlace(place, secrets, wanted)));
    const port = await pickPort("the gateway", 0, "", 0);
    const again = await startGateway(port, place, varsOf(secrets), wanted.counted ? COUNTED : undefined);
    const stop = async () => {
      await again.close();
      remove();
    };
    const ids = JSON.parse(readFileSync(known, "utf8")) as Ids;
    return { url: again.url, stop, admin: new Admin(again.url, secrets.admin), ids };
  } catch (error) {
    remove();
    throw error;
  }
}

async function filledPlace(place: Parameters<typeof migrate>[0], secrets: Secrets, wanted: Wanted): Promise<Ids> {
  const { auctions, days, leads } = wanted;
  const site = `http://127.0.0.1:${await pickPort("the buyers", 0, "", 0)}`;
  const players = everyBuyer(site);
  const otherwise = (_: unknown, response: { writeHead(status: number): { end(): void } }) =>
    response.writeHead(404).end();
  const buyers = await startBuyers({ port: Number(new URL(site).port), buyers: behavioursOf(players), otherwise });
  await migrate(place);
  const first = await startGateway(await pickPort("the gateway", 0, "", 0), place, varsOf(secrets));
  const admin = new Admin(first.url, secrets.admin);
  const seeded = await seed(admin, players, site);
  await waitForConfiguration(first.url, seeded);
  await playAll({ gateway: first.url, admin, seeded }, namesOf(players));
  const ids = await idsOf(admin);
  // Every book and account has been there once.
  await admin.get("gauges");
  await first.close();
  await buyers.close();
  const began = performance.now();
  const db = openLedger(place.state);
  const size = { auctions, days, until: Date.now(), ...(leads ? { ids: genuineIds(secrets.hash) } : {}) };
  fill(db, contractsOf(db), Object.keys(seeded.keys), size);
  const seconds = () => Math.round((performance.now() - began) / 1_000);
  console.log(`${auctions} auctions of ${days} days written in ${seconds()} s`);
  if (leads) fillObjects(place.state, db);
  db.close();
  if (leads) console.log(`books and accounts have them after ${seconds()} s`);
  return ids;
}

interface Item {
  id: string;
}
async function idsOf(admin: Admin): Promise<Ids> {
  const first = async (path: string, field = "id"): Promise<string> => {
    const { items } = await admin.get<{ items: (Item & Record<string, string>)[] }>(path);
    return items[0]?.[field] ?? "";
  };
  const lead = await first("leads?state=sold&limit=1", "lead_id");
  const { attempts } = await admin.get<{ attempts: { attempt_id: string }[] }>(`leads/${lead}/trace`);
  const [ping] = await Promise.all([admin.get<{ lead: { ping_id: string | null } }>(`leads/${lead}/trace`)]);
  return {
    ...{
      leads: lead,
      "leads/id": lead,
      lead_id: lead,
      ping_id: ping.lead.ping_id ?? "",
      auctions: ping.lead.ping_id ?? "",
    },
    ...{
      attempts: attempts[0]?.attempt_id ?? "",
      "dead-letters": await first("leads?state=review&limit=1", "lead_id"),
    },
    ...{ buyers: await first("buyers?limit=1"), campaigns: "auto_insurance", publishers: "quotewise" },
    ...{ endpoints: await first("endpoints?limit=1"), contracts: await first("contracts?limit=1"), versions: "1" },
    ...{ forms: "demo_form_auto", what: "summary", csv: "summary" },
  };
}
