import { type AuctionLine, auctionsAnswer } from "../../../schema/api/search.ts";
import { ANSWER_CODES } from "../../../schema/lists.ts";
import { type Problem, query } from "../shell/api.ts";
import type { ConsoleContext } from "../shell/context.ts";
import { errorOf } from "../shell/forms.tsx";
import { consolePage, problemPage } from "../shell/page.tsx";
import { Badge, type Column, Field, Money, Pager, Section, Select, Table, When } from "../shell/parts.tsx";
import { Styles } from "./auction-parts.tsx";
import { between, TESTS, Times } from "./filters.tsx";
import { emptyText, ListTabs } from "./found.tsx";
import { auctionPath, leadPath, path } from "./links.ts";

const FILTERS = ["publisher", "campaign", "buyer", "result", "code", "posted", "test", "after"] as const;

/** Auctions, newest first, posted or not. */
export async function auctionList(c: ConsoleContext): Promise<Response> {
  const given = c.req.query();
  const asked = Object.fromEntries(FILTERS.map((name) => [name, given[name] ?? ""]));
  const call = query("/auctions", { ...asked, ...between(given, c.var.zone), limit: 50 });
  const answer = await c.var.api.get(call, auctionsAnswer);
  if (!answer.ok && answer.status !== 422) return problemPage(c, answer.problem, "leads");
  const { after, ...rest } = given;
  return consolePage(c, {
    title: "Auctions",
    area: "leads",
    status: answer.ok ? 200 : answer.status,
    children: (
      <>
        <Styles />
        <ListTabs now="auctions" />
        <Filters given={given} problem={answer.ok ? undefined : answer.problem} />
        {answer.ok && (
          <Section title="Found" hint="Of pings that nobody posted, as many as the campaign records (record_unposted).">
            <Table
              caption="Auctions, newest first"
              columns={COLUMNS}
              rows={answer.value.items}
              empty={emptyText(answer.value.next)}
            />
            <Pager
              first={after ? query("/ops/auctions", rest) : null}
              next={answer.value.next && query("/ops/auctions", { ...rest, after: answer.value.next })}
            />
          </Section>
        )}
      </>
    ),
  });
}

const POSTED = [
  { value: "true", label: "posted" },
  { value: "false", label: "not posted" },
];

function Filters({ given, problem }: { given: Record<string, string>; problem?: Problem }) {
  const field = (name: string, label: string) => (
    <Field name={name} label={label} value={given[name]} error={errorOf(problem, name)} />
  );
  return (
    <form method="get" action="/ops/auctions" class="filters">
      <Select name="result" label="Result" options={["accepted", "rejected"]} value={given.result} none="any" />
      <Select name="code" label="Told" options={ANSWER_CODES} value={given.code} none="anything" />
      <Select name="posted" label="Post" options={POSTED} value={given.posted} none="any" />
      {field("publisher", "Publisher")}
      {field("campaign", "Campaign")}
      {field("buyer", "A buyer asked")}
      <Select name="test" label="Tests" options={TESTS} value={given.test} none="with the others" />
      <Times given={given} problem={problem} />
      <button type="submit" class="primary">
        Search
      </button>
      <a class="button" href="/ops/auctions">
        Clear
      </a>
    </form>
  );
}

const COLUMNS: Column<AuctionLine>[] = [
  { head: "Held", cell: (a) => <When at={a.at} /> },
  {
    head: "Auction",
    cell: (a) => (
      <div>
        <a href={auctionPath(a.ping_id)}>
          <code>{a.ping_id}</code>
        </a>{" "}
        {a.test && <Badge tone="info">test</Badge>}
        <br />
        <small class="quiet">
          <a href={path("publisher", a.publisher_id)}>{a.publisher_id}</a>, {a.campaign_id}
        </small>
      </div>
    ),
  },
  { head: "Result", cell: (a) => <Badge tone={a.result === "accepted" ? "good" : "bad"}>{a.result}</Badge> },
  { head: "What it came to", cell: (a) => a.line },
  { head: "Promised", number: true, cell: (a) => (a.price > 0 ? <Money amount={a.price} /> : "–") },
  { head: "Took", number: true, cell: (a) => `${Math.round(a.took_ms)} ms` },
  { head: "Lead", cell: (a) => (a.lead_id === null ? "–" : <a href={leadPath(a.lead_id)}>its lead</a>) },
];
