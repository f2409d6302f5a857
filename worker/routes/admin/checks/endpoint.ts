import type { Endpoint } from "../../../../schema/config/buyer.ts";
import type { DialectConfig } from "../../../../schema/config/dialect.ts";
import type { FieldClass } from "../../../../schema/lists.ts";
import { authProblems } from "../../../buyers/auth/problems.ts";
import { dialectNames, dialectProblems, requestsOf } from "../../../buyers/dialects/index.ts";
import { schemaProblem } from "../../../buyers/schemas/sent.ts";
import { checkTemplateUrl } from "../../../buyers/url-guard.ts";
import type { StoredConfig } from "../../../ledger/config-store.ts";
import type { FieldError } from "../../problem.ts";
import type { AdminContext } from "../context.ts";
import { find, findAll, wrong } from "./references.ts";

const HASHES = ["phone_hash", "email_hash"];
interface Names {
  /** Of all campaigns: a name has every class that some campaign gives it. */
  fields: Map<string, Set<FieldClass>>;
  secrets: Set<string>;
}

/** Its buyer must exist, its URLs be ones that the gateway may call, its templates name what there is. */
export async function endpointProblems(
  ctx: AdminContext,
  endpoint: Endpoint,
  current: StoredConfig | null,
): Promise<FieldError[]> {
  const problems: FieldError[] = [];
  if (!(await find(ctx, "buyer", endpoint.buyer_id)))
    problems.push(wrong("buyer_id", `there is no buyer ${endpoint.buyer_id}`, "unknown"));
  if (current && current.body.buyer_id !== endpoint.buyer_id)
    problems.push(
      wrong("buyer_id", "cannot change: breakers and money are the buyer's; make a new endpoint", "conflict"),
    );
  for (const { path, message } of dialectProblems(endpoint.dialect)) problems.push(wrong(`dialect.${path}`, message));
  problems.push(...schemaProblems(endpoint));
  const secrets = new Set(Object.keys(endpoint.credentials_sealed));
  for (const { path, message } of authProblems(endpoint.dialect, secrets))
    problems.push(wrong(`dialect.${path}`, message));
  problems.push(...certificateProblems(ctx, endpoint));
  const { ping, status } = endpoint.dialect;
  problems.push(...urlProblems(ctx, endpoint.dialect), ...(await nameProblems(ctx, endpoint)));
  if (current && !ping) problems.push(...(await pingNeeded(ctx, endpoint)));
  if (current && !status) problems.push(...(await statusNeeded(ctx, endpoint)));
  return problems;
}

/** The buyer's own schemas must be such: a test would find out too late. */
function schemaProblems({ schemas = {} }: Endpoint): FieldError[] {
  return (["ping", "post"] as const).flatMap((phase) => {
    const message = schemas[phase] ? schemaProblem(schemas[phase]) : null;
    return message === null ? [] : [wrong(`schemas.${phase}.text`, message)];
  });
}

/** Only bindings can show a client certificate, and they come with a deployment. */
function certificateProblems(ctx: AdminContext, { client_certificate: name }: Endpoint): FieldError[] {
  if (name === undefined || ctx.certificate?.(name)) return [];
  const how =
    "upload it with wrangler mtls-certificate upload, name it under mtls_certificates, deploy, and save again";
  return [wrong("client_certificate", `the Worker has no binding ${name}: ${how}`, "unknown")];
}

async function campaignFields(ctx: AdminContext): Promise<Names["fields"]> {
  const fields: Names["fields"] = new Map(HASHES.map((name) => [name, new Set<FieldClass>(["hashed"])]));
  for (const campaign of await findAll(ctx, "campaign"))
    for (const { name, class: kind } of campaign.fields) fields.set(name, (fields.get(name) ?? new Set()).add(kind));
  return fields;
}

async function pingNeeded(ctx: AdminContext, endpoint: Endpoint): Promise<FieldError[]> {
  const contracts = await findAll(ctx, "contract", { endpoint_id: endpoint.id });
  return contracts
    .filter((contract) => contract.price.type === "bid")
    .map((contract) => wrong("dialect.ping", `is needed: contract ${contract.id} takes bids`, "conflict"));
}

async function statusNeeded(ctx: AdminContext, endpoint: Endpoint): Promise<FieldError[]> {
  const contracts = await findAll(ctx, "contract", { endpoint_id: endpoint.id });
  return contracts
    .filter((contract) => contract.find_out === "ask_status")
    .map((contract) => wrong("dialect.status", `is needed: contract ${contract.id} asks for the status`, "conflict"));
}

/** Every address that is called must be one that the gateway may call. */
function urlProblems(ctx: AdminContext, dialect: DialectConfig): FieldError[] {
  const urls: [path: string, url: string | undefined][] = [
    ["auth.token_url", dialect.auth?.type === "oauth2" ? dialect.auth.token_url : undefined],
    ["auth.authorize_url", dialect.auth?.type === "oauth2" ? dialect.auth.authorize_url : undefined],
    ...requestsOf(dialect).flatMap(({ path, request }): [string, string | undefined][] => [
      [`${path}.url`, request.url],
      [`${path}.test.url`, request.test?.url],
    ]),
  ];
  return urls.flatMap(([path, url]) => {
    const verdict = url === undefined ? { ok: true as const } : checkTemplateUrl(url, { local: ctx.local });
    return verdict.ok ? [] : [wrong(`dialect.${path}`, verdict.message)];
  });
}

async function nameProblems(ctx: AdminContext, endpoint: Endpoint): Promise<FieldError[]> {
  const names: Names = {
    fields: await campaignFields(ctx),
    secrets: new Set(Object.keys(endpoint.credentials_sealed)),
  };
  const seen = new Set<string>();
  return dialectNames(endpoint.dialect).flatMap(({ path, name }) => {
    const message =
      name === "gateway.callback_url" && ctx.callbacks === false
        ? "{{gateway.callback_url}} needs the gateway's setting PUBLIC_URL"
        : unknownName(path.startsWith("ping."), name, names);
    const key = `${path} ${name}`;
    if (!message || seen.has(key)) return [];
    seen.add(key);
    return [wrong(`dialect.${path}`, message, "unknown")];
  });
}

/** Names that a template could have, but that stand for nothing here; the dialect itself refuses the impossible ones. */
function unknownName(inPing: boolean, name: string, names: Names): string | null {
  const [group = "", member] = name.split(".");
  const field = member === undefined ? group : group === "lead" ? member : null;
  if (field !== null) {
    if (!/^[a-z][a-z0-9_]{0,39}$/.test(field)) return null;
    const classes = names.fields.get(field);
    if (!classes) return `{{${name}}} is not a field of any campaign`;
    return inPing && [...classes].every((kind) => kind === "personal")
      ? `{{${name}}} is personal: no ping has it`
      : null;
  }
  if (group === "secret" && member !== undefined && !names.secrets.has(member))
    return `{{${name}}} is not one of the endpoint's credentials`;
  return null;
}
