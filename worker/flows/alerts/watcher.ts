import type { Watcher } from "../../alerts/memory.ts";
import type { AlertContext } from "./context.ts";
import { look } from "./look.ts";
import { sendNotice } from "./send.ts";
import { runSynthetic } from "./synthetic.ts";

/** What the keeper calls to see and to speak. */
export const watcherOf = (c: AlertContext): Watcher => ({
  look: (before) => look(c, before),
  send: (notice, channel) => sendNotice(c, notice, channel),
  synthetic: async (records) =>
    Object.fromEntries(
      await Promise.all(records.map(async (record) => [record.id, await runSynthetic(c, record)] as const)),
    ),
});
