import { readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Admin } from "../../../demo/api.ts";
import type { BreakerState, Phase } from "../../../schema/lists.ts";
import type { Account } from "../ledger.ts";
import type { Turn } from "./lane-data.ts";
import { LANES } from "./world.ts";

const laneKey = (endpoint_id: string, phase: string): string => `${endpoint_id} ${phase}`;

/** What the operator's account calls say of the breakers, each second: held against the ledger's turns afterwards. */
export class Watch {
  readonly samples: { at: number; states: Map<string, BreakerState> }[] = [];
  readonly #admin: Admin;
  #timer: NodeJS.Timeout | null = null;

  constructor(admin: Admin) {
    this.#admin = admin;
  }

  begin(): void {
    this.#timer = setInterval(() => void this.#look().catch(() => undefined), 1_000);
  }

  end(): void {
    if (this.#timer) clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    const buyers = [...new Set(LANES.map(({ buyer_id }) => buyer_id))];
    const at = Date.now();
    const views = await Promise.all(buyers.map((id) => this.#admin.get<Account>(`buyers/${id}/account`)));
    const states = views.flatMap(({ breakers }) =>
      breakers.map((one) => [laneKey(one.endpoint_id, one.phase), one.state as BreakerState] as const),
    );
    this.samples.push({ at, states: new Map(states) });
  }

  /** Samples that no turn of the ledger within `slack_ms` explains, as sentences. */
  disagreements(turns: Map<string, Turn[]>, slack_ms = 1_500): string[] {
    return this.samples.flatMap(({ at, states }) =>
      LANES.flatMap(({ endpoint_id, phase }) => {
        const key = laneKey(endpoint_id, phase);
        const said = states.get(key) ?? "closed";
        const list = turns.get(key) ?? [];
        const around = list.filter((turn) => Math.abs(turn.at - at) <= slack_ms).map(({ state }) => state);
        const before = list.findLast((turn) => turn.at <= at - slack_ms)?.state ?? "closed";
        return [before, ...around].includes(said) ? [] : [`${key} was ${said} at ${at}, its turns say ${before}`];
      }),
    );
  }
}

/** Every turn of a breaker, out of the local D1 ledger's own file. @param state where the gateway keeps its state. */
export function turnsOf(state: string): Map<string, Turn[]> {
  const dir = join(state, "d1", "miniflare-D1DatabaseObject");
  const file = readdirSync(dir).find((name) => name.endsWith(".sqlite") && !name.startsWith("metadata"));
  if (!file) throw new Error("the ledger's file is not where local D1 keeps it");
  const db = new DatabaseSync(join(dir, file), { readOnly: true });
  try {
    const rows = db.prepare("SELECT at, endpoint_id, phase, state, why FROM breaker_events ORDER BY at, id").all();
    const typed = rows as unknown as (Turn & { endpoint_id: string; phase: Phase })[];
    return Map.groupBy(typed, ({ endpoint_id, phase }) => laneKey(endpoint_id, phase));
  } finally {
    db.close();
  }
}
