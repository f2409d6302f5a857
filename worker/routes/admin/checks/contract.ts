import type { Contract } from "../../../../schema/config/buyer.ts";
import type { Campaign } from "../../../../schema/config/campaign.ts";
import type { Filter } from "../../../../schema/config/filter.ts";
import type { FieldClass } from "../../../../schema/lists.ts";
import { contradictions } from "../../../auction/prices/places.ts";
import type { StoredConfig } from "../../../ledger/config-store.ts";
import type { FieldError } from "../../problem.ts";
import type { AdminContext } from "../context.ts";
import { find, wrong } from "./references.ts";

/** Buyer, campaign and endpoint must exist and belong together; fields must be the campaign's and of the right class. */
export async function contractProblems(
  ctx: AdminContext,
  contract: Contract,
  current: StoredConfig | null,
): Promise<FieldError[]> {
  const [buyer, campaign, endpoint] = await Promise.all([
    find(ctx, "buyer", contract.buyer_id),
    find(ctx, "campaign", contract.campaign_id),
    find(ctx, "endpoint", contract.endpoint_id),
  ]);
  const problems: FieldError[] = [];
  if (!buyer) problems.push(wrong("buyer_id", `there is no buyer ${contract.buyer_id}`, "unknown"));
  if (!campaign) problems.push(wrong("campaign_id", `there is no campaign ${contract.campaign_id}`, "unknown"));
  if (!endpoint) problems.push(wrong("endpoint_id", `there is no endpoint ${contract.endpoint_id}`, "unknown"));
  if (endpoint && endpoint.buyer_id !== contract.buyer_id)
    problems.push(
      wrong("endpoint_id", `belongs to buyer ${endpoint.buyer_id}, not to ${contract.buyer_id}`, "conflict"),
    );
  if (endpoint && contract.price.type === "bid" && !endpoint.dialect.ping)
    problems.push(
      wrong("price.type", "the endpoint has no ping: only a fixed price or a table of prices is possible", "conflict"),
    );
  if (endpoint && contract.find_out === "ask_status" && !endpoint.dialect.status)
    problems.push(wrong("find_out", "the endpoint's dialect has no status call", "conflict"));
  problems.push(...(await overflowProblems(ctx, contract)));
  if (current && current.body.buyer_id !== contract.buyer_id)
    problems.push(wrong("buyer_id", "cannot change: caps and money are the buyer's; make a new contract", "conflict"));
  return campaign ? [...problems, ...contractFieldProblems(contract, campaign)] : problems;
}

/** Who takes what is beyond this contract's cap must be another contract of the same buyer and campaign. */
async function overflowProblems(ctx: AdminContext, contract: Contract): Promise<FieldError[]> {
  const { on_cap } = contract;
  if (on_cap.do !== "contract") return [];
  const field = "on_cap.contract_id";
  if (on_cap.contract_id === contract.id) return [wrong(field, "must be another contract")];
  const other = await find(ctx, "contract", on_cap.contract_id);
  if (!other) return [wrong(field, `there is no contract ${on_cap.contract_id}`, "unknown")];
  if (other.buyer_id === contract.buyer_id && other.campaign_id === contract.campaign_id) return [];
  return [wrong(field, "must be of the same buyer and campaign", "conflict")];
}

/** Every campaign takes these beside its own fields. */
const HASHES = ["phone_hash", "email_hash"];

/** What a contract says of fields that its campaign does not have, or not for that use. Pure. */
export function contractFieldProblems(
  contract: Pick<Contract, "disclose" | "filter" | "consent" | "price">,
  campaign: Pick<Campaign, "fields">,
): FieldError[] {
  const classes = new Map<string, FieldClass>(HASHES.map((name) => [name, "hashed"]));
  for (const field of campaign.fields) classes.set(field.name, field.class);
  const problems: FieldError[] = [];
  contract.disclose.forEach((name, at) => {
    const kind = classes.get(name);
    if (kind === undefined) problems.push(wrong(`disclose.${at}`, `${name} is not a field of the campaign`, "unknown"));
    else if (kind !== "quasi" && kind !== "hashed")
      problems.push(
        wrong(
          `disclose.${at}`,
          kind === "public" ? `${name} is public: every ping has it` : `${name} is personal: no ping has it`,
        ),
      );
  });
  contract.consent.required.forEach((name, at) => {
    if (!classes.has(name))
      problems.push(wrong(`consent.required.${at}`, `${name} is not a field of the campaign`, "unknown"));
  });
  const looked = contract.filter ? fieldsOf(contract.filter, "filter") : [];
  return [...problems, ...filterFieldProblems(looked, classes), ...priceProblems(contract.price, campaign, classes)];
}

function filterFieldProblems(
  looked: readonly { path: string; field: string }[],
  classes: ReadonlyMap<string, FieldClass>,
): FieldError[] {
  return looked.flatMap(({ path, field }) => {
    const kind = classes.get(field);
    if (kind === undefined) return wrong(path, `${field} is not a field of the campaign`, "unknown");
    return kind === "personal" ? wrong(path, `${field} is personal: filters see what a ping has`) : [];
  });
}

/** More contradictions than these are not listed. */
const MOST_TWICE = 20;

/** A table looks at ZIPs in a ping, and says of each only one price a row. */
function priceProblems(
  price: Contract["price"],
  campaign: Pick<Campaign, "fields">,
  classes: ReadonlyMap<string, FieldClass>,
): FieldError[] {
  if (price.type !== "table") return [];
  const { rows, zip_field } = price;
  const problems: FieldError[] = [];
  const field = campaign.fields.find(({ name }) => name === zip_field);
  if (rows.some(({ places }) => places) && (field?.type !== "zip" || field.class === "personal"))
    problems.push(wrong("price.zip_field", `${zip_field} is not a field of type zip that pings have`, "unknown"));
  const looked = rows.flatMap(({ when }, at) => (when ? fieldsOf(when, `price.rows.${at}.when`) : []));
  problems.push(...filterFieldProblems(looked, classes));
  for (const [row, { places }] of rows.entries())
    for (const { at, entry } of contradictions(places ?? [], MOST_TWICE))
      problems.push(wrong(`price.rows.${row}.places.${at}.zips`, `${entry} has another price before`, "conflict"));
  return problems.slice(0, 2 * MOST_TWICE);
}

/** Every field that a filter looks at, with the dotted path to it. */
function fieldsOf(filter: Filter, path: string): { path: string; field: string }[] {
  if ("all" in filter) return filter.all.flatMap((part, at) => fieldsOf(part, `${path}.all.${at}`));
  if ("any" in filter) return filter.any.flatMap((part, at) => fieldsOf(part, `${path}.any.${at}`));
  if ("not" in filter) return fieldsOf(filter.not, `${path}.not`);
  return [{ path: `${path}.field`, field: filter.field }];
}
