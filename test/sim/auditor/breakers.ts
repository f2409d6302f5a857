import type { Files } from "./files.ts";
import type { Ledger } from "./ledger.ts";
import type { Asked } from "./witness.ts";

/** Failures in a row beyond a breaker's setting until every isolate has told of them and knows it to be open. */
const MARGIN = 20;
const WITHIN_MS = 280_000;
/** Reports, and the ledger's rows, take their time. */
const HEARD_MS = 120_000;

/** An endpoint whose posts fail in a row is left alone: its breaker opens, and the ledger says so. */
export class Breakers {
  /** Of each endpoint: when its failures in a row came. */
  private readonly failing = new Map<string, number[]>();
  private readonly due = new Map<string, { buyer: string; from: number; at: number }>();

  constructor(private readonly files: Files) {}

  asked({ kind, reply, buyer, sent_at, deed, text }: Asked): void {
    if (kind !== "post") return;
    const [address = ""] = text.split(" ");
    const endpoint = `${address}${deed?.key.includes("_x_1_") ? " at its cap" : ""}`;
    const failed = reply.kind !== "answer" || (reply.status === 500 && !reply.half);
    const times = failed ? [...(this.failing.get(endpoint) ?? []), sent_at] : [];
    this.failing.set(endpoint, times);
    const { failures = 10 } = this.files.buyer(buyer).endpoint.breaker ?? {};
    const from = times.at(-(failures + MARGIN));
    if (from !== undefined && sent_at - from < WITHIN_MS) this.due.set(endpoint, { buyer, from, at: sent_at });
  }

  /** At the end of the world. */
  check(ledger: Ledger): void {
    const opened = ledger.rows("breaker_events").filter(({ state, phase }) => state === "open" && phase === "post");
    for (const [endpoint, { buyer, from, at }] of this.due)
      if (
        !opened.some(
          (row) => row.buyer_id === buyer && Number(row.at) > from - HEARD_MS && Number(row.at) < at + HEARD_MS,
        )
      )
        this.files.broken(
          null,
          `the posts to ${endpoint} failed in a row from ${Math.round(from)} on, and its breaker did not open`,
        );
  }
}
