import type { RecordKind } from "../kinds.ts";

/** Kinds in an order in which each stands on earlier ones only (contracts may name each other). */
export const TRANSFER_KINDS = [
  "campaign",
  "publisher",
  "buyer",
  "endpoint",
  "contract",
  "form",
  "inbound",
  "alerting",
  "alert_channel",
  "synthetic",
] as const satisfies RecordKind[];
