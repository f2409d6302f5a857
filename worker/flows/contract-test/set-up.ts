import { CONFIG_SCHEMAS, type ConfigKind, type ConfigTypes } from "../../../schema/config/index.ts";
import type { Fields } from "../../../schema/rpc/auction.ts";
import type { CompiledCampaign, CompiledContract, FieldProblem } from "../../auction/compiled.ts";
import { compileContract } from "../../auction/contract.ts";
import { compileCampaign, sampleLead } from "../../auction/fields/index.ts";
import { readConfig } from "../../ledger/config-store.ts";

/** A contract with all that it stands on, as the ledger has it now: a snapshot may be a second or two behind. */
export interface SetUp {
  contract: CompiledContract;
  campaign: CompiledCampaign;
}

/** null: there is no such contract; a text: what of it cannot be read. */
export async function loadSetUp(db: D1Database, contract_id: string): Promise<SetUp | null | string> {
  const contract = await load(db, "contract", contract_id);
  if (contract === null || typeof contract === "string") return contract;
  const { buyer_id, endpoint_id, campaign_id } = contract.body;
  const [buyer, endpoint, campaign] = await Promise.all([
    load(db, "buyer", buyer_id),
    load(db, "endpoint", endpoint_id),
    load(db, "campaign", campaign_id),
  ]);
  if (buyer === null || typeof buyer === "string") return buyer ?? `there is no buyer ${buyer_id}`;
  if (endpoint === null || typeof endpoint === "string") return endpoint ?? `there is no endpoint ${endpoint_id}`;
  if (campaign === null || typeof campaign === "string") return campaign ?? `there is no campaign ${campaign_id}`;
  return {
    contract: compileContract({
      contract: contract.body,
      version: contract.version,
      buyer: buyer.body,
      buyer_version: buyer.version,
      endpoint: endpoint.body,
      endpoint_version: endpoint.version,
    }),
    campaign: compileCampaign(campaign.body, campaign.version),
  };
}

async function load<K extends ConfigKind>(
  db: D1Database,
  kind: K,
  id: string,
): Promise<{ version: number; body: ConfigTypes[K] } | null | string> {
  const stored = await readConfig(db, kind, id);
  if (!stored) return null;
  const parsed = CONFIG_SCHEMAS[kind].safeParse(stored.body);
  if (!parsed.success)
    return `${kind} ${id} no longer fits its schema: ${parsed.error.issues[0]?.path.join(".") ?? ""}`;
  return { version: stored.version, body: parsed.data as ConfigTypes[K] };
}

/** Values of the sample lead by field; null takes one out. */
export type Overrides = Record<string, string | number | boolean | null>;

/** The campaign's sample lead, normalised, with these values in place of its own. Never a consumer: see {@link realPerson}. */
export function sampleOf(
  { campaign }: SetUp,
  overrides: Overrides,
  now: number,
): { ok: true; lead: Fields } | { ok: false; problems: FieldProblem[] } {
  const sample = sampleLead(campaign.config, now);
  const lead: Record<string, unknown> = { ...sample.ping, ...sample.post };
  for (const { name, class: kind } of campaign.config.fields) if (kind === "hashed") delete lead[name];
  for (const [name, value] of Object.entries(overrides)) {
    if (value === null) delete lead[name];
    else lead[name] = value;
  }
  // What is required may be taken out on purpose: the test shows what the buyer makes of it.
  const parsed = campaign.parsePost(lead, {}, { unknown_fields: "reject" });
  if (parsed.ok) return { ok: true, lead: parsed.fields };
  const told = parsed.problems.filter(({ code, field }) => !(code === "required" && overrides[field] === null));
  if (told.length > 0) return { ok: false, problems: told };
  const known = Object.fromEntries(campaign.config.fields.map(({ name, sample: value }) => [name, value]));
  const without = campaign.parsePost(lead, known as Fields, { unknown_fields: "ignore" });
  return without.ok ? { ok: true, lead: without.fields } : { ok: false, problems: without.problems };
}

const FICTIONAL_PHONE = /^1?(\d{3}55501\d\d|555\d{7}|(\d)\2{9})$/;
const FICTIONAL_EMAIL = /@([\w-]+\.)*(example\.(com|net|org)|test\.com|[\w-]+\.(test|invalid|example))$/i;

/** Fields whose new value might reach somebody: only fictional numbers and addresses go out in a test. */
export function realPerson({ campaign }: SetUp, overrides: Overrides): string[] {
  return campaign.config.fields.flatMap(({ name, type, sample }) => {
    const value = overrides[name];
    if (value === undefined || value === null || value === sample) return [];
    if (type === "phone") return FICTIONAL_PHONE.test(String(value).replace(/\D/g, "")) ? [] : [name];
    return type === "email" && !FICTIONAL_EMAIL.test(String(value)) ? [name] : [];
  });
}
