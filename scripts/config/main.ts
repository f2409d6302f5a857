import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { LineCounter, parseDocument } from "yaml";
import * as z from "zod";
import { run, say, UsageError } from "../shared/output.ts";
import { goWhereTyped } from "../shared/place.ts";
import { sender } from "./gateway.ts";
import { pull } from "./pull.ts";
import { push } from "./push.ts";

const HELP = `npm run config -- <command> <folder> [options]

  pull <folder>   writes all records of the gateway into the folder: a YAML file a record, secrets by name
  push <folder>   brings changed files to the gateway: shows each difference, checks everything, then writes

  --url <address>      of the gateway (or GATEWAY_URL; default http://127.0.0.1:8787)
  --token <token>      an operator's (or GATEWAY_TOKEN)
  --known              pull: only records that the folder has a file of
  --dry-run            push: show and check only
  --reason <text>      push: why; kept with every change
  --secrets <file>     push: YAML with the values of secrets, kept outside of the folder: acme_http: { api_key: "…" }

Ends with 0 when all went well, 1 when something was refused, 2 when it was used wrongly.`;

const secretsSchema = z.record(z.string(), z.record(z.string(), z.string().min(1)));

async function main(): Promise<number> {
  goWhereTyped("config");
  const { positionals, values } = options();
  const [command, folder] = positionals;
  if (values.help || command === undefined) {
    say(HELP);
    return values.help ? 0 : 2;
  }
  if (folder === undefined) throw new UsageError("a folder is needed");
  const token = values.token ?? process.env.GATEWAY_TOKEN;
  if (!token) throw new UsageError("an operator's token is needed: --token or GATEWAY_TOKEN");
  const send = sender(values.url ?? process.env.GATEWAY_URL ?? "http://127.0.0.1:8787", token);
  if (command === "pull") return pull(folder, send, { known: values.known ?? false });
  if (command !== "push") throw new UsageError(`there is no command ${command}\n\n${HELP}`);
  const dry_run = values["dry-run"] ?? false;
  if (!dry_run && values.reason === undefined) throw new UsageError("--reason is needed: it is kept with every change");
  const problems = await push(folder, send, {
    dry_run,
    reason: values.reason ?? "",
    secrets: await secrets(values.secrets),
  });
  return problems === 0 ? 0 : 1;
}

function options() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        url: { type: "string" },
        token: { type: "string" },
        known: { type: "boolean" },
        "dry-run": { type: "boolean" },
        reason: { type: "string" },
        secrets: { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
  }
}

async function secrets(path: string | undefined): Promise<Record<string, Record<string, string>>> {
  if (path === undefined) return {};
  const text = await readFile(path, "utf8").catch(() => {
    throw new UsageError(`${path} cannot be read`);
  });
  const parsed = secretsSchema.safeParse(yamlOf(path, text));
  if (!parsed.success)
    throw new UsageError(`${path}: must be records with names and values: acme_http: { api_key: "…" }`);
  return parsed.data;
}

/** The reader's own message quotes the line that it cannot read, secrets and all. */
function yamlOf(path: string, text: string): unknown {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  const [error] = document.errors;
  if (error) throw new UsageError(`${path}:${lineCounter.linePos(error.pos[0]).line}: cannot be read as YAML`);
  return document.toJS({ maxAliasCount: 100 });
}

await run(main);
