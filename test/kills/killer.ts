import type { Admin } from "../../demo/api.ts";
import { pause, say, step, until } from "../../demo/output.ts";
import { between } from "../support/random.ts";
import { checkAccount } from "./audit.ts";
import type { BuyerBook } from "./buyer-book.ts";
import { type Account, unfinished } from "./ledger.ts";
import type { GatewayProcess } from "./process.ts";
import type { Publishers } from "./publishers.ts";
import { again, type Purse } from "./seed.ts";
import { PARTIES } from "./world.ts";

/** Posts that must be on their way to buyers when the gateway is killed. */
const LEAST_IN_FLIGHT = 10;
/** How long a few more than that are waited for. */
const PATIENCE_MS = 15_000;
const SETTLED_WITHIN_MS = 240_000;

export interface Kill {
  /** Epoch ms. */
  at: number;
  ready_at: number;
  in_flight: number;
  restart_ms: number;
}

/** Kills and restarts at random moments; what operators look at is looked at in between. */
export class Killer {
  readonly kills: Kill[] = [];
  readonly live = { balances: [] as string[], caps: [] as string[] };
  readonly #parts: { gateway: GatewayProcess; admin: Admin; book: BuyerBook; purse: Purse; random: () => number };

  constructor(parts: { gateway: GatewayProcess; admin: Admin; book: BuyerBook; purse: Purse; random: () => number }) {
    this.#parts = parts;
  }

  async run(times: number, publishers: Publishers): Promise<void> {
    const { gateway, admin, book, purse, random } = this.#parts;
    for (let n = 1; n <= times; n++) {
      await pause(between(random, 2_500, 8_000));
      const least = LEAST_IN_FLIGHT + Math.floor(between(random, 0, 8));
      const since = Date.now();
      // A machine with much else to do may never get there: then the fewest that count must do.
      const enough = () => (Date.now() - since < PATIENCE_MS ? least : LEAST_IN_FLIGHT);
      await until(`${least} posts in flight`, 180_000, async () => (book.in_flight.size >= enough() ? true : null), 3);
      const kill = { at: Date.now(), in_flight: book.in_flight.size };
      await gateway.kill();
      const restart_ms = await gateway.start();
      this.kills.push({ ...kill, restart_ms, ready_at: Date.now() });
      step(
        `kill ${n}/${times}: ${kill.in_flight} posts in flight, back after ${Math.round(restart_ms)} ms, ${publishers.errands.length} leads so far`,
      );
      await purse.more(admin);
      await this.look();
    }
  }

  /** Caps and balances at this moment, as the buyers' objects see them. */
  async look(): Promise<void> {
    const { admin } = this.#parts;
    const accounts = await Promise.all(
      PARTIES.map(({ id }) => again(() => admin.get<Account>(`buyers/${id}/account`))),
    );
    for (const account of accounts) {
      const { caps, balances } = checkAccount(account);
      this.live.caps.push(...caps);
      this.live.balances.push(...balances);
    }
  }

  /** Nobody asks for anything any more: waits until the gateway has ended, by itself, what is left. */
  async settle(): Promise<void> {
    const { admin } = this.#parts;
    let last = "";
    await until(
      "the last leads to end",
      SETTLED_WITHIN_MS,
      async () => {
        last = (await unfinished(admin)) ?? "";
        if (last !== "") step(`waiting: ${last}`);
        return last === "" ? true : null;
      },
      5_000,
    ).catch(() => say(`  gave up waiting: ${last}`));
  }
}
