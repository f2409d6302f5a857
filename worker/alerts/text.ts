import type { NoticeEvent, Severity } from "../../schema/lists.ts";
import type { Notice, NoticeItem } from "../../schema/rpc/alerts.ts";
import { ALERTS } from "./catalogue.ts";
import { span } from "./say.ts";

const EVENT_WORDS: Record<NoticeEvent, string> = { opened: "", worse: "Worse: ", resolved: "Over: ", test: "Test: " };
const SEVERITY_WORDS: Record<Severity, string> = { info: "Info", warning: "Warning", critical: "Critical" };

/** Nothing that looks like an address or a telephone number leaves in a notice, whoever wrote the message. */
const LIKE_EMAIL = /[^\s@<>"']{1,64}@[^\s@<>"']{1,190}/g;
const LIKE_PHONE = /(?<![A-Za-z0-9_-])(?:\+?1[ .-]?)?\(?[2-9]\d{2}\)?[ .-]?\d{3}[ .-]?\d{4}(?![A-Za-z0-9_-])/g;

export const harmless = (text: string): string =>
  text
    // A message is one line.
    .replace(/\p{Cc}+/gu, " ")
    .replace(LIKE_EMAIL, "***")
    .replace(LIKE_PHONE, "***")
    .slice(0, 1_000);

export interface Places {
  /** Where this gateway is reached, for links; undefined = notices have none. */
  public_url: string | undefined;
}

export const linkOf = ({ public_url }: Places, { id }: Pick<NoticeItem, "id">): string | null =>
  public_url === undefined ? null : `${public_url}/ops/alerts/${encodeURIComponent(id)}`;

/** "Critical: Breaker open: the endpoint is left out (endpoint:acme_http)" */
export const headline = (item: NoticeItem): string =>
  `${EVENT_WORDS[item.event]}${SEVERITY_WORDS[item.severity]}: ${ALERTS[item.kind].title} (${item.subject})`;

/** One line for a mail's subject. */
export function subjectOf({ items, more }: Notice): string {
  const [first] = items;
  const others = items.length - 1 + more;
  if (!first) return "Alerts";
  return harmless(`[gateway] ${headline(first)}${others > 0 ? ` and ${others} more` : ""}`).slice(0, 180);
}

/** The lines that say what happened, since when, and what to do. */
export function linesOf(item: NoticeItem): string[] {
  const { since, resolved_at, message, kind, event } = item;
  const over = event === "resolved" && resolved_at !== null;
  const when = over
    ? `It lasted ${span(resolved_at - since)}, from ${iso(since)} to ${iso(resolved_at)}.`
    : `Since ${iso(since)}.`;
  return [harmless(message), when, ...(over ? [] : [`What to do: ${ALERTS[kind].next}`])];
}

export const plainText = ({ items, more, id }: Notice, places: Places): string =>
  [
    ...items.flatMap((item) => [harmless(headline(item)), ...linesOf(item), linkOf(places, item) ?? "", ""]),
    ...(more > 0 ? [`${more} more alerts: see the alert board.`, ""] : []),
    `Notice ${id}`,
    "",
  ].join("\n");

const iso = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;

/** What a webhook is sent. */
export const payloadOf = ({ items, more, id, at }: Notice, places: Places) => ({
  type: "alerts",
  id,
  at: new Date(at).toISOString(),
  more,
  alerts: items.map((item) => ({
    event: item.event,
    id: item.id,
    kind: item.kind,
    title: ALERTS[item.kind].title,
    severity: item.severity,
    subject: item.subject,
    buyer_id: item.buyer_id,
    message: harmless(item.message),
    figures: item.figures,
    since: new Date(item.since).toISOString(),
    opened_at: new Date(item.opened_at).toISOString(),
    resolved_at: item.resolved_at === null ? null : new Date(item.resolved_at).toISOString(),
    next: ALERTS[item.kind].next,
    link: linkOf(places, item),
  })),
});

const MARKS: Record<Severity, string> = {
  info: ":information_source:",
  warning: ":warning:",
  critical: ":rotating_light:",
};
/** Slack's three signs: whatever else a text holds is then no command (no mention of everybody). */
const escaped = (text: string): string => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

/** What an incoming hook in Slack's format is sent. */
export function slackOf({ items, more }: Notice, places: Places): { text: string } {
  const parts = items.map((item) => {
    const mark = item.event === "resolved" ? ":white_check_mark:" : MARKS[item.severity];
    const link = linkOf(places, item);
    const end = link === null ? "" : `\n<${link}|Open the alert>`;
    return `${mark} *${escaped(harmless(headline(item)))}*\n${linesOf(item).map(escaped).join("\n")}${end}`;
  });
  if (more > 0) parts.push(`${more} more alerts: see the alert board.`);
  return { text: parts.join("\n\n") };
}
