import type { ReserveCommand, ReserveReply } from "../../../schema/rpc/account.ts";
import type { LeadStory } from "../../../schema/rpc/book.ts";
import { UNREACHED } from "../platform/objects.ts";
import { proofFor } from "./exclusive.ts";
import type { Files, LeadFile } from "./files.ts";
import type { Asked } from "./witness.ts";

/** Clocks and the network between them differ by so much (ms). */
const SLACK_MS = 1_500;

/** Nothing comes before its time: what a buyer asked to wait for, a better bidder that can still be asked, a doubt before a further auction. */
export class Waits {
  /** Auctions whose pings left while somebody might have had the lead, with who that was. */
  private readonly hasty = new Map<string, string>();
  /** Times of refused reservations, by lead and buyer. */
  private readonly refusals = new Map<string, number[]>();
  /** How often each reservation was asked for: once for each request of its round, also for those that were lost with their worker. */
  private readonly begun = new Map<string, number>();

  constructor(
    private readonly files: Files,
    /** Neither objects nor the queue fail in this world: what a worker has heard is kept. */
    private readonly steady: boolean,
  ) {}

  /** Before the request is filed. */
  asked({ kind, n, text }: Asked): void {
    if (kind !== "ping" || n < 0) return;
    const file = this.files.of(n);
    const ping_id = /"ping":"(\w+)"/.exec(text)?.[1];
    if (file.asked.length === 0 || ping_id === undefined || this.hasty.has(ping_id)) return;
    if (file.orders.some(({ accept_risk }) => accept_risk)) return;
    const doubtful = [...new Set(file.asked.map(({ buyer }) => buyer))].find(
      (buyer) => proofFor(this.files, file, buyer) === "unknown",
    );
    if (doubtful !== undefined) this.hasty.set(ping_id, doubtful);
  }

  reserved(buyer: string, command: ReserveCommand, reply: ReserveReply | typeof UNREACHED): void {
    const { lead_id, reservation_id } = command;
    this.begun.set(reservation_id, (this.begun.get(reservation_id) ?? 0) + 1);
    if (reply !== UNREACHED && reply.kind !== "refused") return;
    const key = `${lead_id}/${buyer}`;
    this.refusals.set(key, [...(this.refusals.get(key) ?? []), this.files.now()]);
  }

  /** At the end of the world. `ranked`: the buyers of its first auction, best first. */
  check(file: LeadFile, { lead, steps }: LeadStory, ranked: readonly string[]): void {
    for (const { step, detail } of steps) {
      const doubtful = step === "re_auctioned" ? this.hasty.get(String(detail.auction)) : undefined;
      if (doubtful !== undefined)
        this.files.broken(file.n, `a further auction while it was unknown whether ${doubtful} has the lead`);
    }
    const meddled = file.orders.length > 0 || file.verdicts.length > 0 || file.returning.size > 0;
    if (meddled) return;
    if (this.steady && file.disturbed === 0) this.checkPauses(file);
    if (file.mode === "pending") this.checkTurns(file, lead.lead_id, ranked);
  }

  /** Nobody is asked before the time that it named itself. */
  private checkPauses(file: LeadFile): void {
    for (const [i, { buyer, kind, kept, sent_at, reply }] of file.asked.entries()) {
      const next = file.asked.slice(i + 1).find((other) => other.buyer === buyer);
      if (!next || next.kind !== kind || !kept || reply.kind !== "answer") continue;
      const named_s = Number(reply.headers?.["retry-after"] ?? 0);
      const waited = next.sent_at - sent_at - reply.after_ms;
      if (waited < named_s * 1_000 - SLACK_MS)
        this.files.broken(file.n, `${buyer} said "in ${named_s} s" and was asked again after ${Math.round(waited)} ms`);
    }
  }

  /** A publisher that waits keeps its better buyer, which said "not now" and may be asked again. */
  private checkTurns(file: LeadFile, lead_id: string, ranked: readonly string[]): void {
    if (this.files.setUp.campaign.on_not_taken !== "same_buyer") return;
    for (const [i, post] of file.asked.entries()) {
      const place = ranked.indexOf(post.buyer);
      if (post.kind !== "post" || place < 0) continue;
      for (const better of ranked.slice(0, place)) {
        const before = file.asked.slice(0, i).filter(({ buyer }) => buyer === better);
        const last = before.at(-1);
        if (!last || !this.waits(better, before, last)) continue;
        // A worker that stood still had a later round in its hand, and came too late to send anything.
        const later = [...file.holds.values()].some(
          ({ buyer, at }) => buyer === better && at > last.sent_at && at < post.sent_at,
        );
        if (later) continue;
        const refused = this.refusals.get(`${lead_id}/${better}`)?.some((at) => at > last.sent_at && at < post.sent_at);
        if (!refused)
          this.files.broken(file.n, `a post to ${post.buyer} while ${better}, who bid more, was to be asked again`);
      }
    }
  }

  /**
   * Its last request, the only one of its round, was answered "not now", and its contract has a round left. An earlier one that may
   * have left with a lost worker keeps the round in doubt, which `on_unknown` ends.
   */
  private waits(buyer: string, before: readonly Asked[], last: Asked): boolean {
    const { contract, endpoint } = this.files.buyer(buyer);
    const key = last.deed?.key ?? "";
    const [, contract_id, round] = /_(\w+)_1_(\d+)$/.exec(key.slice(key.indexOf("_"))) ?? [];
    const alone = before.filter(({ deed }) => deed?.key === key).length === 1 && this.begun.get(key) === 1;
    const busy =
      last.reply.kind === "answer" && last.reply.status === 503 && endpoint.dialect.post.answer?.rules?.length === 1;
    const notNow = busy || (last.reply.kind === "answer" && last.reply.status === 429);
    const left = Number(round) < (contract.retry?.attempts ?? 6);
    return last.kind === "post" && last.kept && alone && notNow && left && contract_id === contract.id;
  }
}
