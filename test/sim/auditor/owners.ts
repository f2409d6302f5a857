import { proofFor } from "./exclusive.ts";
import type { Files, Hold, LeadFile } from "./files.ts";

/** A consumer belongs to one lead at a time, as long as somebody may have that lead: also while it rests. */
export class Owners {
  private byPerson: Map<number, LeadFile[]> | null = null;

  constructor(private readonly files: Files) {}

  /** A place was taken for this lead. */
  held(file: LeadFile): void {
    for (const other of this.of(file.order.person)) {
      if (other === file) continue;
      // An operator that ends it gives its consumer up.
      if (other.verdicts.includes(null)) continue;
      const has = [...other.holds.values()].find((hold) => this.mayHave(other, hold));
      if (has) this.files.broken(file.n, `its consumer is that of lead ${other.n}, which ${has.buyer} has or may have`);
    }
  }

  private mayHave(file: LeadFile, { state, buyer, id }: Hold): boolean {
    if (state === "captured") return true;
    if (state !== "held" && state !== "in_doubt") return false;
    const asked = file.asked.some(({ deed }) => deed?.key === id);
    const proof = asked ? proofFor(this.files, file, buyer) : "no";
    return proof === "unknown" || proof === "yes";
  }

  private of(person: number): readonly LeadFile[] {
    if (!this.byPerson) {
      this.byPerson = new Map();
      for (const file of this.files.all())
        this.byPerson.set(file.order.person, [...(this.byPerson.get(file.order.person) ?? []), file]);
    }
    return this.byPerson.get(person) ?? [];
  }
}
