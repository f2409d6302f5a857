import { createHmac, timingSafeEqual } from "node:crypto";

/** What a buyer answers, before any fault has its way with it. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string;
}
/** One request as it came. `body` is the JSON object, or null where it is none. */
export interface Asked {
  phase: "ping" | "post" | "status";
  headers: Record<string, string | undefined>;
  raw: string;
  body: Record<string, unknown> | null;
  /** Of the query: `status?order=…`. */
  order: string;
}
/** A lead that was accepted. The kit sends made-up people only, so it is kept as it came. */
export interface Kept {
  lead_id: string;
  order: string;
  key: string | null;
  price: number;
  body: Record<string, unknown>;
  /** Epoch ms. */
  at: number;
}
/** Duties that a fault takes from the buyer. */
export const DUTIES = ["key", "signature", "checks", "orders", "consumers", "special"] as const;
export type Duty = (typeof DUTIES)[number];

export interface BuyerOptions {
  api_key: string;
  signing_key: string;
  now(): number;
}

/** ZIPs by which a caller chooses the outcome, as buyers' test systems have them. */
export const NO_BID_ZIP = "99999";
export const REJECT_ZIP = "99998";
const PRICE = 12.5;
const MAX_TEXT = 5_000;

const json = (status: number, body: Record<string, unknown>): Answer => ({
  status,
  headers: { "content-type": "application/json; charset=utf-8" },
  body: JSON.stringify(body),
});

/** A buyer's system that does everything right, but for the duties that it is told to leave. */
export class Buyer {
  readonly kept: Kept[] = [];
  readonly counts = { ping: 0, post: 0, status: 0 };
  private readonly options: BuyerOptions;

  constructor(options: BuyerOptions) {
    this.options = options;
  }

  answer(asked: Asked, left: ReadonlySet<Duty>): Answer {
    this.counts[asked.phase]++;
    if (!left.has("key") && asked.headers["x-api-key"] !== this.options.api_key)
      return json(401, { status: "error", message: "wrong key" });
    if (asked.phase === "status") return this.state(asked.order);
    if (!asked.body) return left.has("checks") ? json(200, { status: "accepted" }) : this.unreadable();
    if (left.has("special") && /[^\x20-\x7e]|['"<>&].*['"<>&]/.test(Object.values(asked.body).join(" ")))
      return { status: 500, headers: { "content-type": "text/plain" }, body: "database error near '" };
    return asked.phase === "ping" ? this.bid(asked.body, left) : this.take(asked, asked.body, left);
  }

  forget(): void {
    this.kept.length = 0;
    Object.assign(this.counts, { ping: 0, post: 0, status: 0 });
  }

  private unreadable(): Answer {
    return json(400, { status: "error", message: "the body must be a JSON object" });
  }

  private bid(body: Record<string, unknown>, left: ReadonlySet<Duty>): Answer {
    const errors = left.has("checks") ? [] : wrongIn(body, ["zip"]);
    if (errors.length > 0) return json(422, { status: "error", errors });
    if (body.zip === NO_BID_ZIP) return json(200, { status: "no_bid", reason: "outside our area" });
    return json(200, { status: "bid", bid: PRICE, ref: `r${this.counts.ping}`, expires_in: 120 });
  }

  private take(asked: Asked, body: Record<string, unknown>, left: ReadonlySet<Duty>): Answer {
    if (!left.has("signature") && !this.signed(asked))
      return json(401, { status: "error", message: "wrong signature" });
    const errors = left.has("checks") ? [] : wrongIn(body, ["order", "first_name", "last_name", "phone", "zip"]);
    if (errors.length > 0) return json(422, { status: "error", errors });
    if (body.zip === REJECT_ZIP) return json(200, { status: "rejected", reason: "outside our area" });
    const order = String(body.order ?? "");
    const again = left.has("orders") ? undefined : this.kept.find((lead) => lead.order === order);
    if (again) return json(200, { status: "accepted", lead_id: again.lead_id, price: again.price });
    const same = left.has("consumers") ? undefined : this.kept.find((lead) => lead.body.phone === body.phone);
    if (same) return json(200, { status: "duplicate", lead_id: same.lead_id, reason: "we have this consumer" });
    const lead_id = `L${this.kept.length + 1}`;
    const key = asked.headers["idempotency-key"] ?? null;
    this.kept.push({ lead_id, order, key, price: PRICE, body, at: this.options.now() });
    return json(200, { status: "accepted", lead_id, price: PRICE });
  }

  private state(order: string): Answer {
    const lead = this.kept.find((one) => one.order === order);
    return json(200, lead ? { status: "accepted", lead_id: lead.lead_id } : { status: "not_found" });
  }

  /** `X-Signature: sha256=<hex>` over the body as sent. */
  private signed({ headers, raw }: Asked): boolean {
    const given = Buffer.from(headers["x-signature"] ?? "");
    const due = Buffer.from(`sha256=${createHmac("sha256", this.options.signing_key).update(raw).digest("hex")}`);
    return given.length === due.length && timingSafeEqual(given, due);
  }
}

function wrongIn(body: Record<string, unknown>, needed: string[]): { field: string; message: string }[] {
  const missing = needed.filter((name) => typeof body[name] !== "string" || body[name] === "");
  const errors = missing.map((field) => ({ field, message: "is required, as text" }));
  if (typeof body.zip === "string" && !/^\d{5}$/.test(body.zip))
    errors.push({ field: "zip", message: "must be 5 digits" });
  for (const [field, value] of Object.entries(body))
    if (typeof value === "string" && value.length > MAX_TEXT) errors.push({ field, message: "is too long" });
  return errors;
}
