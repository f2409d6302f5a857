import { ESTIMATES, FIGURES } from "../../../schema/figures.ts";
import type { ConsoleContext } from "../shell/context.ts";
import { count, money } from "../shell/format.ts";
import { Badge, Money, Section, Stat, Stats, Table } from "../shell/parts.tsx";
import { callOf, FILTERS, linkTo } from "./asked.ts";
import { reportPage } from "./frame.tsx";
import { type BidRange, bidsShape, lostShape, reasonsShape } from "./shapes.ts";

const UNIT = { count: "count", money: "money", percent: "share", ms: "time" } as const;
const rate = (value: number | null): string => (value === null ? "–" : `${value.toFixed(1)} %`);

/** Why pings, posts and offers came to nothing. */
export function reasonsPage(c: ConsoleContext): Promise<Response> {
  return reportPage(c, "reasons", FILTERS, async (of) => {
    const found = await c.var.api.get(callOf("/reports/reasons", of), reasonsShape);
    if (!found.ok) return { problem: found.problem };
    const lists = found.value.lists.map((list) => ({
      ...list,
      rows: found.value.rows.filter((row) => row.list === list.name),
    }));
    return {
      files: [{ label: "CSV", href: linkTo("/ops/reports/csv/reasons", of) }],
      children: (
        <div class="lists">
          {lists.map(({ name, title, exact, rows }) => (
            <Section title={title} hint={exact ? undefined : "Best effort: counted in memory."}>
              <Table
                caption={title}
                rows={rows}
                empty="None in this range, or not to be told by these filters."
                columns={[
                  { head: name.replaceAll("_", " "), cell: ({ word }) => <code>{word}</code> },
                  { head: "Count", number: true, cell: (row) => count(row.count) },
                  { head: "Share", number: true, cell: ({ share }) => rate(share) },
                ]}
              />
            </Section>
          ))}
        </div>
      ),
    };
  });
}

const rangeOf = ({ above, up_to }: BidRange): string =>
  up_to === null ? `above ${money(above)}` : `${money(above)} to ${money(up_to)}`;

/** The bid landscape: what was bid, what won, and whose posts were refused after all. */
export function bidsPage(c: ConsoleContext): Promise<Response> {
  return reportPage(c, "bids", ["buyer", "contract"], async (of) => {
    const found = await c.var.api.get(callOf("/reports/bids", of), bidsShape);
    if (!found.ok) return { problem: found.problem };
    const { rows } = found.value;
    const most = Math.max(1, ...rows.map(({ bids }) => bids));
    return {
      files: [{ label: "CSV", href: linkTo("/ops/reports/csv/bids", of) }],
      children: (
        <Section
          title="Bid landscape"
          hint="Bids and fixed prices by range, above the first and up to the second amount; best effort. Posts by the bid that was held for them, and how many of them were rejected: exact."
        >
          <Table
            caption="Bids, wins and rejected posts by range of bids"
            rows={rows.some(({ bids, posts }) => bids + posts > 0) ? rows : []}
            empty="Nobody bid in this range."
            columns={[
              { head: "Bid", cell: rangeOf },
              { head: "Bids *", number: true, cell: ({ bids }) => count(bids) },
              {
                head: "Of all",
                cell: ({ bids, won }) => (
                  <svg class="spread" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
                    <rect class="bids" width={(bids / most) * 100} height="8" />
                    <rect class="won" width={(won / most) * 100} height="8" />
                  </svg>
                ),
              },
              { head: "Won *", number: true, cell: ({ won }) => count(won) },
              { head: "Win rate *", number: true, cell: ({ win_rate }) => rate(win_rate) },
              { head: "Posts", number: true, cell: ({ posts }) => count(posts) },
              { head: "Rejected", number: true, cell: ({ rejected }) => count(rejected) },
              { head: "Reject rate", number: true, cell: ({ reject_rate }) => rate(reject_rate) },
            ]}
          />
          <p class="quiet">Dark in the bars: bids that won.</p>
        </Section>
      ),
    };
  });
}

/** What caps and open breakers cost. */
export function lostPage(c: ConsoleContext): Promise<Response> {
  return reportPage(c, "lost", ["buyer", "contract"], async (of) => {
    const found = await c.var.api.get(callOf("/reports/lost", of), lostShape);
    if (!found.ok) return { problem: found.problem };
    const { rows, ...sums } = found.value;
    const worst = [...rows].sort((a, b) => lostBy(b) - lostBy(a));
    return {
      files: [{ label: "CSV", href: linkTo("/ops/reports/csv/lost", of) }],
      children: (
        <Section title="Caps and breakers" hint={ESTIMATES[0].sentence}>
          <Stats>
            {ESTIMATES.map(({ name, title, sentence }) => (
              <Stat name={`${title}, estimated`} value={money(sums[name])} hint={sentence} best_effort />
            ))}
          </Stats>
          <Table
            caption="What contracts lost"
            rows={worst}
            empty="No contract was kept out by a cap or an open breaker in this range."
            columns={[
              { head: "Contract", cell: ({ contract }) => <a href={`/ops/contracts/${contract}`}>{contract}</a> },
              { head: "Buyer", cell: ({ buyer }) => <a href={`/ops/buyers/${buyer}`}>{buyer}</a> },
              { head: "Out: cap", number: true, cell: ({ out_cap }) => count(out_cap) },
              { head: "Out: breaker", number: true, cell: ({ out_breaker }) => count(out_breaker) },
              { head: "Took part", number: true, cell: ({ took_part }) => count(took_part) },
              { head: "Revenue", number: true, cell: ({ revenue }) => <Money amount={revenue} /> },
              { head: "Per auction", number: true, cell: (row) => <Money amount={row.revenue_per_auction} /> },
              { head: "Lost to caps", number: true, cell: (row) => <Money amount={row.cap_lost_revenue} /> },
              { head: "Lost to breakers", number: true, cell: (row) => <Money amount={row.breaker_lost_revenue} /> },
            ]}
          />
        </Section>
      ),
    };
  });
}
const lostBy = (row: { cap_lost_revenue: number | null; breaker_lost_revenue: number | null }): number =>
  (row.cap_lost_revenue ?? 0) + (row.breaker_lost_revenue ?? 0);

/** Every figure, in one sentence each. */
export function figuresPage(c: ConsoleContext): Promise<Response> {
  return reportPage(c, "figures", [], async () => ({
    children: (
      <Section title="Definitions" hint="One definition each: of this page, of the API and of the exports.">
        <Table
          caption="Figures and their definitions"
          rows={FIGURES}
          empty="none"
          columns={[
            { head: "Figure", cell: ({ title }) => title },
            { head: "Name", cell: ({ name }) => <code>{name}</code> },
            { head: "Kind", cell: ({ unit }) => UNIT[unit] },
            {
              head: "Counted",
              cell: ({ exact }) => <Badge tone={exact ? "good" : "quiet"}>{exact ? "exact" : "best effort"}</Badge>,
            },
            { head: "Means", cell: ({ sentence }) => sentence },
          ]}
        />
        <h3>Estimates</h3>
        <dl>
          {ESTIMATES.map(({ title, sentence }) => (
            <>
              <dt>{title}</dt>
              <dd>{sentence}</dd>
            </>
          ))}
        </dl>
      </Section>
    ),
  }));
}
