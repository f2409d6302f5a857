import type { ConsoleContext } from "../shell/context.ts";
import { Section, Table, Tabs } from "../shell/parts.tsx";
import { callOf, FILTERS, linkTo } from "./asked.ts";
import { reportPage } from "./frame.tsx";
import { figures, shown, summaryShape } from "./shapes.ts";

type Group = (typeof FILTERS)[number];
/** What is shown by each group, most important first. */
const COLUMNS: Record<Group, string[]> = {
  publisher: [
    "pings",
    "ping_acceptance",
    "answer_p95",
    "leads",
    "sell_through",
    "sales",
    "revenue",
    "payout",
    "margin",
    "margin_share",
    "returned",
  ],
  campaign: [
    "pings",
    "ping_acceptance",
    "leads",
    "sell_through",
    "sales",
    "revenue",
    "margin",
    "margin_share",
    "recovered_revenue",
    "time_to_sale_p50",
  ],
  buyer: [
    "asked",
    "bid_rate",
    "win_rate",
    "too_late_share",
    "closed_early",
    "out_maximum_too_low",
    "out_shaped",
    "ping_p95",
    "posts",
    "delivery_success",
    "post_acceptance",
    "sales",
    "revenue",
    "margin",
    "returned",
  ],
  contract: [
    "asked",
    "bid_rate",
    "win_rate",
    "average_won",
    "closed_early",
    "out_cap",
    "out_maximum_too_low",
    "out_shaped",
    "posts",
    "post_acceptance",
    "sales",
    "revenue",
    "margin",
  ],
};
const AREA: Record<Group, string> = {
  publisher: "publishers",
  campaign: "campaigns",
  buyer: "buyers",
  contract: "contracts",
};

/** The figures of a range, by publisher, campaign, buyer or contract. */
export function groupsPage(c: ConsoleContext): Promise<Response> {
  const group = FILTERS.find((name) => name === c.req.query("group")) ?? "publisher";
  return reportPage(c, "groups", FILTERS, async (of) => {
    const names = COLUMNS[group];
    const found = await c.var.api.get(
      callOf("/reports/summary", of, { group, figures: names.join(",") }),
      summaryShape,
    );
    if (!found.ok) return { problem: found.problem };
    const { rows, total } = found.value;
    const columns = figures(names).filter(({ name }) => name in total);
    const first = columns.find(({ name }) => name === "revenue")?.name ?? columns[0]?.name ?? "";
    const sorted = [...rows].sort((a, b) => (b.values[first] ?? 0) - (a.values[first] ?? 0));
    const all = { group: "all", values: total };
    return {
      files: [{ label: "CSV", href: linkTo("/ops/reports/csv/summary", of, { group }) }],
      children: (
        <Section
          title={`By ${group}`}
          hint={`Most ${first.replaceAll("_", " ")} first. A column's title says what it means; * is best effort.`}
        >
          <Tabs
            label="Group"
            now={group}
            tabs={FILTERS.map((id) => ({ id, href: linkTo("/ops/reports/groups", of, { group: id }), label: id }))}
          />
          <Table
            caption={`Figures by ${group}`}
            rows={sorted.length === 0 ? [] : [...sorted, all]}
            tone={(row) => (row === all ? "sum" : undefined)}
            empty="Nothing happened in this range, or nothing that can be told by this group and these filters."
            columns={[
              {
                head: group,
                cell: (row) => (row === all ? "all" : <a href={`/ops/${AREA[group]}/${row.group}`}>{row.group}</a>),
              },
              ...columns.map((figure) => ({
                head: figure.exact ? figure.title : `${figure.title} *`,
                hint: figure.sentence,
                number: true,
                cell: (row: { values: Record<string, number | null> }) => shown(figure, row.values[figure.name]),
              })),
            ]}
          />
        </Section>
      ),
    };
  });
}
