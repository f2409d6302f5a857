import type { ConfigKind } from "../../schema/config/index.ts";

export interface Found {
  kind: "lead" | "auction" | Exclude<ConfigKind, "settings" | "key" | "buyer_key">;
  id: string;
  text: string;
}

const RECORDS = ["campaign", "publisher", "buyer", "endpoint", "contract", "form", "inbound"] as const;
/** Ids of leads and pings; what follows belongs to one of theirs: a bid, a reservation, an attempt. */
const ID = /^([lp][0-9A-Za-z]{27})(?:[_:].*)?$/;
const CLICKS = 20;

/** What has this id, or this click id: each look-up by a key or an index. */
export async function find(db: D1Database, text: string): Promise<Found[]> {
  const id = ID.exec(text)?.[1] ?? text;
  const [leads, auctions, clicks, records] = await db.batch<Record<string, string | null>>([
    db.prepare("SELECT lead_id AS id, state AS text FROM leads WHERE lead_id = ?1 OR ping_id = ?1").bind(id),
    db.prepare("SELECT ping_id AS id, result AS text FROM auctions WHERE ping_id = ?1").bind(id),
    db
      .prepare(
        `SELECT lead_id AS id, state AS text FROM leads WHERE click_id = ?1 AND click_id IS NOT NULL ORDER BY at DESC LIMIT ${CLICKS}`,
      )
      .bind(text),
    db
      .prepare(
        "SELECT kind, id, json_extract(body, '$.name') AS text FROM config WHERE kind IN (SELECT value FROM json_each(?2)) AND id = ?1",
      )
      .bind(text, JSON.stringify(RECORDS)),
  ]);
  const found: Found[] = [
    ...foundOf(leads?.results, "lead"),
    ...foundOf(auctions?.results, "auction"),
    ...foundOf(clicks?.results, "lead"),
    ...(records?.results ?? []).flatMap((row) => {
      const kind = RECORDS.find((known) => known === row.kind);
      return kind ? [{ kind, id: row.id ?? "", text: row.text ?? "" }] : [];
    }),
  ];
  return [...new Map(found.map((one) => [`${one.kind}:${one.id}`, one])).values()];
}

const foundOf = (rows: Record<string, string | null>[] | undefined, kind: Found["kind"]): Found[] =>
  (rows ?? []).map(({ id, text }) => ({ kind, id: id ?? "", text: text ?? "" }));
