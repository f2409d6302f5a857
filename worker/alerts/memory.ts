import type { AlertChannel, Synthetic } from "../../schema/config/alerting.ts";
import type { ChannelHealth, Finding, Notice, SyntheticRun } from "../../schema/rpc/alerts.ts";
import type { CoolingOff, Look } from "./incidents.ts";
import type { Policy } from "./policy.ts";
import type { Ages } from "./rules-books.ts";
import type { Mutes } from "./tell.ts";
import type { PostWindow } from "./windows.ts";

/** What one look leaves for the next; small. */
export interface WatchMemory {
  /** The newest rows of `deliveries` and `alerts` that were read, by rowid; null = none yet. */
  deliveries: number | null;
  alerts: number | null;
  /** Looks in a row that D1 did not answer, and since when. */
  ledger_failures: number;
  ledger_since: number;
  /** Of the newest complete hour that was compared. */
  volume: { hour: number; findings: Finding[] };
  /** The buyer at which the next look at accounts begins, where there are more than one look takes. */
  next_buyer: string | null;
  /** What the looks of this round over all buyers have found so far; null = a round begins. */
  ages: Ages | null;
  runs: Record<string, SyntheticRun>;
  channels: Record<string, ChannelHealth>;
  /** The newest records that could be read: in force while the configuration cannot be had. */
  records: AlertRecords;
  /** The newest mutes that could be read: in force while the board does not answer. */
  mutes: Mutes;
}
export interface AlertRecords {
  policy: Policy;
  channels: AlertChannel[];
  synthetic: Synthetic[];
}

export const NEW_MEMORY: WatchMemory = {
  deliveries: null,
  alerts: null,
  ledger_failures: 0,
  ledger_since: 0,
  volume: { hour: 0, findings: [] },
  next_buyer: null,
  ages: null,
  runs: {},
  channels: {},
  records: { policy: { main: null, buyers: {} }, channels: [], synthetic: [] },
  mutes: {},
};

export interface LedgerAlert {
  id: string;
  at: number;
  kind: Finding["kind"];
  subject: string;
  message: string;
}

/** What a look begins with. */
export interface BeforeLook {
  memory: WatchMemory;
  windows: PostWindow[];
  /** Drift alerts that are open: whether their findings still are. */
  drift: { id: string; subject: string; buyer_id: string | null }[];
  /** Alerts that the ledger does not have yet. */
  unwritten: LedgerAlert[];
}
export interface AfterLook {
  memory: WatchMemory;
  windows: PostWindow[];
  look: Look;
  mutes: Mutes;
  /** Ids of alerts that the ledger has now. */
  written: string[];
}

/** How the keeper sees and speaks: the Worker's part. */
export interface Watcher {
  look(before: BeforeLook): Promise<AfterLook>;
  /** Sends the synthetic leads that are due; by id. */
  synthetic(records: Synthetic[]): Promise<Record<string, { ok: boolean; result: string; ms: number; at: number }>>;
  send(notice: Notice, channel: AlertChannel): Promise<{ ok: true } | { ok: false; why: string }>;
}

export type { CoolingOff };
