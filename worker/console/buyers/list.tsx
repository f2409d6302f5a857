import { STANDINGS } from "../../../schema/api/buyer-health.ts";
import { BUYER_SORTS, type BuyerRow, buyerListSchema } from "../../../schema/api/buyer-list.ts";
import { query } from "../shell/api.ts";
import type { ConsoleContext } from "../shell/context.ts";
import { count } from "../shell/format.ts";
import { consolePage, problemPage } from "../shell/page.tsx";
import { Badge, Bar, type Column, Field, Money, Pager, Section, Select, Table } from "../shell/parts.tsx";
import { Spark } from "./pictures.tsx";
import { hoursOf, ms, RANGES, rangeLabel, Standing, share, standingLabel } from "./words.tsx";

const one = <T extends string>(known: readonly T[], text: string | undefined): T | undefined =>
  known.find((word) => word === text);

const SORT_LABELS: Record<(typeof BUYER_SORTS)[number], string> = {
  name: "Name",
  posts: "Posts",
  success: "Delivery",
  acceptance: "Acceptance",
  p95: "Post p95",
  win_rate: "Win rate",
  revenue: "Revenue",
  standing: "Most pressing first",
};

/** All buyers, a row each. */
export async function listPage(c: ConsoleContext): Promise<Response> {
  const hours = hoursOf(c.req.query("hours"));
  const sort = one(BUYER_SORTS, c.req.query("sort")) ?? "standing";
  const order = c.req.query("order") === "desc" ? "desc" : "asc";
  const standing = one(STANDINGS, c.req.query("standing"));
  const q = (c.req.query("q") ?? "").slice(0, 80);
  const page = Math.max(1, Number.parseInt(c.req.query("page") ?? "1", 10) || 1);
  const asked = { hours, sort, order, standing, q };
  const answer = await c.var.api.get(query("/buyer-health", { ...asked, page, zone: c.var.zone }), buyerListSchema);
  if (!answer.ok) return problemPage(c, answer.problem, "buyers");
  const { items, total, pages, page: shown } = answer.value;
  const to = (number: number) => query("/ops/buyers", { ...asked, page: number });
  return consolePage(c, {
    title: "Buyers",
    area: "buyers",
    actions: (
      <a class="button" href="/ops/buyers/new">
        New buyer
      </a>
    ),
    children: (
      <>
        <Filters asked={asked} />
        <Section
          title={`${count(total)} ${total === 1 ? "buyer" : "buyers"}`}
          hint={`Figures of the last ${rangeLabel(hours)}. Delivery: posts with an answer that says what became of the lead. Acceptance: the yes among yes and no. Win rate and ping times are counted in memory: best effort.`}
        >
          <Table
            caption="Buyers"
            rows={items}
            columns={columns(hours)}
            empty={
              q !== "" || standing
                ? "No buyer fits these filters."
                : "There is no buyer yet: make one, then its endpoint and a contract."
            }
          />
          <Pager next={shown < pages ? to(shown + 1) : null} first={shown > 1 ? to(1) : null} />
        </Section>
      </>
    ),
  });
}

const columns = (hours: number): Column<BuyerRow>[] => [
  {
    head: "Buyer",
    cell: (row) => (
      <>
        <a class="name" href={query(`/ops/buyers/${row.id}`, { hours })}>
          {row.name}
        </a>
        <br />
        <code class="quiet id">{row.id}</code>
      </>
    ),
  },
  {
    head: "Standing",
    cell: ({ id, standing, open_breakers, alerts }) => (
      <span class="stack">
        <Standing word={standing} />
        {open_breakers.length > 0 && standing !== "breaker_open" && standing !== "breaker_trial" && (
          <Badge tone="bad" title={open_breakers.join(", ")}>
            {count(open_breakers.length)} {open_breakers.length === 1 ? "breaker" : "breakers"}
          </Badge>
        )}
        {alerts > 0 && (
          <a href={`/ops/buyers/${id}/log`}>
            {count(alerts)} {alerts === 1 ? "alert" : "alerts"}
          </a>
        )}
      </span>
    ),
  },
  {
    head: "Posts",
    cell: (row) => <Spark points={row.spark} what={`Posts of ${row.name}`} />,
    hint: "Posts over the range",
  },
  {
    head: "Delivery",
    number: true,
    hint: "Posts with an answer that says what became of the lead",
    cell: (row) => <Warned value={row.figures.delivery_success} />,
  },
  {
    head: "Accepted",
    number: true,
    hint: "Share of the yes among yes and no",
    cell: (row) => share(row.figures.post_acceptance),
  },
  { head: "Post p95", number: true, cell: (row) => ms(row.figures.post_p95), hint: "95 % of the posts took no longer" },
  {
    head: "Win rate",
    number: true,
    cell: (row) => share(row.figures.win_rate),
    hint: "Auctions won by offer; best effort",
  },
  { head: "Revenue", number: true, cell: (row) => <Money amount={row.figures.revenue} /> },
  {
    head: "Balance",
    number: true,
    cell: (row) => <Money amount={row.money?.balance} />,
    hint: "Of the buyer's account now",
  },
  {
    head: "Fullest cap",
    hint: "Of all caps of its contracts the one that is used most",
    cell: ({ fullest_cap: cap }) =>
      cap ? (
        <Bar
          used={cap.used}
          limit={cap.limit}
          label={`${cap.contract_id}, a ${cap.per}`}
          text={`${share(cap.share)} a ${cap.per}`}
        />
      ) : (
        <span class="quiet">none</span>
      ),
  },
];

interface Asked {
  hours: number;
  sort: string;
  order: string;
  standing?: string;
  q: string;
}
function Filters({ asked: { q, standing, hours, sort, order } }: { asked: Asked }) {
  return (
    <form class="filters" method="get" action="/ops/buyers">
      <Field name="q" label="Id or name" type="search" value={q} />
      <Select
        name="standing"
        label="Standing"
        none="any"
        value={standing}
        options={STANDINGS.map((value) => ({ value, label: standingLabel(value) }))}
      />
      <Select
        name="hours"
        label="Figures of the last"
        value={String(hours)}
        options={RANGES.map((range) => ({ value: String(range.hours), label: range.label }))}
      />
      <Select
        name="sort"
        label="Sort by"
        value={sort}
        options={BUYER_SORTS.map((value) => ({ value, label: SORT_LABELS[value] }))}
      />
      <Select
        name="order"
        label="Order"
        value={order}
        options={[
          { value: "asc", label: "up" },
          { value: "desc", label: "down" },
        ]}
      />
      <button type="submit">Show</button>
    </form>
  );
}

/** A share that is too small is marked by more than its colour. */
function Warned({ value }: { value: number | null }) {
  if (value === null || value >= 95) return <>{share(value)}</>;
  return (
    <Badge tone={value < 90 ? "bad" : "warn"} title={value < 90 ? "under 90 %" : "under 95 %"}>
      {share(value)}
    </Badge>
  );
}
