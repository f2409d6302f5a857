import { parseArgs } from "node:util";
import { run, say, UsageError } from "../shared/output.ts";
import { goWhereTyped } from "../shared/place.ts";
import { buildCommand, check, type Options, schemaCommand, suggestCommand, tryCommand } from "./commands.ts";

const HELP = `npm run dialect -- <command> [file] [options]

  check <file.yaml>     everything that is wrong with a dialect, by line; --schema <file> checks what it sends too
  build <file.yaml>     the request that it would send, and as a curl command
  try <file.yaml>       how it would read an answer: --answer <file, or - for standard input>
  suggest <answer>      a draft of how to read an answer, from one sample of it (a file, or -)
  schema                JSON Schema of the language, for editors; --write puts it into public/schemas

  --phase <phase>       ping, post, status (try: also post.before.<step>, post.after.<step>)
  --status <n>          HTTP status of the answer (default 200)
  --header <line>       try: a header of the answer, "Location: https://…"; may be repeated
  --lead <file>         build, check: the lead, as JSON or YAML (default: samples of auto insurance)
  --price <amount>      build: what the buyer bid (default 12.50)
  --live                build: as a live lead (default: as a test)

A file is a dialect, or an endpoint's record with one in it. Ends with 0 when all is well (try: when the answer is a yes), 1 when not,
2 when it was used wrongly.`;

async function main(): Promise<number> {
  goWhereTyped("dialect");
  const { positionals, values } = parsed();
  const [command, file] = positionals;
  if (values.help || command === undefined) {
    say(HELP);
    return values.help ? 0 : 2;
  }
  const options: Options = {
    phase: values.phase,
    answer: values.answer,
    status: statusOf(values.status),
    header: values.header ?? [],
    schema: values.schema,
    lead: values.lead,
    price: values.price,
    test: !values.live,
    write: values.write ?? false,
    now: Date.now(),
  };
  if (command === "schema") return schemaCommand(options);
  const commands = new Map([
    ["check", check],
    ["build", buildCommand],
    ["try", tryCommand],
    ["suggest", suggestCommand],
  ]);
  const one = commands.get(command);
  if (!one) throw new UsageError(`there is no command ${command}\n\n${HELP}`);
  if (file === undefined) throw new UsageError(`${command} needs a file\n\n${HELP}`);
  return one(file, options);
}

function parsed() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        phase: { type: "string" },
        answer: { type: "string" },
        status: { type: "string", default: "200" },
        header: { type: "string", multiple: true },
        schema: { type: "string" },
        lead: { type: "string" },
        price: { type: "string" },
        live: { type: "boolean" },
        write: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
  }
}

function statusOf(text: string): number {
  const status = Number(text);
  if (Number.isInteger(status) && status >= 100 && status <= 599) return status;
  throw new UsageError("--status must be an HTTP status");
}

await run(main);
