/**
 * What happened in a world, line by line, with a running hash: two runs of one seed must have the same. Lines of a lead are kept until
 * the world ends, so that a violation can be told with its story.
 */
export class Journal {
  private state = 0x811c9dc5;
  private lines = 0;
  private readonly byLead = new Map<number, string[]>();

  constructor(
    private readonly now: () => number,
    private readonly print: ((line: string) => void) | null,
  ) {}

  /** `lead`: the publisher's number of it; null = it concerns the world. Nothing personal. */
  write(lead: number | null, text: string): void {
    const line = `${this.now()} ${lead === null ? "-" : `n${lead}`} ${text}`;
    let h = this.state;
    for (let i = 0; i < line.length; i++) h = Math.imul(h ^ line.charCodeAt(i), 0x01000193);
    this.state = h >>> 0;
    this.lines++;
    this.print?.(line);
    if (lead === null) return;
    const known = this.byLead.get(lead);
    if (known) known.push(line);
    else this.byLead.set(lead, [line]);
  }

  of(lead: number): string[] {
    return this.byLead.get(lead) ?? [];
  }

  hash(): string {
    return `${this.state.toString(16).padStart(8, "0")}-${this.lines}`;
  }
}

/** A named number of times that something was injected or came about. */
export class Tally {
  readonly counts: Record<string, number> = {};

  add(name: string, by = 1): void {
    this.counts[name] = (this.counts[name] ?? 0) + by;
  }
}
