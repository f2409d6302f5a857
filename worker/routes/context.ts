import type { StatusAnswer } from "../../schema/api/status.ts";
import type { Inbound } from "../../schema/config/inbound.ts";
import type { Form, Publisher, PublisherKey } from "../../schema/config/publisher.ts";
import type { CompiledCampaign } from "../auction/compiled.ts";
import type { LeadInput, LeadStateAnswer, PingAnswer, PingInput, PostAnswer, PostInput } from "../flows/answers.ts";
import type { Log } from "../telemetry/log.ts";

/** What the public routes look up; `Snapshot` implements it. */
export interface SnapshotView {
  /** `hash`: SHA-256 of the key, lower-case hex. */
  keyByHash(hash: string): PublisherKey | undefined;
  publisher(id: string): Publisher | undefined;
  campaign(id: string): CompiledCampaign | undefined;
  campaignIds(): string[];
  form(key: string): Form | undefined;
  inbound(key: string): { version: number; body: Inbound } | undefined;
}

/** What is counted apart: by the native binding per key (a publisher's id, or `ip:<address>`), and here per publisher. */
export type LimitKind = "pings" | "posts" | "leads" | "reads" | "forms" | "reports" | "anonymous";

export interface HealthAnswer {
  /** `degraded` still sells; `down` answers 503. */
  status: "ok" | "degraded" | "down";
  /** Gauges by name: ages in ms, counts. No names of buyers or publishers. */
  checks: Record<string, string | number | boolean | null>;
}

/**
 * What the public routes may use, one per request. The Worker builds it from its flows; tests bring a fake. Routes read and
 * check the request and write the answer, everything else is behind this.
 */
export interface PublicContext {
  /** @throws when no configuration younger than ten minutes can be had; answered as a retryable 503. */
  snapshot(): Promise<SnapshotView>;
  ping(input: PingInput): Promise<PingAnswer>;
  post(input: PostInput): Promise<PostAnswer>;
  lead(input: LeadInput): Promise<PostAnswer>;
  /** Seconds to wait when there is no room for this now; null = there is. A look before anything is read; the calls above decide. */
  refusedByLoad(load: "ping" | "post", publisher_id: string): number | null;
  /** null: not a lead of this publisher, whether it exists or not. */
  leadState(lead_id: string, publisher_id: string): Promise<LeadStateAnswer | null>;
  sha256Hex(text: string): string;
  /** Of a key in a request to an inbound address, as its record keeps it. */
  inboundDigest(id: string, key: string): string;
  /** Epoch ms. */
  now(): number;
  waitUntil(promise: Promise<unknown>): void;
  /** The platform's flood guard: false = refuse. Approximate, per location. */
  rateLimit(key: string, kind: LimitKind): Promise<boolean> | boolean;
  verifyTurnstile(form: Form, token: string, ip: string): Promise<boolean>;
  health(): Promise<HealthAnswer>;
  /** What the public page tells. */
  status(): Promise<StatusAnswer>;
  /** Ids, words of closed lists and numbers only. */
  log: Log;
}

/** One context for all requests (tests), or a maker of one per request: the app is built once per isolate. */
export type ContextSource<E> = PublicContext | ((env: E, execution: ExecutionContext) => PublicContext);
