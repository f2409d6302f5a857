import type { AnswerCode, LeadState } from "../../schema/lists.ts";
import type { LeadRow } from "./reads.ts";
import { type Scan, scan, statementsOf, type Term } from "./scan.ts";

export interface LeadPage {
  state?: LeadState;
  publisher_id?: string;
  campaign_id?: string;
  buyer_id?: string;
  code?: AnswerCode;
  click_id?: string;
  /** Any of its sub ids. */
  sub_id?: string;
  test?: boolean;
  /** Epoch ms: [from, to). The time bounds what is searched. */
  from: number;
  to: number;
  after?: { at: number; lead_id: string };
  limit: number;
}
export type LeadSummary = Omit<LeadRow, Inner>;
/** Sealed, marks of a person, or the ledger's own. */
type Inner = "sealed" | "wrapped_key" | "story" | "phone_mark" | "email_mark" | "n" | "summed" | "tenant" | "month";

const COLUMNS =
  "lead_id, at, ping_id, publisher_id, campaign_id, test, mode, state, code, result, payout, price, contract_id, buyer_id, closed_at, risk, recovered, click_id, sub_ids, rest_why, rest_at, re_auctions, erased_at";
/** Leads of its index that one page looks at. */
const MOST = 2_000;

const is = (column: string, value: string | number | undefined): Term[] =>
  value === undefined ? [] : [{ sql: `${column} = ?`, value }];
/** States without rows in `leads_state`. */
const USUAL: ReadonlySet<string> = new Set(["sold", "unsold"]);

/** The narrowest index leads; what it does not know is looked at in its rows. */
export function leadScan(page: LeadPage): Scan {
  const { state, from, to, limit, after } = page;
  const odd = state !== undefined && !USUAL.has(state);
  const choices: { led_by: Term[]; partial?: string }[] = [
    { led_by: is("click_id", page.click_id), partial: "click_id IS NOT NULL" },
    odd ? { led_by: is("state", state), partial: "state <> 'sold' AND state <> 'unsold'" } : { led_by: [] },
    { led_by: is("code", page.code), partial: "code IS NOT NULL" },
    { led_by: is("buyer_id", page.buyer_id), partial: "buyer_id IS NOT NULL" },
    { led_by: is("publisher_id", page.publisher_id) },
  ];
  const first = choices.find(({ led_by }) => led_by.length > 0) ?? { led_by: [] };
  const all = [
    ...is("click_id", page.click_id),
    ...is("state", state),
    ...is("code", page.code),
    ...is("buyer_id", page.buyer_id),
    ...is("publisher_id", page.publisher_id),
    ...is("campaign_id", page.campaign_id),
    ...is("test", page.test === undefined ? undefined : Number(page.test)),
    ...(page.sub_id === undefined ? [] : [{ sql: "instr(sub_ids, ?) > 0", value: `:${JSON.stringify(page.sub_id)}` }]),
  ];
  return {
    ...first,
    table: "leads",
    key: "lead_id",
    columns: COLUMNS,
    rest: all.filter(({ sql }) => sql !== first.led_by[0]?.sql),
    from,
    to,
    after: after && { at: after.at, key: after.lead_id },
    limit,
    most: MOST,
  };
}

export const leadStatements = (page: LeadPage) => statementsOf(leadScan(page));

/** Newest first; nothing sealed, and nothing by which a person could be found. A page may be short and have a `next`. */
export async function listLeads(
  db: D1Database,
  page: LeadPage,
): Promise<{ items: LeadSummary[]; next: { at: number; lead_id: string } | null }> {
  const { rows, next } = await scan<LeadSummary>(db, leadScan(page));
  return { items: rows, next: next && { at: next.at, lead_id: next.key } };
}

/** A person's leads by one mark, newest first. */
export async function leadsOfPerson(db: D1Database, kind: "phone" | "email", mark: string): Promise<LeadSummary[]> {
  const { results } = await db
    .prepare(`SELECT ${COLUMNS} FROM leads WHERE ${kind}_mark = ?1 ORDER BY at DESC LIMIT 100`)
    .bind(mark)
    .all<LeadSummary>();
  return results;
}
