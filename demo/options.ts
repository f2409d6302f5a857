import { parseArgs } from "node:util";
import { DemoError } from "./output.ts";

export interface Options {
  /** Sell, compare with the ledger, exit. */
  once: boolean;
  /** Go on with the ledger of the run before. */
  keep: boolean;
  help: boolean;
  port?: number;
  site_port?: number;
}

export const HELP = `npm run demo -- [options]

  --once             sell the demo's leads, compare every printed sale with the ledger, exit 0 only if all are there
  --keep             keep the database of the last run (default: a fresh one)
  --port <n>         the gateway's port (default 8787, or a free one)
  --site-port <n>    the port of the demo's pages and simulated buyers (default 8788, or a free one)
`;

/** @throws DemoError on options that do not exist or ports that are none. */
export function readOptions(args: string[]): Options {
  try {
    const { values } = parseArgs({
      args,
      options: {
        once: { type: "boolean", default: false },
        keep: { type: "boolean", default: false },
        help: { type: "boolean", default: false, short: "h" },
        port: { type: "string" },
        "site-port": { type: "string" },
      },
    });
    return {
      once: values.once,
      keep: values.keep,
      help: values.help,
      port: portOf("--port", values.port),
      site_port: portOf("--site-port", values["site-port"]),
    };
  } catch (error) {
    throw new DemoError(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
  }
}

function portOf(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Error(`${flag} needs a port from 1 to 65535`);
  return port;
}
