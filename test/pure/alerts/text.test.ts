import { expect, it } from "vitest";
import { ALERT_KINDS, MEASURED_ALERTS } from "../../../schema/lists.ts";
import type { NoticeItem } from "../../../schema/rpc/alerts.ts";
import { ALERTS, RULE_DEFAULTS } from "../../../worker/alerts/catalogue.ts";
import { newNotice } from "../../../worker/alerts/notices.ts";
import { harmless, payloadOf, plainText, slackOf, subjectOf } from "../../../worker/alerts/text.ts";
import { HOUR, NOW } from "./support.ts";

const item = (more: Partial<NoticeItem> = {}): NoticeItem => ({
  event: "opened",
  id: "success_low:contract:acme_auto:1",
  kind: "success_low",
  subject: "contract:acme_auto",
  part: "",
  buyer_id: "acme",
  severity: "critical",
  message: "89 % of the posts of acme_auto got a usable answer.",
  figures: { rate: 89 },
  since: NOW - HOUR,
  opened_at: NOW,
  seen_at: NOW,
  resolved_at: null,
  reopened: 0,
  acknowledged: null,
  ...more,
});
const notice = (...items: NoticeItem[]) => newNotice("alert-1-ops", "ops", items, NOW);
const places = { public_url: "https://leads.example.com" };

it("says what happened, since when, what to do, and where to look", () => {
  expect(subjectOf(notice(item()))).toBe("[gateway] Critical: Posts do not get through (contract:acme_auto)");
  expect(plainText(notice(item()), places).split("\n")).toEqual([
    "Critical: Posts do not get through (contract:acme_auto)",
    "89 % of the posts of acme_auto got a usable answer.",
    "Since 2026-11-20T14:00:00Z.",
    "What to do: Look at the endpoint's errors by class; if the buyer's system is down, pause it or set a maintenance window.",
    "https://leads.example.com/ops/alerts/success_low%3Acontract%3Aacme_auto%3A1",
    "",
    "Notice alert-1-ops",
    "",
  ]);
});

it("says how long it lasted once it is over", () => {
  const text = plainText(notice(item({ event: "resolved", resolved_at: NOW })), { public_url: undefined });
  expect(text).toContain("Over: Critical: Posts do not get through");
  expect(text).toContain("It lasted 1 h, from 2026-11-20T14:00:00Z to 2026-11-20T15:00:00Z.");
  expect(text).not.toContain("What to do");
});

it("one line counts the others", () => {
  expect(subjectOf(notice(item(), item(), item()))).toMatch(/ and 2 more$/);
});

it.each([
  ["ann.lee@example.com said no", "*** said no"],
  ["call (512) 555-0142 now", "call *** now"],
  ["+15125550142", "***"],
  ["reason: 512-555-0142", "reason: ***"],
  ["lead:lb0C1xUcMw00000512555014200000 stays", "lead:lb0C1xUcMw00000512555014200000 stays"],
  ["two\r\nBcc: x", "two Bcc: x"],
])("no address and no telephone number leaves: %s", (from, to) => {
  expect(harmless(from)).toBe(to);
});

it("Slack's signs are no commands", () => {
  const { text } = slackOf(notice(item({ message: "<!channel> & <https://evil.example|click>" })), places);
  expect(text).toContain("&lt;!channel&gt; &amp; &lt;https://evil.example|click&gt;");
  expect(text).toContain(
    "<https://leads.example.com/ops/alerts/success_low%3Acontract%3Aacme_auto%3A1|Open the alert>",
  );
});

it("a webhook has it all as data", () => {
  expect(payloadOf(notice(item()), places)).toMatchObject({
    type: "alerts",
    id: "alert-1-ops",
    alerts: [
      {
        event: "opened",
        kind: "success_low",
        severity: "critical",
        figures: { rate: 89 },
        since: "2026-11-20T14:00:00.000Z",
      },
    ],
  });
});

it("every alert has a title and says what to do; every rule has its defaults", () => {
  for (const kind of ALERT_KINDS) expect(ALERTS[kind].title.length * ALERTS[kind].next.length, kind).toBeGreaterThan(0);
  expect(Object.keys(RULE_DEFAULTS).sort()).toEqual([...MEASURED_ALERTS].sort());
});
