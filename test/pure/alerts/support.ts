import { type AlertChannel, alertChannelSchema, alertingSchema } from "../../../schema/config/alerting.ts";
import type { AttemptClass } from "../../../schema/lists.ts";
import type { Finding } from "../../../schema/rpc/alerts.ts";
import { type Policy, policyOf } from "../../../worker/alerts/policy.ts";
import { counted, type PostSeen, type PostWindow } from "../../../worker/alerts/windows.ts";

/** 2026-11-20T15:00:00Z, a full minute. */
export const NOW = Date.UTC(2026, 10, 20, 15);
export const MINUTE = 60_000;
export const HOUR = 3_600_000;

export const policy = (...records: object[]): Policy => policyOf(records.map((record) => alertingSchema.parse(record)));
export const channel = (more: object = {}): AlertChannel =>
  alertChannelSchema.parse({ id: "ops", name: "Operators", type: "slack", hook_url_sealed: "x", ...more });

export const finding = (more: Partial<Finding> = {}): Finding => ({
  kind: "success_low",
  subject: "contract:acme_auto",
  part: "",
  buyer_id: "acme",
  severity: "warning",
  scope: "posts",
  message: "94 %",
  figures: { rate: 94 },
  ...more,
});

export const post = (of: AttemptClass, at: number, more: Partial<PostSeen> = {}): PostSeen => ({
  at,
  contract_id: "acme_auto",
  buyer_id: "acme",
  endpoint_id: "acme_http",
  outcome: of === "ok" ? "accepted" : of === "rejected" ? "rejected" : "unknown",
  class: of,
  ms: 300,
  ...more,
});

/** So many posts of a class, one a second, ending `ago` ms before now. */
export const posts = (count: number, of: AttemptClass, ago = MINUTE, more: Partial<PostSeen> = {}): PostSeen[] =>
  Array.from({ length: count }, (_, n) => post(of, NOW - ago - n * 1_000, more));

export function windowOf(seen: PostSeen[], now = NOW): PostWindow {
  const window = counted(new Map(), seen, () => 5_000, now).get("acme_auto");
  if (!window) throw new Error("no post was counted");
  return window;
}
