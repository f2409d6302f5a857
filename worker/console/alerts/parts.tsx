import { Badge, Table, Tabs, type Tone, When } from "../shell/parts.tsx";
import type { Incident, Notice } from "./shapes.ts";

const TONES: Record<Incident["severity"], Tone> = { info: "info", warning: "warn", critical: "bad" };

export const Severity = ({ of }: { of: Incident["severity"] }) => <Badge tone={TONES[of]}>{of}</Badge>;

export function AlertTabs({ now }: { now: string }) {
  return (
    <Tabs
      label="Alerts"
      now={now}
      tabs={[
        { id: "open", href: "/ops/alerts", label: "Open" },
        { id: "history", href: "/ops/alerts/history", label: "History" },
        { id: "rules", href: "/ops/alerts/rules", label: "Rules" },
        { id: "channels", href: "/ops/alerts/channels", label: "Channels" },
        { id: "notices", href: "/ops/alerts/notices", label: "Notices" },
        { id: "synthetics", href: "/ops/alerts/synthetics", label: "Synthetic leads" },
      ]}
    />
  );
}

export const alertPath = (id: string): string => `/ops/alerts/${encodeURIComponent(id)}`;

const PAGES: Record<string, string> = {
  buyer: "/ops/buyers",
  contract: "/ops/contracts",
  publisher: "/ops/publishers",
  campaign: "/ops/campaigns",
  lead: "/ops/leads",
  channel: "/ops/alerts/channels",
};

/** What it is about, as a link where there is a page of it. */
export function Subject({ of }: { of: Pick<Incident, "subject" | "buyer_id"> }) {
  const at = of.subject.indexOf(":");
  const [kind, id] = [of.subject.slice(0, at), of.subject.slice(at + 1)];
  const page = PAGES[kind];
  const href =
    kind === "endpoint" && of.buyer_id !== null
      ? `/ops/buyers/${encodeURIComponent(of.buyer_id)}`
      : page && `${page}/${encodeURIComponent(id)}`;
  const text = (
    <>
      {kind} <code>{id}</code>
    </>
  );
  return href ? <a href={href}>{text}</a> : <span>{text}</span>;
}

export function Seen({ of }: { of: Pick<Incident, "acknowledged" | "muted_until"> }) {
  return (
    <>
      {of.acknowledged && (
        <Badge tone="info" title={`at ${of.acknowledged.at}`}>
          seen by {of.acknowledged.by}
        </Badge>
      )}
      {of.muted_until && (
        <Badge>
          muted until <When at={of.muted_until} />
        </Badge>
      )}
    </>
  );
}

const STATES: Record<Notice["state"], Tone> = { waiting: "warn", sent: "good", failed: "bad", dropped: "quiet" };

export function Notices({ rows, empty }: { rows: Notice[]; empty: string }) {
  return (
    <Table
      caption="Notices"
      rows={rows}
      empty={empty}
      columns={[
        { head: "When", cell: ({ at }) => <When at={at} /> },
        {
          head: "Channel",
          cell: ({ channel_id }) => <a href={`/ops/alerts/channels/${encodeURIComponent(channel_id)}`}>{channel_id}</a>,
        },
        { head: "State", cell: ({ state }) => <Badge tone={STATES[state]}>{state}</Badge> },
        { head: "Tries", number: true, cell: ({ tries }) => tries },
        {
          head: "Tells of",
          cell: ({ alerts, more }) => (
            <ul class="plain">
              {alerts.slice(0, 3).map(({ event, id, kind }) => (
                <li>
                  {event} <a href={alertPath(id)}>{kind.replaceAll("_", " ")}</a>
                </li>
              ))}
              {alerts.length + more > 3 && <li class="quiet">and {alerts.length + more - 3} more</li>}
            </ul>
          ),
        },
        {
          head: "Why not",
          cell: ({ why, next_at }) =>
            why === null ? (
              <span class="quiet">–</span>
            ) : (
              <>
                {why}
                {next_at && (
                  <>
                    ; again <When at={next_at} />
                  </>
                )}
              </>
            ),
        },
      ]}
    />
  );
}
