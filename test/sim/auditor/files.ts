import type { PingResult, PostAnswer, PostResult } from "../../../worker/flows/answers.ts";
import type { SimBuyer } from "../world/buyer.ts";
import type { Order } from "../world/publishers.ts";
import type { BuyerSetUp, WorldSetUp } from "../world/setup.ts";
import type { Asked, Word } from "./witness.ts";

/** One reservation, as its calls and their effects tell. Amounts in 1/10,000. */
export interface Hold {
  id: string;
  lead_id: string;
  buyer: string;
  contract: string;
  source: string;
  amount: number;
  price: number | null;
  state: "held" | "in_doubt" | "captured" | "released" | "refunded";
  /** When it was first held, and last given back. */
  at: number;
  released_at: number | null;
  charged_at: number | null;
  /** It was to be given back, and its account was out of reach: it ends by itself, with its doubt. */
  unreached?: boolean;
}

/** Everything that an auditor knows of one lead. */
export interface LeadFile {
  n: number;
  order: Order;
  mode: "final" | "pending";
  risk_rule: "rejected" | "accepted";
  /** The least that a post of its ping may bring the publisher; null = none was promised. */
  promise: number | null;
  ping: PingResult | null;
  told: { call: number; answer: PostAnswer; at: number }[];
  /** The first answer that is not "pending". */
  bound: { answer: PostResult; at: number } | null;
  /** Posts and status calls, in order of their arrival. */
  asked: Asked[];
  holds: Map<string, Hold>;
  /** Buyers whose account was asked for a reservation, whatever came of it, and when first. */
  tried: Map<string, number>;
  lead_ids: Set<string>;
  postbacks: string[];
  /** How often a worker died or stood still while it had this lead: what it had sent nobody else can know. */
  disturbed: number;
  /** What its buyers said by their own calls, and of what operators were told to look at it. */
  words: (Word & { at: number })[];
  alerts: Set<string>;
  /** Operators' deeds: sales to be taken back, by key; ends (null = unsold, else the contract); orders to work on it again. */
  returning: Set<string>;
  verdicts: (string | null)[];
  orders: Reopening[];
  /** Its book has fixed "accepted" as the answer, whether or not the publisher has heard it yet. */
  paid: boolean;
}

/** An operator's order to ask again, as the book took it. `contract`: whom, at which price (1/10,000). */
export interface Reopening {
  at: number;
  to: string;
  accept_risk: boolean;
  contract: { contract_id: string; price: number } | null;
}

/** What the auditor may know beside what it sees: the configuration, and the buyers' own books. */
export class Files {
  private readonly files = new Map<number, LeadFile>();
  private readonly byLead = new Map<string, LeadFile>();
  readonly buyers = new Map<string, BuyerSetUp>();
  /** When the buyer's endpoints were last repaired. */
  readonly repairs = new Map<string, number>();

  constructor(
    readonly setUp: WorldSetUp,
    readonly truth: ReadonlyMap<string, SimBuyer>,
    readonly now: () => number,
    /** A guarantee is broken: the lead's number (null: none) and the sentence that says how. */
    readonly broken: (n: number | null, sentence: string) => void,
  ) {
    for (const buyer of setUp.buyers) this.buyers.set(buyer.id, buyer);
  }

  open(order: Order): void {
    const { n } = order;
    const publisher = this.setUp.publishers.find((p) => p.id === order.publisher);
    this.files.set(n, {
      n,
      order,
      mode: publisher?.mode ?? "final",
      risk_rule: publisher?.risk_rule ?? "rejected",
      promise: null,
      ping: null,
      told: [],
      bound: null,
      asked: [],
      holds: new Map(),
      tried: new Map(),
      lead_ids: new Set(),
      postbacks: [],
      disturbed: 0,
      words: [],
      alerts: new Set(),
      returning: new Set(),
      verdicts: [],
      orders: [],
      paid: false,
    });
  }

  of(n: number): LeadFile {
    const file = this.files.get(n);
    if (!file) throw new Error(`nobody sent a lead ${n}`);
    return file;
  }

  all(): LeadFile[] {
    return [...this.files.values()];
  }

  /** Links the gateway's name of a lead to the publisher's; one lead must not get two names. */
  name(n: number, lead_id: string): void {
    if (lead_id === "" || this.byLead.has(lead_id)) return;
    const file = this.of(n);
    file.lead_ids.add(lead_id);
    this.byLead.set(lead_id, file);
    if (file.lead_ids.size > 1)
      this.broken(n, `one lead of the publisher became two: ${[...file.lead_ids].join(", ")}`);
  }

  byLeadId(lead_id: string): LeadFile | undefined {
    return this.byLead.get(lead_id);
  }

  buyer(id: string): BuyerSetUp {
    const buyer = this.buyers.get(id);
    if (!buyer) throw new Error(`no such buyer: ${id}`);
    return buyer;
  }

  /** By its id: a buyer's own, or the one that takes over at its cap. */
  contract(id: string): BuyerSetUp["contract"] {
    for (const { contract, overflow } of this.buyers.values()) {
      if (contract.id === id) return contract;
      if (overflow?.contract.id === id) return overflow.contract;
    }
    throw new Error(`no such contract: ${id}`);
  }

  /** Is it a contract of this buyer? */
  isOf(buyer: string, contract_id: string | undefined): boolean {
    return contract_id !== undefined && this.contract(contract_id).buyer_id === buyer;
  }

  keeps(buyer: string, n: number): boolean {
    return this.truth.get(buyer)?.keeps.has(n) ?? false;
  }
}

/** Wire amounts as the gateway counts: 1/10,000. */
export const units = (wire: number): number => Math.round(wire * 10_000);
