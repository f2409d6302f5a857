import type { Mutation } from "../bundle.ts";
import type { Options } from "../options.ts";
import { run } from "../run.ts";
import { LATER } from "./author-later.ts";
import { byAuthor } from "./by-author.ts";
import { byOthers } from "./by-others.ts";

/** Leads of a seed within which a fault must be caught. */
const BUDGET = 12_000;
/**
 * Where a fault shows changes with every change of the code, since all of a world's chances do. The rarest need thousands of leads, so that
 * one or the other may slip through the budget: they are printed, and a run fails when it is more than this share, and more than one
 * where several are tried.
 */
const MAY_SLIP = 1 / 30;

export const mutations: readonly Mutation[] = [...byAuthor, ...LATER, ...byOthers];

/** Runs each fault until it is caught, `procs` at a time, and prints by which sentence; false when too many survive. */
export async function printMutations(options: Options): Promise<boolean> {
  const { only, share, part } = options;
  const chosen = mutations.filter(({ id }, i) => (only === null ? i % share === part % share : only === id));
  const waiting = [...chosen];
  let caught = 0;
  const worker = async () => {
    for (let mutation = waiting.shift(); mutation; mutation = waiting.shift())
      if (await isCaught(mutation, options)) caught++;
  };
  await Promise.all(Array.from({ length: options.procs }, worker));
  process.stdout.write(`${caught} of ${chosen.length} faults caught\n`);
  const may_slip = only === null ? Math.max(1, chosen.length * MAY_SLIP) : 0;
  return chosen.length - caught <= may_slip;
}

async function isCaught(mutation: Mutation, options: Options): Promise<boolean> {
  const of = { ...options, procs: 1, size: mutation.size ?? options.size, leads: BUDGET, world: null, trace: false };
  const { violations, leads, broken } = await run(of, mutation, true);
  const [caught] = violations;
  const how = caught ? caught.sentence : broken ? `broke: ${broken.slice(0, 200)}` : "SURVIVED";
  process.stdout.write(
    `${caught ? "caught  " : "SURVIVED"} ${mutation.id.padEnd(32)} after ${String(leads).padStart(5)} leads: ${how}\n`,
  );
  return caught !== undefined;
}
