import { expect, test } from "vitest";
import { attemptById, listAttempts } from "../../../worker/ledger/attempts.ts";
import { ledgerLeads, ledgerReservations, movementsInLedger } from "../../../worker/ledger/compare.ts";
import { buyersOf, eraseRows, leadsByMarks } from "../../../worker/ledger/erasure.ts";
import { find } from "../../../worker/ledger/find.ts";
import { leadsOfPerson } from "../../../worker/ledger/lead-list.ts";
import { movementsOfLead, reservationsOf } from "../../../worker/ledger/lead-money.ts";
import { liveRates, liveSince } from "../../../worker/ledger/live.ts";
import { projectTo } from "../../../worker/ledger/project.ts";
import {
  auctionById,
  deliveriesOfLead,
  leadById,
  movementsByRef,
  movementsOf,
  salesBetween,
  salesOfLead,
} from "../../../worker/ledger/reads.ts";
import { recentAttempts } from "../../../worker/ledger/recent-attempts.ts";
import { recordedAuctions } from "../../../worker/ledger/recorded-auctions.ts";
import { endedBefore, removeUnposted, restingSince } from "../../../worker/ledger/retention.ts";
import { leadOfPing } from "../../../worker/ledger/search.ts";
import { newDeliveries } from "../../../worker/ledger/watch.ts";
import { AT, auction, db, delivery, lead, sale } from "./support.ts";

/** What the work asks of the ledger's database, statement by statement. */
async function asked(work: (spy: D1Database) => Promise<unknown>): Promise<string[]> {
  const found: string[] = [];
  await work(
    new Proxy(db, {
      get(target, name) {
        if (name !== "prepare") return Reflect.get(target, name).bind(target);
        return (sql: string) => {
          found.push(sql);
          return target.prepare(sql);
        };
      },
    }),
  );
  return found;
}

async function planOf(sql: string): Promise<string> {
  const numbered = [...sql.matchAll(/\?(\d+)/g)].map(([, n]) => Number(n));
  const holes = Math.max(0, ...numbered, numbered.length > 0 ? 0 : sql.split("?").length - 1);
  // A look-up by a list reads it as JSON.
  const { results } = await db
    .prepare(`EXPLAIN QUERY PLAN ${sql}`)
    .bind(...Array.from({ length: holes }, () => "[]"))
    .all<{ detail: string }>();
  return results.map(({ detail }) => detail).join("; ");
}

const BIG = /SCAN (leads|l|deliveries|d|sales|auctions|a|money_movements|reservations|r|old|rollup_\w+)\b/;
const PAGE = { from: 0, to: AT, limit: 9 };

test.each<[string, (db: D1Database) => Promise<unknown>, RegExp[]]>([
  ["a lead", (d) => leadById(d, "l1"), [/leads USING INDEX sqlite_autoindex_leads/]],
  ["an auction", (d) => auctionById(d, "p1"), [/auctions USING INDEX sqlite_autoindex_auctions/]],
  [
    "a lead's attempts",
    (d) => deliveriesOfLead(d, "l1"),
    [/autoindex_deliveries_1 \(attempt_id>\? AND attempt_id<\?\)/],
  ],
  ["a lead's sales", (d) => salesOfLead(d, "l1"), [/autoindex_sales_1 \(sale_id>\? AND sale_id<\?\)/]],
  ["a lead's holds", (d) => reservationsOf(d, "l1"), [/PRIMARY KEY \(reservation_id>\? AND reservation_id<\?\)/]],
  ["a lead's bookings", (d) => movementsOfLead(d, "l1"), [/PRIMARY KEY \(id>\? AND id<\?\)/]],
  ["a reference's bookings", (d) => movementsByRef(d, "r", PAGE), [/PRIMARY KEY \(id>\? AND id<\?\)/]],
  ["a statement", (d) => movementsOf(d, "buyer:a", PAGE), [/INDEX money_account \(account=\? AND at>\? AND at<\?\)/]],
  [
    "a balance",
    (d) => movementsInLedger(d, "buyer:a", { until: AT, after: { at: 0, id: "" } }),
    [
      /INDEX money_account \(account=\? AND at>\? AND at<\?\)/,
      /INDEX money_account \(account=\? AND at>\? AND at<\?\)/,
    ],
  ],
  ["sales", (d) => salesBetween(d, PAGE), [/INDEX sales_at \(at>\? AND at<\?\)/]],
  ["a person by phone", (d) => leadsOfPerson(d, "phone", "m"), [/INDEX leads_phone \(phone_mark=\?\)/]],
  ["a person by e-mail", (d) => leadsOfPerson(d, "email", "m"), [/INDEX leads_email \(email_mark=\?\)/]],
  ["whom to erase", (d) => leadsByMarks(d, ["m"], 5), [/INDEX leads_phone \(/, /INDEX leads_email \(/]],
  [
    "an erasure",
    (d) => eraseRows(d, "l9", AT),
    [/autoindex_leads/, /autoindex_deliveries_1 \(a/, /autoindex_auctions/],
  ],
  [
    "who had a lead",
    (d) => buyersOf(d, "l1"),
    [/PRIMARY KEY \(reservation_id>/, /autoindex_deliveries_1 \(attempt_id>/],
  ],
  ["a ping's lead", (d) => leadOfPing(d, "p1"), [/INDEX leads_ping \(ping_id=\?\)/]],
  ["an id", (d) => find(d, "x"), [/autoindex_leads/, /INDEX leads_ping \(/, /INDEX leads_click \(/]],
  [
    "what a reconcile compares",
    (d) => ledgerLeads(d, ["l1"]),
    [/autoindex_deliveries_1 \(attempt_id>/, /autoindex_sales/],
  ],
  ["holds that it compares", (d) => ledgerReservations(d, ["r"]), [/PRIMARY KEY \(reservation_id=\?\)/]],
  ["recorded auctions", (d) => recordedAuctions(d, "auto", { most: 5 }), [/INDEX auctions_campaign \(/]],
  ["ended leads", (d) => endedBefore(d, "auto", AT, null, 5), [/INDEX leads_ended \(campaign_id=\?/]],
  ["resting leads", (d) => restingSince(d, "auto", AT), [/INDEX leads_rest \(/]],
  [
    "unposted auctions",
    (d) => removeUnposted(d, { campaign_id: "auto", from: { at: 0, ping_id: "" }, before: AT, limit: 5 }),
    [/INDEX auctions_at \(/, /INDEX leads_ping \(ping_id=\?\)/],
  ],
  ["a contract's history", (d) => listAttempts(d, { ...PAGE, contract_id: "c" }), [/INDEX deliveries_contract \(/]],
  ["an attempt", (d) => attemptById(d, "c", "a"), [/autoindex_deliveries_1 \(attempt_id=\?\)/]],
  ["newest attempts", (d) => recentAttempts(d, { contracts: ["c"], limit: 5 }), [/INDEX deliveries_contract \(/]],
  ["attempts that came since", (d) => newDeliveries(d, 0, 5), [/deliveries USING INTEGER PRIMARY KEY/]],
  ["the live feed", (d) => liveSince(d, { auctions: 0, sales: 0 }, 5), [/sales USING INTEGER PRIMARY KEY/]],
  ["rates", (d) => liveRates(d, 0, AT), [/INDEX auctions_at/, /INDEX leads_at/, /INDEX sales_at/]],
  [
    "a batch",
    (d) =>
      projectTo(d, () => AT)("o", [lead("l5", 1), delivery("l5_a", "l5", 2), sale("l5", 3), auction("p5", "{}", 4)]),
    [/autoindex_leads/, /autoindex_deliveries/, /autoindex_sales/, /autoindex_auctions/],
  ],
])("%s: read along an index that there is", async (_, work, wanted) => {
  const plans: string[] = [];
  for (const sql of await asked(work)) plans.push(await planOf(sql));
  expect(plans.length).toBeGreaterThan(0);
  for (const plan of plans) expect(plan).not.toMatch(BIG);
  for (const one of wanted) expect(plans.join("; ")).toMatch(one);
});
