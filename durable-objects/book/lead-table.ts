import type { AttemptRecord, AttemptView } from "../../schema/rpc/book.ts";
import type { Sql } from "../sql.ts";
import { type Lead, leadOf } from "./lead.ts";
import { hasEnded, rests } from "./lead-state.ts";

/** Leads, their other names, attempts, persons' marks and waits for endpoints, as rows. No rules here. */
export class LeadTable {
  constructor(private readonly sql: Sql) {}

  get(lead_id: string): Lead | null {
    return parsed(this.sql.all<{ body: string }>("SELECT body FROM leads WHERE lead_id = ?", lead_id)[0]);
  }

  /** @throws when the book has no such lead: whoever acts on one has claimed it here. */
  need(lead_id: string): Lead {
    const lead = this.get(lead_id);
    if (!lead) throw new Error(`the book has no lead ${lead_id}`);
    return lead;
  }

  byPing(ping_id: string): Lead | null {
    return parsed(this.sql.all<{ body: string }>("SELECT body FROM leads WHERE ping_id = ?", ping_id)[0]);
  }

  /** Leads under these names, each once, in the names' order. A name belongs to its publisher. */
  byAliases(publisher_id: string, aliases: string[]): Lead[] {
    const ids = aliases.flatMap((alias) =>
      this.sql.all<{ lead_id: string }>("SELECT lead_id FROM aliases WHERE alias = ?", named(publisher_id, alias)),
    );
    return [...new Set(ids.map((row) => row.lead_id))].flatMap((id) => this.get(id) ?? []);
  }

  addAliases(lead: Lead, aliases: string[]): void {
    for (const alias of aliases) {
      this.sql.run(
        "INSERT OR IGNORE INTO aliases (alias, lead_id) VALUES (?, ?)",
        named(lead.publisher_id, alias),
        lead.lead_id,
      );
    }
  }

  /** `sweep_at`: when the alarm looks at it. */
  insert(lead: Lead, sweep_at: number): Lead {
    const { lead_id, ping_id, auction_id } = lead;
    this.sql.run(
      "INSERT INTO leads (lead_id, ping_id, auction_id, state, closed_at, unknown_since, slim, sweep_at, body) VALUES (?, ?, ?, ?, NULL, NULL, 0, ?, ?)",
      lead_id,
      ping_id,
      auction_id,
      lead.state,
      sweep_at,
      JSON.stringify(lead),
    );
    this.addAliases(lead, lead.aliases);
    this.addMarks(lead);
    return lead;
  }

  /** Writes the lead's new state; returns it as written. */
  save(changed: Lead, now: number): Lead {
    const unknown = !hasEnded(changed) && changed.plan.some((bidder) => bidder.status === "unknown");
    const lead: Lead = {
      ...changed,
      rest: rests(changed) ? changed.rest : null,
      updated_at: now,
      unknown_since: unknown ? (changed.unknown_since ?? now) : null,
    };
    const rest_at = rests(lead) ? (lead.rest?.at ?? now) : null;
    const { auction_id, state, closed_at, unknown_since } = lead;
    this.write(lead, { auction_id, state, closed_at, unknown_since, rest_at, slim: lead.slim ? 1 : 0 });
    this.waitFor(lead);
    return lead;
  }

  /** Columns that stay as they were are not named: each index over a named one would be written too, and billed. */
  private write(lead: Lead, found_by: FoundBy): void {
    const was = this.sql.all<FoundBy>(`SELECT ${COLUMNS} FROM leads WHERE lead_id = ?`, lead.lead_id)[0];
    const changed = COLUMNS.filter((column) => was?.[column] !== found_by[column]);
    const set = ["body", ...changed].map((column) => `${column} = ?`).join(", ");
    const values = changed.map((column) => found_by[column]);
    this.sql.run(`UPDATE leads SET ${set} WHERE lead_id = ?`, JSON.stringify(lead), ...values, lead.lead_id);
  }

  /** A parked lead is found by the endpoints whose repair it waits for. */
  private waitFor(lead: Lead): void {
    for (const { status, endpoint_id } of lead.plan) {
      if (status !== "set_up_error") continue;
      if (lead.state !== "parked") this.endWait(endpoint_id, lead.lead_id);
      else this.sql.run("INSERT OR IGNORE INTO waits (endpoint_id, lead_id) VALUES (?, ?)", endpoint_id, lead.lead_id);
    }
  }

  /** Ids of leads that wait for this endpoint, or did. */
  waiting(endpoint_id: string, limit: number): string[] {
    return this.sql
      .all<{ lead_id: string }>("SELECT lead_id FROM waits WHERE endpoint_id = ? LIMIT ?", endpoint_id, limit)
      .map((row) => row.lead_id);
  }

  endWait(endpoint_id: string, lead_id: string): void {
    this.sql.run("DELETE FROM waits WHERE endpoint_id = ? AND lead_id = ?", endpoint_id, lead_id);
  }

  noteRepair(endpoint_id: string, at: number): void {
    this.sql.run(
      "INSERT INTO repairs (endpoint_id, at) VALUES (?, ?) ON CONFLICT DO UPDATE SET at = excluded.at",
      endpoint_id,
      at,
    );
  }

  repairedAt(endpoint_id: string): number | null {
    return this.sql.all<{ at: number }>("SELECT at FROM repairs WHERE endpoint_id = ?", endpoint_id)[0]?.at ?? null;
  }

  addMarks({ lead_id, person_marks, past_marks }: Lead): void {
    for (const mark of [...marksOf(person_marks), ...past_marks])
      this.sql.run("INSERT OR IGNORE INTO marks (mark, lead_id) VALUES (?, ?)", mark, lead_id);
  }

  removeMarks({ lead_id, person_marks, past_marks }: Lead): void {
    for (const mark of [...marksOf(person_marks), ...past_marks])
      this.sql.run("DELETE FROM marks WHERE mark = ? AND lead_id = ?", mark, lead_id);
  }

  marked(mark: string): string[] {
    return this.sql
      .all<{ lead_id: string }>("SELECT lead_id FROM marks WHERE mark = ?", mark)
      .map((row) => row.lead_id);
  }

  /** Leads after this id, in order of id. `resting`, `unknown`: only those; else all. */
  page(what: "all" | "resting" | "unknown", after: string, limit: number): Lead[] {
    return this.sql.all<{ body: string }>(PAGES[what], after, limit).map((row) => leadOf(row.body));
  }

  remove(lead: Lead): void {
    for (const alias of lead.aliases) {
      const name = named(lead.publisher_id, alias);
      this.sql.run("DELETE FROM aliases WHERE alias = ? AND lead_id = ?", name, lead.lead_id);
    }
    this.removeAttempts(lead.lead_id);
    this.removeMarks(lead);
    this.sql.run("DELETE FROM leads WHERE lead_id = ?", lead.lead_id);
  }

  hasAttempt(lead_id: string, attempt_id: string): boolean {
    return (
      this.sql.all("SELECT 1 AS one FROM attempts WHERE lead_id = ? AND attempt_id = ?", lead_id, attempt_id).length > 0
    );
  }

  addAttempt(lead_id: string, record: AttemptRecord, at: number, late: boolean): void {
    this.sql.run(
      "INSERT INTO attempts (lead_id, attempt_id, at, late, record) VALUES (?, ?, ?, ?, ?)",
      lead_id,
      record.attempt_id,
      at,
      late ? 1 : 0,
      JSON.stringify(record),
    );
  }

  attemptCount(lead_id: string): number {
    const rows = this.sql.all<{ n: number }>("SELECT count(*) AS n FROM attempts WHERE lead_id = ?", lead_id);
    return rows[0]?.n ?? 0;
  }

  /** In order of arrival. */
  attempts(lead_id: string): AttemptView[] {
    const rows = this.sql.all<{ at: number; late: number; record: string }>(
      "SELECT at, late, record FROM attempts WHERE lead_id = ? ORDER BY at, attempt_id",
      lead_id,
    );
    return rows.map((row) => ({
      ...(JSON.parse(row.record) as AttemptRecord),
      at: row.at,
      late_evidence: row.late === 1,
    }));
  }

  /** Without its sealed request and answer. */
  unsealAttempt(lead_id: string, { at: _at, late_evidence: _late, sealed: _sealed, ...record }: AttemptView): void {
    this.sql.run(
      "UPDATE attempts SET record = ? WHERE lead_id = ? AND attempt_id = ?",
      JSON.stringify(record),
      lead_id,
      record.attempt_id,
    );
  }

  removeAttempts(lead_id: string): void {
    this.sql.run("DELETE FROM attempts WHERE lead_id = ?", lead_id);
  }
}

const COLUMNS = ["auction_id", "state", "closed_at", "unknown_since", "rest_at", "slim"] as const;
type FoundBy = Record<(typeof COLUMNS)[number], string | number | null>;

const PAGES = {
  all: "SELECT body FROM leads WHERE lead_id > ? ORDER BY lead_id LIMIT ?",
  resting:
    "SELECT body FROM leads INDEXED BY leads_resting WHERE rest_at IS NOT NULL AND lead_id > ? ORDER BY lead_id LIMIT ?",
  unknown:
    "SELECT body FROM leads INDEXED BY leads_in_doubt WHERE unknown_since IS NOT NULL AND lead_id > ? ORDER BY lead_id LIMIT ?",
};

export const marksOf = ({ phone, email }: Lead["person_marks"]): string[] =>
  [phone, email].filter((mark) => mark !== undefined);

const parsed = (row: { body: string } | undefined): Lead | null => (row ? leadOf(row.body) : null);

const named = (publisher_id: string, alias: string): string => `${publisher_id} ${alias}`;
