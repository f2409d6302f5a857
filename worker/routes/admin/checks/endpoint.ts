import type { Endpoint } from "../../../../schema/config/buyer.ts";
import type { RequestTemplate } from "../../../../schema/config/dialect.ts";
import type { FieldClass } from "../../../../schema/lists.ts";
import { dialectProblems } from "../../../buyers/dialects/index.ts";
import { checkTemplateUrl } from "../../../buyers/url-guard.ts";
import type { StoredConfig } from "../../../ledger/config-store.ts";
import type { FieldError } from "../../problem.ts";
import type { AdminContext } from "../context.ts";
import { placeholdersOf } from "./placeholders.ts";
import { find, findAll, wrong } from "./references.ts";

type Phase = "ping" | "post" | "status";

const HASHES = ["phone_hash", "email_hash"];
interface Names {
  /** Of all campaigns: a name has every class that some campaign gives it. */
  fields: Map<string, Set<FieldClass>>;
  secrets: Set<string>;
  bid: Set<string>;
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
  const { ping, post, status } = endpoint.dialect;
  const names: Names = {
    fields: await campaignFields(ctx),
    secrets: new Set(Object.keys(endpoint.credentials_sealed)),
    bid: new Set(["ref", ...Object.keys(ping?.answer.carry ?? {})]),
  };
  if (ping) problems.push(...templateProblems(ctx, "ping", ping.request, names));
  problems.push(...templateProblems(ctx, "post", post.request, names));
  if (status) problems.push(...templateProblems(ctx, "status", status.request, names));
  if (current && !ping) problems.push(...(await pingNeeded(ctx, endpoint)));
  if (current && !status) problems.push(...(await statusNeeded(ctx, endpoint)));
  return problems;
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

function templateProblems(ctx: AdminContext, phase: Phase, request: RequestTemplate, names: Names): FieldError[] {
  const path = `dialect.${phase}.request`;
  const url = checkTemplateUrl(request.url, { local: ctx.local });
  const problems = url.ok ? [] : [wrong(`${path}.url`, url.message)];
  for (const { at, name } of placeholdersOf(request, path)) {
    const message =
      name === "gateway.callback_url" && ctx.callbacks === false
        ? "{{gateway.callback_url}} needs the gateway's setting PUBLIC_URL"
        : unknownName(phase, name, names);
    if (message) problems.push(wrong(at, message, "unknown"));
  }
  return problems;
}

/** Names that a template could have, but that stand for nothing here; the dialect itself refuses the impossible ones. */
function unknownName(phase: Phase, name: string, names: Names): string | null {
  const [group = "", member] = name.split(".");
  if (member === undefined) {
    // The dialect itself says that a status call has no fields.
    if (phase === "status") return null;
    const classes = names.fields.get(group);
    if (!classes) return `{{${name}}} is not a field of any campaign`;
    return phase === "ping" && [...classes].every((kind) => kind === "personal")
      ? `{{${name}}} is personal: no ping has it`
      : null;
  }
  if (group === "secret" && !names.secrets.has(member)) return `{{${name}}} is not one of the endpoint's credentials`;
  if (group === "bid" && phase !== "ping" && !names.bid.has(member))
    return `{{${name}}} is not carried from the ping's answer`;
  return null;
}
