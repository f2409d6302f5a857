import type { BookContext } from "./context.ts";

/** The newest configuration snapshot that an isolate left here, for cold isolates while D1 is away. */
export class Snapshots {
  constructor(private readonly book: BookContext) {}

  seq(): number {
    return this.book.sql.all<{ seq: number | null }>("SELECT max(seq) AS seq FROM snapshots")[0]?.seq ?? 0;
  }

  get(): { seq: number; at: number; parts: string[] } | null {
    const seq = this.seq();
    const rows = this.book.sql.all<{ at: number; body: string }>(
      "SELECT at, body FROM snapshots WHERE seq = ? ORDER BY part",
      seq,
    );
    const first = rows[0];
    return first ? { seq, at: first.at, parts: rows.map((row) => row.body) } : null;
  }

  /** A row a part (a row ends at 2 MB, the caller cuts). An older one than is here is ignored; the same one renews its time. */
  keep(seq: number, parts: string[]): void {
    const now = this.book.now();
    this.book.sql.transaction(() => {
      if (seq < this.seq()) return;
      this.book.sql.run("DELETE FROM snapshots");
      parts.forEach((body, part) => {
        this.book.sql.run("INSERT INTO snapshots (seq, part, at, body) VALUES (?, ?, ?, ?)", seq, part, now, body);
      });
    });
  }
}
