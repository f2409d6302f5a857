import { drive, type Field } from "../pings/measure.ts";
import type { Answer, Contender } from "../pings/plan.ts";
import { median, quantile } from "../shared/stats.ts";

/** What a publisher is promised: the campaign's deadline for pings, ms. */
export const DEADLINE_MS = 1_000;
/** Connections of the generator: more than the gateway lets in at a time. */
const CONNECTIONS = 512;

/** Answers of open-loop turns at one rate. */
export interface Level {
  /** Of the contender's saturation. */
  share: number;
  rate: number;
  answers: number;
  bad: Record<string, number>;
  /** From the last bid's departure to the publisher's answer. Quantiles that too few answers carry are null. */
  added_ms: Quantiles;
  /** From when the ping was to be sent to its answer. */
  took_ms: Quantiles;
}

export interface Quantiles {
  p50: number;
  p99: number | null;
  p999: number | null;
}

export const quantiles = (values: number[]): Quantiles => ({
  p50: median(values),
  p99: values.length >= 200 ? quantile(values, 0.99) : null,
  p999: values.length >= 2_000 ? quantile(values, 0.999) : null,
});

/** Most pings a second that are answered well, closed loop: the saturation. */
export async function saturation(field: Field, one: Contender, n: number, count: number, at_once: number) {
  const { result } = await drive(field, one, n, { count, at_once });
  return { good_per_s: (result.accepted / result.ms) * 1_000, odd: result.odd };
}

/** One open-loop turn. */
export async function arrivals(
  field: Field,
  one: Contender,
  n: number,
  by: { rate: number; ms: number; seed: number },
) {
  const count = Math.max(5, Math.round((by.rate * by.ms) / 1_000));
  const { result, saw } = await drive(field, one, n, { count, at_once: CONNECTIONS, rate: by.rate, seed: by.seed });
  const last = new Map(saw.last);
  const added = result.answers.flatMap(({ mark, at, good }) => {
    const bid = last.get(mark);
    return good && bid !== undefined ? [at - bid] : [];
  });
  return { result, added };
}

export interface Pool {
  answers: Answer[];
  added: number[];
  odd: Record<string, number>;
}

export function levelOf(share: number, rate: number, { answers, added, odd }: Pool): Level {
  const took = answers.filter(({ good }) => good).map(({ at, due }) => at - due);
  return { share, rate, answers: answers.length, bad: odd, added_ms: quantiles(added), took_ms: quantiles(took) };
}

/** How arrivals at twice the saturation fared. */
export interface Overload {
  rate: number;
  answers: number;
  /** Good answers by the deadline, a second of the arrivals. */
  goodput: number;
  /** Beside the maximum of the same round. */
  goodput_share: number;
  refused: number;
  refused_with_retry_after: number;
  refused_ms: Quantiles;
  took_ms: Quantiles;
  /** Answers of any kind after the deadline. */
  late: number;
  /** Neither good nor refused, by status and code. */
  odd: Record<string, number>;
}

/** @param ms of the arrivals @param maximum good answers a second of the closed loop beside it */
export function overloadOf(
  rate: number,
  ms: number,
  maximum: number,
  answers: Answer[],
  odd: Record<string, number>,
): Overload {
  const tookOf = ({ at, due }: Answer) => at - due;
  const good = answers.filter((answer) => answer.good);
  const refused = answers.filter(({ status }) => status === 429);
  const inTime = good.filter((answer) => tookOf(answer) <= DEADLINE_MS);
  const goodput = (inTime.length / ms) * 1_000;
  return {
    ...{ rate, answers: answers.length, goodput, goodput_share: goodput / maximum },
    refused: refused.length,
    refused_with_retry_after: refused.filter(({ retry_after = 0 }) => retry_after > 0).length,
    refused_ms: quantiles(refused.map(tookOf)),
    took_ms: quantiles(good.map(tookOf)),
    late: answers.filter((answer) => tookOf(answer) > DEADLINE_MS).length,
    odd: Object.fromEntries(Object.entries(odd).filter(([kind]) => !kind.startsWith("429"))),
  };
}
