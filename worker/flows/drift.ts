import type { Contract } from "../../schema/config/buyer.ts";
import type { DialResult } from "../../schema/rpc/dialer.ts";
import type { DriftRules } from "../../schema/rpc/drift.ts";
import type { CompiledContract } from "../auction/compiled.ts";
import type { AttemptResult } from "../buyers/channel.ts";
import type { BuildResult } from "../buyers/dialect.ts";
import type { PingReading } from "../buyers/read-ping.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { wordsOf } from "../telemetry/reason-text.ts";

const HOUR_MS = 3_600_000;

export const driftRules = ({ drift }: Pick<Contract, "drift">): DriftRules => ({
  learn_answers: drift.learn_answers,
  learn_ms: drift.learn_hours * HOUR_MS,
  drop_percent: drift.drop_percent,
});

const of = (contract: CompiledContract) => ({
  buyer_id: contract.buyer.id,
  contract_id: contract.config.id,
  endpoint_version: contract.endpoint_version,
  rules: driftRules(contract.config),
});

/** Notes how the buyers' answers to a ping looked. What never came has no shape, and is the breaker's to count. */
export function watchPings(
  g: Gateway,
  readings: ({ contract: CompiledContract } & PingReading)[],
  calls: { request: BuildResult }[],
  results: DialResult[],
  facts: Record<string, unknown>,
): void {
  for (const [i, reading] of readings.entries())
    watchPing(g, reading.contract, reading, calls[i]?.request, results[i], facts);
}

function watchPing(
  g: Gateway,
  contract: CompiledContract,
  { outcome, error, http_status, reason }: PingReading,
  sent: BuildResult | undefined,
  result: DialResult | undefined,
  facts: Record<string, unknown>,
): void {
  if (!contract.config.drift.watch || http_status === undefined || result?.kind !== "answer") return;
  g.isolate.drift.saw({
    ...of(contract),
    stage: "ping",
    outcome: outcome === "error" ? (error ?? "error") : outcome,
    status: http_status,
    reason,
    request: () => (sent?.ok ? (sent.request.body ?? "") : ""),
    answer: () => result.body,
    hidden: () => wordsOf(Object.values(facts)),
  });
}

/** The same for a post. Its record has head, headers and, after an empty line, the body. */
export function watchPost(
  g: Gateway,
  contract: CompiledContract,
  result: AttemptResult,
  lead: Record<string, unknown>,
): void {
  const { outcome, class: cls, http_status, reason } = result;
  if (!contract.config.drift.watch || http_status === null) return;
  const readable = outcome === "accepted" || outcome === "rejected" || outcome === "duplicate";
  g.isolate.drift.saw({
    ...of(contract),
    stage: "post",
    outcome: readable ? outcome : cls,
    status: http_status,
    reason,
    request: () => bodyOf(result.request),
    answer: () => bodyOf(result.answer),
    hidden: () => wordsOf(Object.values(lead)),
  });
}

const bodyOf = (record: string): string => {
  const at = record.indexOf("\n\n");
  return at < 0 ? "" : record.slice(at + 2);
};
