import type { Mutation } from "../bundle.ts";
import type { Options } from "../options.ts";
import { run } from "../run.ts";
import { LATER } from "./author-later.ts";
import { byAuthor } from "./by-author.ts";
import { byOthers } from "./by-others.ts";

/** Leads of a seed within which a fault must be caught. */
const BUDGET = 4_000;

export const mutations: readonly Mutation[] = [...byAuthor, ...LATER, ...byOthers];

/** Runs each fault until it is caught, and prints by which sentence; false when one survives. */
export async function printMutations(options: Options): Promise<boolean> {
  const chosen = mutations.filter(({ id }) => options.only === null || options.only === id);
  let survived = 0;
  for (const mutation of chosen) {
    const { violations, leads, broken } = await run(
      { ...options, size: mutation.size ?? options.size, leads: BUDGET, world: null, trace: false },
      mutation,
      true,
    );
    const [caught] = violations;
    if (!caught) survived++;
    const how = caught ? caught.sentence : broken ? `broke: ${broken.slice(0, 200)}` : "SURVIVED";
    process.stdout.write(
      `${caught ? "caught  " : "SURVIVED"} ${mutation.id.padEnd(32)} after ${String(leads).padStart(5)} leads: ${how}\n`,
    );
  }
  process.stdout.write(`${chosen.length - survived} of ${chosen.length} faults caught\n`);
  return survived === 0;
}
