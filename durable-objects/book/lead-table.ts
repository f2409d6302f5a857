import type { AttemptRecord, AttemptView } from "../../schema/rpc/book.ts";
import type { Sql } from "../sql.ts";
import type { Lead } from "./lead.ts";

/** Leads, their other names and their attempts, as rows. No rules here. */
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

  insert(lead: Lead): Lead {
    const { lead_id, ping_id, auction_id } = lead;
    this.sql.run(
      "INSERT INTO leads (lead_id, ping_id, auction_id, state, closed_at, unknown_since, slim, body) VALUES (?, ?, ?, ?, NULL, NULL, 0, ?)",
      lead_id,
      ping_id,
      auction_id,
      lead.state,
      JSON.stringify(lead),
    );
    this.addAliases(lead, lead.aliases);
    return lead;
  }

  /** Writes the lead's new state; returns it as written. */
  save(changed: Lead, now: number): Lead {
    const ended = changed.state === "sold" || changed.state === "unsold";
    const unknown = !ended && changed.plan.some((bidder) => bidder.status === "unknown");
    const lead: Lead = { ...changed, updated_at: now, unknown_since: unknown ? (changed.unknown_since ?? now) : null };
    this.sql.run(
      "UPDATE leads SET auction_id = ?, state = ?, closed_at = ?, unknown_since = ?, slim = ?, body = ? WHERE lead_id = ?",
      lead.auction_id,
      lead.state,
      lead.closed_at,
      lead.unknown_since,
      lead.slim ? 1 : 0,
      JSON.stringify(lead),
      lead.lead_id,
    );
    return lead;
  }

  remove(lead: Lead): void {
    for (const alias of lead.aliases) {
      const name = named(lead.publisher_id, alias);
      this.sql.run("DELETE FROM aliases WHERE alias = ? AND lead_id = ?", name, lead.lead_id);
    }
    this.removeAttempts(lead.lead_id);
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

  removeAttempts(lead_id: string): void {
    this.sql.run("DELETE FROM attempts WHERE lead_id = ?", lead_id);
  }
}

const parsed = (row: { body: string } | undefined): Lead | null => (row ? (JSON.parse(row.body) as Lead) : null);

const named = (publisher_id: string, alias: string): string => `${publisher_id} ${alias}`;
