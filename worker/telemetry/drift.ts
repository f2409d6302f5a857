import type { DriftReport, DriftRules, DriftStage, PathCounts, ShapeType } from "../../schema/rpc/drift.ts";
import { reasonText } from "./reason-text.ts";
import { shapeOf } from "./shape.ts";

/** One request and its answer, as the watch sees them. */
export interface Seen {
  buyer_id: string;
  contract_id: string;
  stage: DriftStage;
  endpoint_version: number;
  rules: DriftRules;
  outcome: string;
  status?: number;
  reason?: string;
  /** Only looked at when this one is in the sample. */
  request(): string;
  answer(): string;
  /** Lower-case words of the lead, which must not be remembered: {@link wordsOf}. */
  hidden(): ReadonlySet<string>;
}

/** Documents of one kind that are taken apart between two reports of a contract; all are counted. */
const SAMPLES = 3;
/** Reasons whose text is made plain between two reports. */
const NEW_REASONS = 10;
/** Reasons known as they came, an isolate and contract: most buyers have a dozen. */
const KNOWN_REASONS = 50;
const MOST_CONTRACTS = 5_000;

interface Gathered extends Omit<DriftReport, "shapes"> {
  buyer_id: string;
  shapes: Map<string, { tries: number; samples: number; paths: PathCounts }>;
  new_reasons: number;
}

/**
 * What one isolate saw of the shape of requests and answers, until the next report to the buyer's object. A ping costs a few counts; every
 * now and then one is taken apart.
 */
export class DriftWatch {
  private readonly gathered = new Map<string, Gathered>();
  /** Raw reason to its plain text, by contract. */
  private readonly plain = new Map<string, Map<string, string>>();

  saw(seen: Seen): void {
    const own = this.of(seen);
    if (!own) return;
    count(own.outcomes, seen.outcome);
    if (seen.status !== undefined) count(own.statuses, String(seen.status));
    if (seen.reason !== undefined && seen.reason !== "") this.reason(own, seen, seen.reason);
    this.sample(own, seen, "request", seen.request);
    if (READABLE.has(seen.outcome)) this.sample(own, seen, seen.outcome, seen.answer);
  }

  /** What was seen of a buyer's contracts; taken out. */
  take(buyer_id: string): DriftReport[] {
    const reports: DriftReport[] = [];
    for (const [key, one] of this.gathered) {
      if (one.buyer_id !== buyer_id) continue;
      this.gathered.delete(key);
      const { buyer_id: _b, new_reasons: _n, shapes, ...report } = one;
      const sampled = [...shapes].filter(([, { samples }]) => samples > 0);
      reports.push({ ...report, shapes: sampled.map(([of, { samples, paths }]) => ({ of, samples, paths })) });
    }
    return reports;
  }

  private of({ buyer_id, contract_id, stage, endpoint_version, rules }: Seen): Gathered | null {
    const key = `${contract_id}/${stage}`;
    const known = this.gathered.get(key);
    // A new version of the endpoint begins a new report; what the old one had is little.
    if (known && known.endpoint_version === endpoint_version) return known;
    if (!known && this.gathered.size >= MOST_CONTRACTS) return null;
    const counts = { outcomes: {}, statuses: {}, reasons: {} };
    const fresh = {
      buyer_id,
      contract_id,
      stage,
      endpoint_version,
      rules,
      ...counts,
      shapes: new Map(),
      new_reasons: 0,
    };
    this.gathered.set(key, fresh);
    return fresh;
  }

  private reason(own: Gathered, seen: Seen, raw: string): void {
    const known = this.plain.get(own.contract_id) ?? new Map<string, string>();
    let plain = known.get(raw);
    if (plain === undefined) {
      if (own.new_reasons++ >= NEW_REASONS) return;
      plain = reasonText(raw, seen.hidden());
      if (known.size < KNOWN_REASONS && this.plain.size < MOST_CONTRACTS) {
        known.set(raw, plain);
        this.plain.set(own.contract_id, known);
      }
    }
    if (plain !== "") count(own.reasons, plain);
  }

  private sample(own: Gathered, seen: Seen, of: string, text: () => string): void {
    const shape = own.shapes.get(of) ?? { tries: 0, samples: 0, paths: {} };
    if (shape.tries >= SAMPLES) return;
    own.shapes.set(of, shape);
    shape.tries++;
    const paths = shapeOf(text(), seen.hidden());
    if (!paths) return;
    shape.samples++;
    for (const [path, counts] of Object.entries(paths)) shape.paths[path] = added(shape.paths[path], counts);
  }
}

/** Answers whose shape is the buyer's own; of an error page nothing can be learnt. */
const READABLE: ReadonlySet<string> = new Set(["bid", "no_bid", "accepted", "rejected", "duplicate"]);

function count(counts: Record<string, number>, word: string): void {
  counts[word] = (Object.hasOwn(counts, word) ? (counts[word] ?? 0) : 0) + 1;
}

function added(known: PathCounts[string] = {}, more: PathCounts[string]): PathCounts[string] {
  const sum = { ...known };
  for (const type of Object.keys(more) as ShapeType[]) sum[type] = (sum[type] ?? 0) + (more[type] ?? 0);
  return sum;
}
