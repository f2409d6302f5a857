import type { Inbound } from "../../../../schema/config/inbound.ts";
import { inboundDialectProblems } from "../../../inbound/index.ts";
import type { FieldError } from "../../problem.ts";
import type { AdminContext } from "../context.ts";
import { find, missing, wrong } from "./references.ts";

/** Shorter keys than this are no secret: such an address must ask for a key. */
const UNGUESSABLE = 22;
/** Every campaign takes these beside its own fields. */
const HASHES = ["phone_hash", "email_hash"];

/** Its publisher and campaigns must exist and belong together; what it reads must be fields of them; its words must make sense. */
export async function inboundProblems(ctx: AdminContext, inbound: Inbound): Promise<FieldError[]> {
  const { dialect, campaign_id, campaigns, publisher_id } = inbound;
  const problems = inboundDialectProblems(dialect, campaigns).map(({ path, message }) =>
    wrong(path.startsWith("campaigns") ? path : `dialect.${path}`, message),
  );
  problems.push(...keyProblems(inbound));
  if ((campaign_id === undefined) === (campaigns === undefined))
    problems.push(wrong("campaign_id", "name one campaign, or `campaigns` where the request decides"));
  const named = campaignsOf(inbound);
  const ids = named.map(({ id }) => id);
  const lost = await missing(ctx, "campaign", ids, (at) => named[at]?.field ?? "campaigns");
  problems.push(...lost, ...(await fieldProblems(ctx, inbound, ids)));
  const publisher = await find(ctx, "publisher", publisher_id);
  if (!publisher) return [...problems, wrong("publisher_id", `there is no publisher ${publisher_id}`, "unknown")];
  for (const { id, field } of named)
    if (!publisher.campaigns.includes(id) && !lost.some((one) => one.field === field))
      problems.push(wrong(field, `publisher ${publisher_id} does not sell to ${id}`, "conflict"));
  if (publisher.mode === "pending" && !dialect.answers.pending)
    problems.push(wrong("dialect.answers.pending", `is needed: publisher ${publisher_id} waits for postbacks`));
  return problems;
}

function campaignsOf({ campaign_id, campaigns }: Inbound): { id: string; field: string }[] {
  const named = campaign_id === undefined ? [] : [{ id: campaign_id, field: "campaign_id" }];
  for (const [value, id] of Object.entries(campaigns?.map ?? {})) named.push({ id, field: `campaigns.map.${value}` });
  if (campaigns?.default !== undefined) named.push({ id: campaigns.default, field: "campaigns.default" });
  return named;
}

/** Without `request.key` the address itself is the secret, so it must be one. The publisher's API keys always open. */
function keyProblems({ id, dialect, key_digests }: Inbound): FieldError[] {
  if (dialect.request.key !== undefined) return [];
  if (key_digests.length > 0)
    return [
      wrong("dialect.request.key", "is needed: the record has keys, and no request would be asked for one", "required"),
    ];
  return id.length >= UNGUESSABLE
    ? []
    : [
        wrong(
          "dialect.request.key",
          `is needed: an address of less than ${UNGUESSABLE} characters can be guessed`,
          "required",
        ),
      ];
}

async function fieldProblems(ctx: AdminContext, { dialect }: Inbound, campaigns: string[]): Promise<FieldError[]> {
  const known = new Set(HASHES);
  for (const id of new Set(campaigns))
    for (const { name } of (await find(ctx, "campaign", id))?.fields ?? []) known.add(name);
  return Object.keys(dialect.request.fields)
    .filter((name) => !known.has(name))
    .map((name) => wrong(`dialect.request.fields.${name}`, "is not a field of its campaigns", "unknown"));
}
