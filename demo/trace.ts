/** What the demo reads of `GET /v1/admin/leads/:id/trace` and `GET /v1/admin/auctions/:ping_id`. Money: decimal numbers. */
export interface TraceBuyer {
  contract_id: string;
  buyer_id: string;
  asked: boolean;
  outcome: string | null;
  error?: string | null;
  http_status?: number | null;
  ms?: number | null;
  bid?: number | null;
  payout?: number | null;
  rank?: number | null;
  reason?: string | null;
  /** A sentence. */
  why?: string | null;
  post?: { status: string; refusal?: string | null; rounds?: number; attempts?: number } | null;
}
export interface TraceAttempt {
  contract_id: string;
  buyer_id: string;
  round: number;
  attempt: number;
  outcome: string;
  class: string;
  http_status: number | null;
  ms: number;
}
export interface AuctionTrace {
  auction: { ping_id: string | null; took_ms: number; result: string; code?: string | null; price: number } | null;
  buyers: TraceBuyer[];
}
export interface LeadTrace extends AuctionTrace {
  lead: {
    lead_id: string;
    state: string;
    result: string | null;
    code?: string | null;
    price: number;
    payout: number;
    test: boolean;
    risk?: boolean;
  };
  attempts: TraceAttempt[];
  sale: { price: number; payout: number; margin: number } | null;
}
