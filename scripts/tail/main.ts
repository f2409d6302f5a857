import { parseArgs } from "node:util";
import { run, say, UsageError } from "../shared/output.ts";
import { goWhereTyped } from "../shared/place.ts";
import { tail } from "./run.ts";
import { fileText, pipedText, workerText } from "./source.ts";

const HELP = `npm run tail -- [file] [options]

Makes the gateway's log readable: one coloured line an auction and a delivery. Reads the file (the demo's is .demo/gateway.log), or
what is piped into it, or else starts "wrangler tail" for the deployed Worker. What it does not know passes as it is.

  --follow, -f          of a file: go on reading as it grows
  --publisher <id>      only this publisher's
  --campaign <id>       only this campaign's
  --buyer <id>          only deliveries to this buyer, and auctions that it won
  --outcome <word>      only this result, code, outcome or error class: accepted, no_bids, unknown, timeout …
  --lead <id>           only this lead or ping; a beginning is enough
  --tests <only|none>   test traffic alone, or none of it
  --json                the lines themselves, one JSON object each
  --otel                the same under OpenTelemetry's names (docs/analytics.md)

What follows a second -- goes to "wrangler tail". Colours: not with NO_COLOR, nor into a file or pipe (FORCE_COLOR=1 all the same).`;

const OPTIONS = {
  follow: { type: "boolean", short: "f" },
  publisher: { type: "string" },
  campaign: { type: "string" },
  buyer: { type: "string" },
  outcome: { type: "string" },
  lead: { type: "string" },
  tests: { type: "string" },
  json: { type: "boolean" },
  otel: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

async function main(): Promise<number> {
  goWhereTyped("tail");
  const args = process.argv.slice(2);
  const cut = args.indexOf("--");
  const [own, theirs] = cut < 0 ? [args, []] : [args.slice(0, cut), args.slice(cut + 1)];
  const { values, positionals } = options(own);
  if (values.help) {
    say(HELP);
    return 0;
  }
  const { publisher, campaign, buyer, outcome, lead, tests } = values;
  if (tests !== undefined && tests !== "only" && tests !== "none") throw new UsageError("--tests needs only or none");
  const [file, ...more] = positionals;
  if (more.length > 0) throw new UsageError("one file at a time");
  const form = values.otel ? "otel" : values.json ? "json" : "lines";
  await tail(
    source(file, values.follow ?? false, theirs),
    { publisher, campaign, buyer, outcome, lead, tests },
    form,
    say,
  );
  return 0;
}

function options(args: string[]) {
  try {
    return parseArgs({ args, allowPositionals: true, options: OPTIONS });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
  }
}

function source(file: string | undefined, follow: boolean, theirs: string[]): AsyncIterable<string> {
  if (file !== undefined && file !== "-") return fileText(file, follow);
  if (file === "-" || !process.stdin.isTTY) return pipedText();
  return workerText(theirs);
}

// Whoever reads us (`head`) may have enough.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

await run(main);
