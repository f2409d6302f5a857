import type { AlertKind, IncidentState, NoticeEvent, NoticeState, Severity } from "../lists.ts";

/** Figures of an alert: numbers and words of closed lists, never what a lead holds. */
export type Figures = Record<string, number | string>;

/** What a rule found to be wrong at this look. */
export interface Finding {
  kind: AlertKind;
  /** `endpoint:acme_http`, `contract:…`, `buyer:…`, `publisher:…`, `ledger:…` */
  subject: string;
  /** Tells several of one kind and subject apart (a cap's period); "" = there is only one. */
  part: string;
  /** Whose rules and channels apply; null = nobody's in particular. */
  buyer_id: string | null;
  severity: Severity;
  /** What was looked at to find it: only a later look at the same can end it. */
  scope: string;
  /** What happened, with its figures; one sentence. */
  message: string;
  figures: Figures;
  /** Epoch ms since when it is so, where that is known. */
  since?: number;
}

/** An event's row in the ledger, as an alert. */
export interface EventSeen {
  id: string;
  kind: AlertKind;
  subject: string;
  message: string;
  at: number;
  buyer_id: string | null;
}

/** One alert from its beginning to its end. Times are epoch ms. */
export interface Incident {
  id: string;
  /** kind, subject and part: at most one of a key is open. */
  key: string;
  kind: AlertKind;
  subject: string;
  part: string;
  buyer_id: string | null;
  severity: Severity;
  state: IncidentState;
  scope: string;
  message: string;
  figures: Figures;
  /** Since when it is so, as far as known. */
  since: number;
  opened_at: number;
  /** When it was last found. */
  seen_at: number;
  resolved_at: number | null;
  /** How often it came back within its cooling-off. */
  reopened: number;
  /** When it came back last; absent: never. */
  reopened_at?: number;
  /** What the channels were told last. */
  told: { event: NoticeEvent | null; severity: Severity; at: number };
  acknowledged: { by: string; at: number } | null;
}

/** One alert within a notice. */
export type NoticeItem = { event: NoticeEvent } & Omit<Incident, "told" | "scope" | "key" | "state">;

/** One message to one channel, kept until it was taken or given up. */
export interface Notice {
  /** Repeats of one notice carry the same id. */
  id: string;
  channel_id: string;
  at: number;
  state: NoticeState;
  tries: number;
  next_at: number;
  sent_at: number | null;
  /** Why the last try failed. */
  why: string | null;
  items: NoticeItem[];
  /** Alerts that did not fit in. */
  more: number;
}

/** The newest result of a synthetic lead, and how many failed in a row. */
export interface SyntheticRun {
  at: number;
  ok: boolean;
  result: string;
  ms: number;
  failed_in_row: number;
  failed_since: number | null;
}

/** Whether a channel takes notices. */
export interface ChannelHealth {
  failed_since: number | null;
  why: string | null;
  failures: number;
  sent_at: number | null;
}

/** A place in a list, newest first: epoch ms, and of that millisecond those with smaller ids (none are smaller than an empty one). */
export interface Place {
  at: number;
  id: string;
}

export interface IncidentPage {
  state?: IncidentState;
  buyer_id?: string;
  kind?: AlertKind;
  severity?: Severity;
  /** Opened before. */
  before?: Place;
  limit: number;
}

/** What the keeper answers about alerts. */
export interface AlertsPort {
  incidents(page: IncidentPage): Promise<Incident[]>;
  incident(id: string): Promise<Incident | null>;
  notices(page: {
    channel_id?: string;
    state?: NoticeState;
    incident_id?: string;
    before?: Place;
    limit: number;
  }): Promise<Notice[]>;
  /** Where alerting itself stands: when it last looked, and its channels' and synthetic leads' results. */
  watch(): Promise<{
    looked_at: number | null;
    failed: string | null;
    channels: Record<string, ChannelHealth>;
    synthetic: Record<string, SyntheticRun>;
  }>;
  /** Looks now, as the next minute would. */
  lookNow(): Promise<void>;
  /** An operator tried a channel: the notice as it ended. */
  channelTold(notice: Notice): Promise<void>;
  /** An operator sent a synthetic lead. */
  syntheticRan(id: string, ran: { at: number; ok: boolean; result: string; ms: number }): Promise<void>;
}
