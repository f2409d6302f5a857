import type { AlertChannel } from "../../schema/config/alerting.ts";
import type { ChannelHealth, Incident, Notice, NoticeItem } from "../../schema/rpc/alerts.ts";
import { isWorse } from "./incidents.ts";
import { type Policy, tellingOf } from "./policy.ts";
import { itemOf, type Mutes, toTell, wants, withTold } from "./tell.ts";

/** Seconds between tries of a notice; after the last it is given up. */
export const PAUSES_S = [5, 30, 120, 600, 3_600] as const;
/** Alerts in one notice; of the others it says how many there are. */
export const MOST_ITEMS = 20;

export interface Told {
  incidents: Incident[];
  notices: Notice[];
}

/** What is to be told now: one notice a channel, whatever the number of alerts. */
export function tell(
  incidents: readonly Incident[],
  policy: Policy,
  channels: readonly AlertChannel[],
  mutes: Mutes,
  now: number,
): Told {
  const items = new Map<string, NoticeItem[]>();
  const told: Incident[] = [];
  for (const incident of incidents) {
    const event = toTell(incident, tellingOf(policy, incident.buyer_id), mutes, now);
    if (event === null) continue;
    told.push(withTold(incident, event, now));
    for (const channel of channels)
      if (wants(channel, incident, event))
        items.set(channel.id, [...(items.get(channel.id) ?? []), itemOf(incident, event)]);
  }
  // The worst first: of those that do not fit in only their number is told.
  const notices = [...items].map(([channel_id, all]) =>
    newNotice(`alert-${now}-${channel_id}`, channel_id, all.toSorted(worstFirst), now),
  );
  return { incidents: told, notices };
}

const worstFirst = (a: NoticeItem, b: NoticeItem): number =>
  Number(isWorse(b.severity, a.severity)) - Number(isWorse(a.severity, b.severity));

export const newNotice = (id: string, channel_id: string, items: NoticeItem[], now: number): Notice => ({
  id,
  channel_id,
  at: now,
  state: "waiting",
  tries: 0,
  next_at: now,
  sent_at: null,
  why: null,
  items: items.slice(0, MOST_ITEMS),
  more: Math.max(0, items.length - MOST_ITEMS),
});

/** Written before it is sent: should all die with the sending, it is sent again under its id. */
export function begun(notice: Notice, now: number): Notice {
  const pause = PAUSES_S[Math.min(notice.tries, PAUSES_S.length - 1)] ?? 0;
  return { ...notice, tries: notice.tries + 1, next_at: now + pause * 1_000 };
}

export type Sent = { ok: true } | { ok: false; why: string };

/** The notice after a try. */
export function settled(notice: Notice, sent: Sent, now: number): Notice {
  if (sent.ok) return { ...notice, state: "sent", sent_at: now, why: null };
  return { ...notice, state: notice.tries > PAUSES_S.length ? "failed" : "waiting", why: sent.why.slice(0, 200) };
}

export const NEW_HEALTH: ChannelHealth = { failed_since: null, why: null, failures: 0, sent_at: null };

/** A channel is dead once a notice was given up, and alive again with the next that it takes. */
export function healthAfter(health: ChannelHealth, notice: Notice, now: number): ChannelHealth {
  if (notice.state === "sent") return { ...NEW_HEALTH, sent_at: now };
  if (notice.state !== "failed") return health;
  const { failed_since, failures } = health;
  return { ...health, failed_since: failed_since ?? now, failures: failures + 1, why: notice.why };
}
