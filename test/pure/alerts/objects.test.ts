import { expect, it } from "vitest";
import type { AccountGlance } from "../../../schema/rpc/account.ts";
import { NEW_MEMORY, type WatchMemory } from "../../../worker/alerts/memory.ts";
import type { AlertContext } from "../../../worker/flows/alerts/context.ts";
import { lookAtObjects } from "../../../worker/flows/alerts/objects.ts";
import type { Snapshot } from "../../../worker/snapshot/snapshot.ts";
import { MINUTE, NOW } from "./support.ts";

const BUYERS = Array.from({ length: 1_000 }, (_, n) => `b${String(n).padStart(4, "0")}`);
const snapshot = { buyers: () => [...BUYERS], campaignIds: () => [] } as unknown as Snapshot;
const glance = (buyer_id: string, outbox_lag_ms: number) =>
  ({
    ...{ buyer_id, outbox_lag_ms, paused: false, oldest_in_doubt_ms: 0, maintenance: [], breakers: [], caps: [] },
    open: { held: 0, in_doubt: 0, in_doubt_money: 0, oldest_in_doubt_ms: 0 },
  }) as unknown as AccountGlance;
const stats = async () => ({ shard: "one", unknown: 0, oldest_unknown_ms: 0, outbox_lag_ms: 0 });

/** One look after the other over all buyers, of which the first is late as long as `late` says. */
async function looks(count: number, late: (n: number) => boolean) {
  let memory: WatchMemory = NEW_MEMORY;
  const found: { books: boolean; late: boolean }[] = [];
  for (let n = 0; n < count; n++) {
    const g = {
      deps: { now: () => NOW + n * MINUTE },
      settings: { BOOK_SHARDS: 1, REGION: "enam" },
      account: (id: string) => ({ glance: async () => glance(id, id === "b0000" && late(n) ? 10 * MINUTE : 0) }),
      book: () => ({ stats }),
    };
    const look = await lookAtObjects({ g } as unknown as AlertContext, snapshot, memory);
    memory = { ...memory, next_buyer: look.next_buyer, ages: look.ages };
    found.push({
      books: look.scopes.includes("books"),
      late: look.findings.some(({ kind }) => kind === "outbox_late"),
    });
  }
  return found;
}

it("of more buyers than a look takes, only a whole round says that none is late", async () => {
  const found = await looks(15, (n) => n < 6);
  expect(found.filter(({ books }) => books).length).toBe(3);
  // Late in the first two rounds, in time in the third.
  expect(found.filter(({ books }) => books).map(({ late }) => late)).toEqual([true, true, false]);
});
