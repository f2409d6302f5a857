import type { Cap } from "../../../schema/config/buyer.ts";
import type { AccountView, ReserveCommand, ReserveReply } from "../../../schema/rpc/account.ts";
import { ZONES } from "../world/setup.ts";
import { type Files, type Hold, units } from "./files.ts";
import { HOUR_MS, SKEW_MS, windowOf } from "./windows.ts";

/** A hold that nobody settles becomes a doubt after this. */
const HOLD_MS = 60_000;

/** A place under a cap is taken by who may have a lead, and by nobody else: what an account counts, an auditor counts too. */
export class Places {
  /** Who tries the breaker of an endpoint, since when. */
  private readonly trying = new Map<string, { reservation_id: string; at: number }>();

  constructor(
    private readonly files: Files,
    private readonly holds: ReadonlyMap<string, Hold>,
  ) {}

  reserved({ reservation_id, lead_id, terms, amount, source }: ReserveCommand, reply: ReserveReply): void {
    const { contract_id } = terms.contract;
    const contract = this.files.contract(contract_id);
    const n = this.files.byLeadId(lead_id)?.n ?? null;
    if (reply.kind === "held" && reply.probe && !contract.probe_with_lead)
      this.files.broken(n, `${contract_id}: its lead tries an open breaker, which the contract does not allow`);
    if (reply.kind === "held") this.triedBy(terms.endpoint.endpoint_id, reservation_id, reply.probe, n);
    if (reply.kind === "refused" && reply.code === "paced" && !this.isPaced(contract_id))
      this.files.broken(n, `${contract_id}: refused for its pace, and no lead was taken lately`);
    if (reply.kind !== "refused" || reply.code !== "cap_reached") return;
    if (!(contract.caps ?? []).some((cap) => this.isFull(contract_id, cap, source, amount)))
      this.files.broken(n, `${contract_id}: refused for its cap, and no cap of it was full`);
  }

  /** One lead at a time tries an open breaker: until its answer is settled, or its hold has become a doubt. */
  private triedBy(endpoint_id: string, reservation_id: string, probe: boolean, n: number | null): void {
    const now = this.files.now();
    const other = this.trying.get(endpoint_id);
    // Its try has ended: it is asked again as one in doubt, not as the probe.
    if (!probe && other?.reservation_id === reservation_id) this.trying.delete(endpoint_id);
    if (!probe) return;
    this.trying.set(endpoint_id, { reservation_id, at: now });
    if (!other || other.reservation_id === reservation_id || now - other.at > HOLD_MS - SKEW_MS) return;
    if (this.holds.get(other.reservation_id)?.state === "held")
      this.files.broken(n, `${reservation_id} tries the breaker of ${endpoint_id} beside ${other.reservation_id}`);
  }

  private isPaced(contract_id: string): boolean {
    const { pacing } = this.files.contract(contract_id);
    const span = Math.max((pacing?.min_interval_s ?? 0) * 1_000, (pacing?.minutes ?? 0) * 60_000) + 2 * SKEW_MS;
    const now = this.files.now();
    return this.of(contract_id, null, ({ state, at }) => state !== "released" && at > now - span).length > 0;
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
