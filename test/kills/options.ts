import { parseArgs } from "node:util";
import { DemoError } from "../../demo/output.ts";

export interface Options {
  kills: number;
  seed: number;
  /** Publishers' clients that work at the same time. */
  clients: number;
  /** Where the result is written as JSON; absent: nowhere. */
  json?: string;
  /** Keep state and log for a look. */
  keep: boolean;
}

export const HELP = `npm run kills -- [options]

  --kills <n>     how often the gateway is killed (default 50)
  --seed <n>      of the buyers' moods and the moments of the kills (default: the time)
  --clients <n>   publishers' clients at once (default 40)
  --json <file>   write the result there too
  --keep          leave state and log behind
`;

/** @throws DemoError on options that do not exist, or numbers that are none. */
export function readOptions(args: string[]): Options {
  try {
    const { values } = parseArgs({
      args,
      options: {
        kills: { type: "string", default: "50" },
        seed: { type: "string", default: String(Date.now() % 1_000_000) },
        clients: { type: "string", default: "40" },
        json: { type: "string" },
        keep: { type: "boolean", default: false },
      },
    });
    return {
      kills: whole("--kills", values.kills, 1, 500),
      seed: whole("--seed", values.seed, 0, 4_294_967_295),
      clients: whole("--clients", values.clients, 10, 500),
      json: values.json,
      keep: values.keep,
    };
  } catch (error) {
    throw new DemoError(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
  }
}

function whole(flag: string, text: string, low: number, high: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < low || value > high)
    throw new Error(`${flag} needs a whole number from ${low} to ${high}`);
  return value;
}
