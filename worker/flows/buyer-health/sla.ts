import type { SlaLine } from "../../../schema/api/buyer-health.ts";
import type { Sla } from "../../../schema/config/contacts.ts";

export interface Measured {
  ping_p95: number | null;
  post_p95: number | null;
  delivery_success: number | null;
  post_acceptance: number | null;
}

/** What was agreed beside what was measured; only what was agreed. */
export function slaLines(sla: Sla, measured: Measured): SlaLine[] {
  const atMost = (name: SlaLine["name"], agreed: number | undefined, value: number | null) =>
    line(name, agreed, value, (limit, it) => it <= limit);
  const atLeast = (name: SlaLine["name"], agreed: number | undefined, value: number | null) =>
    line(name, agreed, value, (limit, it) => it >= limit);
  return [
    ...atMost("ping_p95_ms", sla.ping_p95_ms, measured.ping_p95),
    ...atMost("post_p95_ms", sla.post_p95_ms, measured.post_p95),
    ...atLeast("delivery_percent", sla.delivery_percent, measured.delivery_success),
    ...atLeast("acceptance_percent", sla.acceptance_percent, measured.post_acceptance),
  ];
}

function line(
  name: SlaLine["name"],
  agreed: number | undefined,
  measured: number | null,
  kept: (agreed: number, measured: number) => boolean,
): SlaLine[] {
  if (agreed === undefined) return [];
  return [{ name, agreed, measured, kept: measured === null ? null : kept(agreed, measured) }];
}
