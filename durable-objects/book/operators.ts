import type {
  EditCommand,
  EditReply,
  ReopenCommand,
  ReopenReply,
  ReturnCommand,
  ReturnReply,
} from "../../schema/rpc/book.ts";
import { refuseReopen, reopenedBy, repairedLead } from "../auction-book-reopen-rules.ts";
import { decideReturn, givenBack } from "../auction-book-return-rules.ts";
import { type BookContext, HEARD_MS } from "./context.ts";
import { leadEvent, saleEvents } from "./events.ts";
import { type Lead, type Step, withStep } from "./lead.ts";
import { hasEnded, rests } from "./lead-state.ts";
import { type LeadTable, marksOf } from "./lead-table.ts";

const CHUNK = 100;
const notFound = { kind: "refused", why: "not_found" } as const;

/** What people and repairs do to a lead after its flow has let it go: set it to work again, mend it, take its sale back. */
export class Operators {
  constructor(
    private readonly book: BookContext,
    private readonly table: LeadTable,
  ) {}

  reopen(command: ReopenCommand): ReopenReply {
    const now = this.book.now();
    return this.book.sql.transaction((): ReopenReply => {
      const lead = this.table.get(command.lead_id);
      const why = refuseReopen(lead, command);
      if (why !== null) return { kind: "refused", why };
      if (!lead) return notFound;
      const detail = { by: command.author, to: command.to.kind, risk: command.accept_risk };
      const { epoch } = this.toWork(lead, reopenedBy(lead, command, now), detail, now);
      return { kind: "reopened", epoch };
    });
  }

  /** Resumes evenly over `over_ms`, so that a repaired endpoint is not flooded. At most `limit`; 0 = nobody waits any more. */
  repaired(endpoint_id: string, over_ms: number, limit: number): number {
    const now = this.book.now();
    return this.book.sql.transaction(() => {
      let done = 0;
      this.table.noteRepair(endpoint_id, now);
      while (done < limit) {
        const ids = this.table.waiting(endpoint_id, Math.min(CHUNK, limit - done));
        if (ids.length === 0) break;
        for (const id of ids) {
          this.table.endWait(endpoint_id, id);
          const lead = this.table.get(id);
          const at = now + HEARD_MS + Math.floor((done * over_ms) / limit);
          const next = lead && repairedLead(lead, endpoint_id, now, at);
          if (!next) continue;
          this.toWork(lead, next, { by: "repair", endpoint: endpoint_id }, now);
          done++;
        }
      }
      return done;
    });
  }

  /** `reopened`: mended, or mended so before. The lead still rests: only a replay sets it to work. */
  edit(command: EditCommand): EditReply {
    const now = this.book.now();
    return this.book.sql.transaction((): EditReply => {
      const lead = this.table.get(command.lead_id);
      if (!lead) return "refused";
      const { sealed, person_marks, consumer_keys = [] } = command;
      if (lead.slim || !rests(lead) || lead.erased_at !== null) {
        this.ownConsumers(lead, consumer_keys, now);
        return "refused";
      }
      if (lead.sealed === sealed) return "reopened";
      if (lead.sealed !== command.was) {
        this.ownConsumers(lead, consumer_keys, now);
        return "changed";
      }
      const keys = [...new Set([...lead.consumer_keys, ...consumer_keys])];
      // What was posted before has the old content: who it was about must still be found.
      const past_marks = [...new Set([...lead.past_marks, ...marksOf(lead.person_marks)])];
      const detail = { by: command.author, fields: command.fields.join(" ") };
      const edited: Lead = { ...lead, sealed, person_marks, past_marks, consumer_keys: keys };
      const saved = this.table.save(withStep(edited, now, "edited", detail), now);
      this.table.addMarks(saved);
      this.book.emit([leadEvent(saved)]);
      return "reopened";
    });
  }

  /** Rows of a consumer that an edit claimed and did not need are settled with the lead's own: nobody else would ever free them. */
  private ownConsumers(lead: Lead, keys: string[], now: number): void {
    const fresh = keys.filter((key) => !lead.consumer_keys.includes(key));
    if (fresh.length === 0) return;
    if (!hasEnded(lead)) this.table.save({ ...lead, consumer_keys: [...lead.consumer_keys, ...fresh] }, now);
    else for (const key of fresh) this.book.due.put("consumer", `${lead.lead_id} ${key}`, now);
  }

  returned(command: ReturnCommand): ReturnReply {
    const now = this.book.now();
    return this.book.sql.transaction((): ReturnReply => {
      const lead = this.table.get(command.lead_id);
      const decision = decideReturn(lead, command);
      if (decision.kind === "refused") return decision;
      if (!lead) return notFound;
      if (decision.kind === "repeated") return { kind: "returned", reopened: decision.reopened };
      const { sale, reopen } = decision;
      const next = givenBack(lead, sale, command.refund_id, reopen, now);
      const detail = { by: command.author, reservation: sale.reservation_id, refund: command.refund_id, reopen };
      const saved = this.table.save(withStep(next, now, "returned", detail), now);
      const past = saved.past_sales.at(-1);
      // Of a slim lead D1 has more than the book: its own row stays, its sale's says what happened.
      this.book.emit([...(past ? saleEvents(saved, past) : []), ...(saved.slim ? [] : [leadEvent(saved)])]);
      if (reopen) this.book.due.put("sweep", saved.lead_id, now);
      else this.book.consumersDueNow(saved);
      return { kind: "returned", reopened: reopen };
    });
  }

  private toWork(lead: Lead, next: Lead, detail: Step["detail"], now: number): Lead {
    for (const { endpoint_id, status } of lead.plan)
      if (status === "set_up_error") this.table.endWait(endpoint_id, lead.lead_id);
    const saved = this.table.save(withStep(next, now, "reopened", detail), now);
    this.book.emit([leadEvent(saved)]);
    this.book.due.put("sweep", saved.lead_id, saved.resume_at ?? now);
    return saved;
  }
}
