import type { DialectConfig } from "../../schema/config/dialect.ts";
import type { LeadStory, SealedLead } from "../../schema/rpc/book.ts";
import { curlOf } from "../buyers/curl.ts";
import { requestsOf } from "../buyers/dialects/index.ts";
import { USER_AGENT } from "../buyers/dialects/request/headers.ts";
import { readId } from "../crypto/ids.ts";
import { openForLead, openLeadKey } from "../crypto/seal.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { readRecord, redacted } from "./redact.ts";

export interface AttemptCurl {
  lead_id: string;
  attempt_id: string;
  contract_id: string;
  /** Epoch ms. */
  at: number;
  outcome: string;
  http_status: number | null;
  /** Personal data is masked. */
  masked: boolean;
  /** Each request of the attempt, in order, as a command for a shell. */
  requests: { name: string; curl: string }[];
}

/**
 * The requests of one attempt as commands. Credentials were never kept. Without `open` every value is masked that is not public, a constant
 * of the dialect, or an id of ours. null: no such attempt; "erased": its payload is gone.
 */
export async function attemptCurl(
  g: Gateway,
  lead_id: string,
  attempt_id: string,
  open: boolean,
  ledger: (lead_id: string) => Promise<LeadStory | null>,
): Promise<AttemptCurl | null | "erased"> {
  const id = readId(g.settings.HASH_SECRET, lead_id, "l");
  const story = id ? ((await g.book(id.shard).story(lead_id)) ?? (await ledger(lead_id))) : null;
  const attempt = story?.attempts.find((one) => one.attempt_id === attempt_id);
  if (!story || !attempt) return null;
  const { lead } = story;
  if (lead.wrapped_key === "" || !attempt.sealed) return "erased";
  const key = await openLeadKey(await g.ring(), lead.wrapped_key, lead_id);
  const { request = "" } = (await openForLead(key, attempt.sealed)) as { request?: string };
  const plain = open ? null : ((await openForLead(key, lead.sealed)) as SealedLead);
  const allowed = plain ? await harmless(g, story, plain, attempt.endpoint_id) : new Set<string>();
  const requests = readRecord(request, attempt.kind ?? "post").map((one) => (open ? one : redacted(one, allowed)));
  return {
    lead_id,
    attempt_id,
    contract_id: attempt.contract_id,
    at: attempt.at,
    outcome: attempt.outcome,
    http_status: attempt.http_status,
    masked: !open,
    requests: requests.map((one) => ({ name: one.name, curl: curlOf(one) })),
  };
}

/** Values that name nobody: public fields, what the dialect itself says, ids of ours. */
async function harmless(
  g: Gateway,
  { lead, attempts }: LeadStory,
  plain: SealedLead,
  endpoint_id: string,
): Promise<Set<string>> {
  const snapshot = await g.snapshot();
  const campaign = snapshot.campaign(lead.campaign_id);
  const open = Object.entries(plain.lead).filter(([name]) => campaign?.classOf(name) === "public");
  const endpoint = snapshot.endpoint(endpoint_id);
  return new Set([
    ...open.map(([, value]) => String(value)),
    ...(endpoint ? constantsOf(endpoint.body.dialect) : []),
    ...[lead.lead_id, lead.ping_id ?? "", lead.campaign_id, lead.publisher_id, USER_AGENT],
    ...attempts.map(({ reservation_id }) => reservation_id),
  ]);
}

/** Texts of a dialect's requests without placeholders, parts of their addresses, and what its maps give. */
function constantsOf(dialect: DialectConfig): string[] {
  const found: string[] = [];
  const visit = (value: unknown): void => {
    if (typeof value === "string") {
      if (!value.includes("{{")) found.push(value);
    } else if (typeof value === "number") found.push(String(value));
    else if (typeof value === "object" && value !== null) Object.values(value).forEach(visit);
  };
  for (const { request } of requestsOf(dialect)) {
    visit([request.body, request.query, request.headers, request.test]);
    found.push(...request.url.replace(/\{\{.*?\}\}/g, "/").split(/[/?&=]/));
  }
  visit([dialect.values, dialect.maps]);
  return found;
}
