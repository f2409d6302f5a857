import type { Child } from "hono/jsx";
import type { StandingWord } from "../../../schema/api/buyer-health.ts";
import type { ConsoleContext } from "../shell/context.ts";
import { consolePage, type PageOptions } from "../shell/page.tsx";
import { Confirm, Field, Tabs } from "../shell/parts.tsx";
import type { BuyerRecord } from "./shapes.ts";
import { Standing, standingText } from "./words.tsx";

/** What an action did, in a sentence: `?done=` says which. */
const DONE: Record<string, { tone: "good" | "warn"; text: string }> = {
  paused: {
    tone: "good",
    text: "Paused, in force now: the buyer's account gives no reservation any more, so nothing new is posted. Pings follow within two seconds; what was reserved before may still be on its way.",
  },
  paused_unrecorded: {
    tone: "warn",
    text: "Paused at the buyer's account, in force now. The ledger is away, so the pause is not recorded yet: pause again later.",
  },
  paused_later: {
    tone: "warn",
    text: "Recorded. The buyer's account did not answer: the pause reaches it with its next reservation, within two seconds.",
  },
  resumed: { tone: "good", text: "Resumed: it is posted to again; pings follow within two seconds." },
  reset: { tone: "good", text: "The breaker is closed. The next failures count from zero." },
  maintenance_now: {
    tone: "good",
    text: "Maintenance is in force now: nothing new is posted, pings follow within two seconds. It ends by itself.",
  },
  maintenance_planned: { tone: "good", text: "Maintenance is planned: it begins and ends by itself." },
  maintenance_ended: { tone: "good", text: "The maintenance window is ended or called off." },
  saved: { tone: "good", text: "Saved. In force within two seconds." },
  created: { tone: "good", text: "The buyer is there. It needs an endpoint and a contract before it can buy." },
  booked: { tone: "good", text: "Booked. The statement follows within a second or two." },
  booked_before: { tone: "warn", text: "This entry had been booked before: nothing was added." },
  rotated: {
    tone: "good",
    text: "Sealed. New requests carry it within two seconds; requests under way end with the old one.",
  },
  removed: { tone: "good", text: "The credential is taken away." },
  restored: { tone: "good", text: "Restored as the newest version. In force within two seconds." },
  accepted: { tone: "good", text: "Accepted: what changed is now what is known." },
};

export function noticeOf(c: ConsoleContext): PageOptions["notice"] {
  const known = DONE[c.req.query("done") ?? ""];
  return known && { tone: known.tone, text: known.text };
}

export const TABS = ["overview", "endpoints", "contracts", "money", "people", "log"] as const;
export type Tab = (typeof TABS)[number];
const LABELS: Record<Tab, string> = {
  overview: "Overview",
  endpoints: "Endpoints",
  contracts: "Contracts",
  money: "Money",
  people: "Contacts and agreements",
  log: "Alerts and changes",
};
export const tabPath = (id: string, tab: Tab): string => `/ops/buyers/${id}${tab === "overview" ? "" : `/${tab}`}`;

/** The frame of a buyer's pages: what it is, where it stands, what can be done. */
export function buyerPage(
  c: ConsoleContext,
  of: { buyer: BuyerRecord; standing?: StandingWord; tab: Tab; status?: number; children: Child },
): Response {
  const { buyer, standing, tab, children } = of;
  const { id, record } = buyer;
  const hours = c.req.query("hours");
  return consolePage(c, {
    title: record.name,
    area: "buyers",
    crumbs: [{ href: "/ops/buyers", label: "Buyers" }],
    notice: noticeOf(c),
    status: of.status,
    actions: (
      <>
        <SwitchButton path={`/ops/buyers/${id}`} paused={record.status === "paused"} what="buyer" />
        <a class="button" href={`/ops/buyers/${id}/maintenance`}>
          Maintenance
        </a>
        <a class="button" href={`/ops/buyers/${id}/edit`}>
          Edit
        </a>
      </>
    ),
    children: (
      <>
        <p>
          <code>{id}</code> {standing && <Standing word={standing} />}{" "}
          {standing && standing !== "ok" && <span class="quiet">{standingText(standing)}</span>}
        </p>
        <Tabs
          label={`Pages of ${record.name}`}
          now={tab}
          tabs={TABS.map((one) => ({
            id: one,
            label: LABELS[one],
            href: `${tabPath(id, one)}${hours ? `?hours=${encodeURIComponent(hours)}` : ""}`,
          }))}
        />
        {children}
      </>
    ),
  });
}

/** Pause or resume, with the reason that goes to history and audit. */
export function SwitchButton({ path, paused, what }: { path: string; paused: boolean; what: "buyer" | "endpoint" }) {
  return paused ? (
    <Confirm action={`${path}/resume`} label="Resume" tone="primary">
      <p>It is pinged and posted to again at once.</p>
      <Field name="reason" id="reason-switch" label="Reason" required hint="Kept in the history, with your name." />
    </Confirm>
  ) : (
    <Confirm action={`${path}/pause`} label="Pause" tone="danger" submit={`Pause this ${what}`}>
      <p>
        Nothing new is posted to it from the moment the answer comes. A post that was reserved before may still be on
        its way.
      </p>
      <Field name="reason" id="reason-switch" label="Reason" required hint="Kept in the history, with your name." />
    </Confirm>
  );
}
