import type { Cap } from "../../../schema/config/buyer.ts";
import type { AccountView, ReserveCommand, ReserveReply } from "../../../schema/rpc/account.ts";
import { ZONES } from "../world/setup.ts";
import { type Files, type Hold, units } from "./files.ts";
import { HOUR_MS, windowOf } from "./windows.ts";

/** A place under a cap is taken by who may have a lead, and by nobody else: what an account counts, an auditor counts too. */
export class Places {
  constructor(
    private readonly files: Files,
    private readonly holds: ReadonlyMap<string, Hold>,
  ) {}

  reserved({ lead_id, terms, amount, source }: ReserveCommand, reply: ReserveReply): void {
    const { contract_id } = terms.contract;
    const contract = this.files.contract(contract_id);
    const n = this.files.byLeadId(lead_id)?.n ?? null;
    if (reply.kind === "held" && reply.probe && !contract.probe_with_lead)
      this.files.broken(n, `${contract_id}: its lead tries an open breaker, which the contract does not allow`);
    if (reply.kind !== "refused" || reply.code !== "cap_reached") return;
    if (!(contract.caps ?? []).some((cap) => this.isFull(contract_id, cap, source, amount)))
      this.files.broken(n, `${contract_id}: refused for its cap, and no cap of it was full`);
  }

  /** At the end of a world only the windows without an end are left. */
  checkTotals({ caps }: AccountView): void {
    for (const { contract_id, cap, source, used_count } of caps) {
      if (cap.per !== "total") continue;
      const taken = this.of(contract_id, source, (hold) => hold.state !== "released");
      const least = taken.filter((hold) => hold.state !== "refunded").length;
      if (used_count < least || used_count > taken.length)
        this.files.broken(null, `${contract_id}: ${used_count} places are taken, and ${least} leads took one`);
    }
  }

  private isFull(
    contract_id: string,
    cap: Pick<Cap, "per"> & { count?: number; money?: unknown; source?: string },
    source: string,
    amount: number,
  ): boolean {
    if (cap.source !== undefined && cap.source !== "*" && cap.source !== source) return false;
    const now = this.files.now();
    const offset = (ZONES[this.files.contract(contract_id).time_zone ?? "UTC"] ?? 0) * HOUR_MS;
    const window = windowOf(cap.per, now, offset);
    if (window === null) return true;
    const inside = this.of(contract_id, cap.source === undefined ? null : source, (hold) => {
      const its = windowOf(cap.per, hold.at, offset);
      return hold.state !== "released" && (its === null || its === window);
    });
    const money = inside.reduce((sum, hold) => sum + (hold.price ?? hold.amount), 0);
    const counted = cap.count !== undefined && inside.length >= cap.count;
    return counted || (cap.money !== undefined && money + amount > units(Number(cap.money)));
  }

  private of(contract_id: string, source: string | null, where: (hold: Hold) => boolean): Hold[] {
    return [...this.holds.values()].filter(
      (hold) => hold.contract === contract_id && (source === null || hold.source === source) && where(hold),
    );
  }
}
