import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { parse } from "yaml";
import { type Endpoint, endpointSchema } from "../../../schema/config/buyer.ts";
import { type Campaign, campaignSchema } from "../../../schema/config/campaign.ts";
import type { Fields } from "../../../schema/rpc/auction.ts";
import { VERTICALS } from "../../../schema/verticals/index.ts";
import { dialectNames, dialectProblems } from "../../../worker/buyers/dialects/index.ts";
import { fieldErrors } from "../../../worker/routes/problem.ts";
import { UsageError } from "../../shared/output.ts";

export const HELP = `npm run kit:check -- --dialect file.yaml [options]

Tries a buyer's endpoint with made-up test leads and says what the gateway could not live with. Exit code 0: nothing that it
needs failed; 1: something did; 2: it could not be tried.

  --dialect <file>         the buyer's dialect (YAML or JSON), or an endpoint's record with one in it
  --ping-url, --post-url   in place of the dialect's own addresses
  --secret <name=value>    a credential of the dialect; name=@VARIABLE takes it from the environment. Repeat for more
  --token <name=value>     for dialects that fetch a token: one that is good now
  --vertical <name>        sample leads: ${Object.keys(VERTICALS).join(", ")} (the first)
  --lead <file>            values in place of the samples (fictional ones: they are sent)
  --scenario <o=f:v,f:v>   values that give an outcome: no_bid=zip:99999. Repeat for more
  --pings <n>              pings for the speed (20)
  --ping-timeout, --post-timeout <ms>   what the gateway would wait (100, 10000)
  --idempotent             the buyer says that it knows repeated posts
  --json                   the report as JSON`;

export interface Order {
  endpoint: Endpoint;
  secrets: Record<string, string>;
  token: Record<string, string> | null;
  campaign: Campaign;
  lead: Record<string, unknown>;
  scenarios: { outcome: string; lead: Fields }[];
  pings: number;
  json: boolean;
}

/** What the command line asks for; null: for help. @throws UsageError naming what is wrong. */
export function readOrder(args: string[], env: Record<string, string | undefined>): Order | null {
  const values = parsed(args);
  if (values.help) return null;
  if (!values.dialect) throw new UsageError("--dialect is needed: the file that says how the buyer is spoken to");
  const secrets = pairs("--secret", values.secret ?? [], env);
  const token = values.token ? pairs("--token", values.token, env) : null;
  const endpoint = endpointOf(values);
  const needed = new Set(dialectNames(endpoint.dialect).map(({ name }) => name));
  const missing = [...needed].filter((name) => name.startsWith("secret.") && !(name.slice(7) in secrets));
  if (missing.length > 0)
    throw new UsageError(`the dialect needs ${missing.map((n) => `--secret ${n.slice(7)}=…`).join(" ")}`);
  const auth = endpoint.dialect.auth?.type;
  if ((auth === "oauth2" || auth === "exchange") && !token)
    throw new UsageError(
      "the dialect fetches a token: give one with --token access_token=…, or check it from the gateway",
    );
  return {
    endpoint,
    secrets,
    token,
    campaign: campaignSchema.parse(verticalOf(values.vertical)),
    lead: values.lead === undefined ? {} : fileOf("--lead", values.lead),
    scenarios: (values.scenario ?? []).map(scenarioOf),
    pings: numberOf("--pings", values.pings, 1, 1_000),
    json: values.json ?? false,
  };
}

function parsed(args: string[]) {
  try {
    const text = { type: "string" } as const;
    const { values } = parseArgs({
      args,
      options: {
        dialect: text,
        "ping-url": text,
        "post-url": text,
        secret: { type: "string", multiple: true },
        token: { type: "string", multiple: true },
        scenario: { type: "string", multiple: true },
        vertical: text,
        lead: text,
        pings: { type: "string", default: "20" },
        "ping-timeout": { type: "string", default: "100" },
        "post-timeout": { type: "string", default: "10000" },
        idempotent: { type: "boolean" },
        json: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    });
    return values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function endpointOf(values: ReturnType<typeof parsed>): Endpoint {
  const file = fileOf("--dialect", values.dialect ?? "");
  const dialect = (isRecord(file.dialect) ? file.dialect : file) as Record<string, unknown>;
  for (const phase of ["ping", "post"] as const) {
    const [url, part] = [values[`${phase}-url`], dialect[phase]];
    // The address of a test lead is the one that is given, whatever the dialect's test mode says.
    if (url !== undefined && isRecord(part) && isRecord(part.request)) {
      const { test, ...request } = part.request;
      const rest = isRecord(test) ? { test: { ...test, url } } : {};
      part.request = { ...request, url, ...rest };
    }
  }
  const record = {
    id: "checked",
    buyer_id: "checked",
    name: "checked",
    dialect,
    accepts_test: true,
    idempotent: values.idempotent ?? false,
    ping_timeout_ms: numberOf("--ping-timeout", values["ping-timeout"], 50, 25_000),
    post_timeout_ms: numberOf("--post-timeout", values["post-timeout"], 500, 25_000),
  };
  const read = endpointSchema.safeParse(record);
  if (!read.success)
    throw new UsageError(list(fieldErrors(read.error.issues).map((e) => ({ path: e.field, message: e.message }))));
  const problems = dialectProblems(read.data.dialect);
  if (problems.length > 0) throw new UsageError(list(problems));
  return read.data;
}

const list = (problems: { path: string; message: string }[]): string =>
  ["the dialect is not sound:", ...problems.map(({ path, message }) => `  ${path}: ${message}`)].join("\n");

function pairs(flag: string, texts: string[], env: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf("=");
      if (at < 1) throw new UsageError(`${flag} needs name=value`);
      const [name, value] = [text.slice(0, at), text.slice(at + 1)];
      if (!value.startsWith("@")) return [name, value];
      const known = env[value.slice(1)];
      if (known === undefined) throw new UsageError(`${flag} ${name}: the environment has no ${value.slice(1)}`);
      return [name, known];
    }),
  );
}

/** `no_bid=zip:99999,age:17`. */
function scenarioOf(text: string): Order["scenarios"][number] {
  const [, outcome, rest] = /^(bid|no_bid|accepted|rejected|duplicate)=(.+)$/.exec(text) ?? [];
  const fields = (rest ?? "").split(",").map((part) => /^([a-z][a-z0-9_]*):(.*)$/.exec(part));
  if (!outcome || fields.some((field) => field === null))
    throw new UsageError(
      "--scenario needs an outcome and values: no_bid=zip:99999 (bid, no_bid, accepted, rejected, duplicate)",
    );
  return { outcome, lead: Object.fromEntries(fields.map((field) => [field?.[1] ?? "", field?.[2] ?? ""])) };
}

function verticalOf(name: string | undefined): unknown {
  if (name === undefined) return VERTICALS.auto_insurance;
  const found = Object.entries(VERTICALS).find(([known]) => known === name);
  if (!found) throw new UsageError(`--vertical: there is ${Object.keys(VERTICALS).join(" and ")}`);
  return found[1];
}

function fileOf(flag: string, file: string): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    throw new UsageError(`${flag}: ${file} cannot be read`);
  }
  const value: unknown = parse(text, { maxAliasCount: 100 });
  if (!isRecord(value)) throw new UsageError(`${flag}: ${file} must hold an object`);
  return value;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function numberOf(flag: string, text: string | undefined, least: number, most: number): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < least || number > most)
    throw new UsageError(`${flag} needs a whole number from ${least} to ${most}`);
  return number;
}
