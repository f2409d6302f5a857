import type { Field } from "../../../schema/config/campaign.ts";
import type { ConditionConfig, DialectConfig, RequestTemplate } from "../../../schema/config/dialect.ts";
import type { WireRequest } from "../../../schema/rpc/dialer.ts";
import { dialectNames } from "../../buyers/dialects/index.ts";
import { leadField } from "../../buyers/dialects/mapping.ts";
import type { SetUp } from "../contract-test/set-up.ts";
import { type Block, code, heading, table, text } from "./blocks.ts";
import { conditionText } from "./conditions.ts";

const MOST = 200;

/** The buyer's own fields, each with what it holds. */
export function templateTable(request: RequestTemplate, { values }: DialectConfig): Block[] {
  const rows: string[][] = [];
  const visit = (value: unknown, path: string, only = "", depth = 0): void => {
    if (rows.length >= MOST || depth > 12) return;
    const own = computed(value, values) ?? value;
    if (typeof own !== "object" || own === null) {
      const what = CREDENTIAL.test(path) && !String(own).includes("{{") ? AGREED : holds(own);
      if (own !== undefined) rows.push([`\`${path}\``, only === "" ? what : `${what} (only if ${only})`]);
      return;
    }
    const node = own as Record<string, unknown>;
    if (Array.isArray(node.$merge)) for (const part of node.$merge) visit(part, path, only, depth + 1);
    else if (node.$if !== undefined) {
      const when = conditionText(node.$if as ConditionConfig);
      visit(node.then, path, when, depth + 1);
      visit(node.else, path, `not (${when})`, depth + 1);
    } else if (Object.keys(node).some((name) => name.startsWith("$")))
      rows.push([`\`${path}\``, `\`${JSON.stringify(node).slice(0, 300)}\``]);
    else
      for (const [name, item] of Object.entries(node))
        visit(item, path === "" ? name : `${path}.${name}`, only, depth + 1);
  };
  for (const [name, value] of Object.entries(request.headers)) visit(value, `header ${name}`);
  visit(request.query ?? {}, "query");
  if (typeof request.body === "string") rows.push(["the document", "see the sample"]);
  else visit(request.body ?? {}, "");
  return table(["your field", "holds"], rows);
}

/** A text that is one computed value and nothing else stands for what that is. */
function computed(value: unknown, values: DialectConfig["values"]): unknown {
  const [, name] = (typeof value === "string" && /^\{\{\s*value\.(\w+)\s*\}\}$/.exec(value)) || [];
  return name !== undefined && Object.hasOwn(values, name) ? values[name] : undefined;
}

/** A credential that somebody wrote into the dialect itself. */
const CREDENTIAL = /(authorization|api[-_]?key|secret|password|token)$/i;
const AGREED = "a credential that we agreed on";

/** `{{dob | date "MM/DD/YYYY"}}`: the field, and how it is written. Credentials are named, never shown. */
function holds(value: unknown): string {
  if (typeof value !== "string") return `\`${JSON.stringify(value)}\`, always`;
  if (!value.includes("{{")) return value === "" ? "empty" : `\`${value}\`, always`;
  if (/\{\{\s*secret\./.test(value)) return AGREED;
  return `\`${value}\``;
}

/** Our fields that the phase uses: type, allowed values, sample. */
export function fieldTable({ contract, campaign }: SetUp, phase: "ping" | "post"): Block[] {
  const names = dialectNames(contract.endpoint.dialect).flatMap(({ path, name }) =>
    path.startsWith(`${phase}.`) ? (leadField(name) ?? []) : [],
  );
  const known = new Map(campaign.config.fields.map((field) => [field.name, field]));
  const used = [...new Set(names)].flatMap((name) => known.get(name) ?? []);
  const hashes = [...new Set(names)].filter((name) => /^(phone|email)_hash$/.test(name) && !known.has(name));
  const rows = used.map((field) => [
    `\`${field.name}\``,
    typeOf(field),
    phase === "post" ? always(field) : "",
    about(field),
    `\`${String(field.sample)}\``,
  ]);
  const digests = hashes.map((name) => [`\`${name}\``, "SHA-256, hex", "", `of the ${name.slice(0, 5)}`, ""]);
  return table(["our field", "type", "there", "", "sample"], [...rows, ...digests]);
}

const always = ({ required }: Field): string => (required === "never" ? "if the consumer gave it" : "always");

function typeOf({ type, values, min, max, max_length }: Field): string {
  if (values)
    return values.length <= 12 ? values.map((value) => `\`${value}\``).join(", ") : `one of ${values.length} values`;
  const limits = [
    min === undefined ? "" : `from ${min}`,
    max === undefined ? "" : `to ${max}`,
    max_length === undefined ? "" : `up to ${max_length} characters`,
  ];
  return [TYPES[type] ?? type, ...limits.filter((one) => one !== "")].join(" ");
}

const TYPES: Readonly<Record<string, string>> = {
  phone: "phone, as `+12125550123`",
  date: "date, as `1986-04-17`",
  datetime: "time, as `2026-11-20T15:04:05Z`",
  zip: "ZIP, five digits",
  state: "state, two letters",
};

const about = ({ label, description }: Field): string =>
  [label, description].filter((one) => one !== undefined).join(": ");

/** A request as it goes over the wire. */
export function sampleBlocks(title: string, request: WireRequest): Block[] {
  const head = [
    `${request.method} ${request.url}`,
    ...request.headers.map(([name, value]) => `${name}: ${hidden(name, value)}`),
  ];
  const sample = code([...head, "", pretty(request)].join("\n").trimEnd());
  const form = contentTypeOf(request).includes("form-urlencoded");
  if (!form) return [heading(title, 3), sample];
  const fields = [...new URLSearchParams(request.body ?? "")].map(([name, value]) => `${name} = ${value}`);
  return [heading(title, 3), sample, text("The same, decoded:"), code(fields.join("\n"))];
}

const contentTypeOf = ({ headers }: WireRequest): string =>
  headers.find(([name]) => name.toLowerCase() === "content-type")?.[1] ?? "";

/** The scheme stays. */
const hidden = (name: string, value: string): string =>
  CREDENTIAL.test(name) && !value.includes("<") ? value.replace(/\S+$/, "…") : value;

/** JSON is indented; everything else as it is sent. */
function pretty(request: WireRequest): string {
  const { body } = request;
  if (body === null) return "";
  const json = contentTypeOf(request).includes("json");
  try {
    return json ? JSON.stringify(JSON.parse(body), null, 2) : body;
  } catch {
    return body;
  }
}

export const notBuilt = (message: string): Block => text(`The sample cannot be made: ${message}.`);
