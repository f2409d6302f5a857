import type { DatabaseSync } from "node:sqlite";
import type { Filter } from "../../schema/config/filter.ts";
import { seededRandom } from "../../test/support/random.ts";
import { campaignOf } from "../pings/records.ts";

/** Which contracts stand beside the ones that want the lead. */
export interface Beside {
  count: number;
  /** ZIPs of each; 0 = the usual mix of filters. */
  zips: number;
}

/** Not the ping's own. */
const STATES = ["AZ", "CO", "FL", "GA", "IL", "MI", "NC", "NJ", "NV", "OH", "PA", "TN", "VA", "WA"];
const PING_ZIP = "90210";

/**
 * Writes further contracts of a campaign into the ledger of a gateway that does not run, none of which wants the benchmark's ping: of ten,
 * six by fifty ZIPs, two by states, one by states and credit, one by state and a range of years; one of a hundred by the range alone,
 * which no index finds.
 */
export function writeBeside(db: DatabaseSync, n: number, { count, zips }: Beside): void {
  const model = db.prepare("SELECT body FROM config WHERE kind = 'contract' AND id = ?").get(`c${n}_0`);
  const body = JSON.parse(String(model?.body)) as Record<string, unknown>;
  const { top } = db.prepare("SELECT max(seq) AS top FROM config_history").get() as { top: number };
  const history = db.prepare(
    "INSERT INTO config_history (seq, kind, id, version, body, author, at) VALUES (?, 'contract', ?, 1, ?, 'bench', ?)",
  );
  const config = db.prepare(
    "INSERT INTO config (seq, kind, id, version, body, author, updated_at) VALUES (?, 'contract', ?, 1, ?, 'bench', ?)",
  );
  const random = seededRandom(20261128);
  const now = Date.now();
  db.exec("BEGIN");
  for (let i = 0; i < count; i++) {
    const id = `beside_${i}`;
    const filter = zips > 0 ? zipFilter(random, zips) : mixed(random, i);
    const text = JSON.stringify({ ...body, id, name: id, campaign_id: campaignOf(n), filter });
    history.run(top + 1 + i, id, text, now);
    config.run(top + 1 + i, id, text, now);
  }
  db.exec("COMMIT");
}

function mixed(random: () => number, i: number): Filter {
  if (i % 100 === 99) return { field: "vehicle_year", lt: 2005 };
  if (i % 10 < 6) return zipFilter(random, 50);
  const states: Filter = { field: "state", in: some(random, STATES, 3) };
  if (i % 10 < 8) return states;
  if (i % 10 === 8) return { all: [{ field: "credit_tier", in: ["poor"] }, states] };
  return { all: [states, { field: "vehicle_year", gte: 2000, lte: 2015 }] };
}

function zipFilter(random: () => number, zips: number): Filter {
  const list = new Set<string>();
  while (list.size < zips) list.add(String(Math.floor(501 + random() * 99_000)).padStart(5, "0"));
  list.delete(PING_ZIP);
  return { field: "zip", in: [...list] };
}

const some = (random: () => number, from: readonly string[], count: number): string[] =>
  from.toSorted(() => random() - 0.5).slice(0, count);
