import { count } from "../shell/format.ts";
import { Badge, Money, Section, Table, When } from "../shell/parts.tsx";
import type { DryRun, Sums, Totals } from "./room.ts";

/** "What would this change have sold?" */
export function DryRunView({ run, own }: { run: DryRun; own: string | null }) {
  const held = run.looked_at - run.not_held;
  return (
    <>
      <Section
        title="What this would have sold"
        hint={
          <>
            {run.looked_at === 0
              ? "No auction of this campaign is recorded yet."
              : `The newest ${count(run.looked_at)} auctions of the campaign, `}
            {run.oldest && (
              <>
                from <When at={run.oldest} /> to <When at={run.newest} />. {count(run.reproduced)} of {count(held)} end
                under the present rules as they ended then.
              </>
            )}
          </>
        }
      >
        {run.looked_at > 0 && <SumsTable run={run} own={own} />}
        {run.unknown.after > 0 && (
          <p>
            <Badge tone="warn">unknown</Badge> In {count(run.unknown.after)} auctions {own} would be asked and its bid
            is not recorded; they count as no bid.
            {run.unknown.assumed > 0 &&
              ` For ${count(run.unknown.assumed)} of them the column "assumed" takes its nearest similar answer.`}
          </p>
        )}
        <details>
          <summary>What is taken for granted</summary>
          <ul>
            {run.assumptions.map((one) => (
              <li>{one}</li>
            ))}
          </ul>
        </details>
      </Section>
      {run.moved_count > 0 && <MovedTable run={run} />}
      {run.reasons.length > 0 && <Reasons run={run} own={own} />}
    </>
  );
}

interface Line {
  name: string;
  sums: Sums;
  of: keyof Totals;
  money?: boolean;
}

function SumsTable({ run, own }: { run: DryRun; own: string | null }) {
  const lines: Line[] = [
    { name: "Auctions won by anybody", sums: run.all, of: "won" },
    ...(own ? ([{ name: `Won by ${own}`, sums: run.all, of: "own_won" }] as const) : []),
    { name: "Of posted leads: revenue", sums: run.posted, of: "revenue", money: true },
    { name: "Of posted leads: payouts", sums: run.posted, of: "payouts", money: true },
    { name: "Of posted leads: margin", sums: run.posted, of: "margin", money: true },
    ...(own
      ? ([{ name: `Of posted leads: ${own} pays`, sums: run.posted, of: "own_revenue", money: true }] as const)
      : []),
    { name: "Of all pings: revenue, had all been posted", sums: run.all, of: "revenue", money: true },
  ];
  const value = ({ of, money }: Line, totals: Totals) =>
    money ? <Money amount={totals[of]} /> : <span>{count(totals[of])}</span>;
  return (
    <Table
      caption="Before and after"
      rows={lines}
      empty="Nothing."
      columns={[
        { head: "Figure", cell: ({ name }) => <span>{name}</span> },
        { head: "Now", number: true, cell: (line) => value(line, line.sums.before) },
        { head: "With the change", number: true, cell: (line) => value(line, line.sums.after) },
        { head: "Difference", number: true, cell: (line) => <Difference line={line} /> },
        ...(run.all.assumed
          ? [
              {
                head: "Assumed",
                number: true,
                cell: (line: Line) => (line.sums.assumed ? value(line, line.sums.assumed) : <span>–</span>),
              },
            ]
          : []),
      ]}
    />
  );
}

function Difference({ line: { sums, of, money } }: { line: Line }) {
  const by = sums.after[of] - sums.before[of];
  if (Math.abs(by) < 1e-9) return <span class="quiet">none</span>;
  return (
    <strong>
      {by > 0 ? "+" : "−"}
      {money ? <Money amount={Math.abs(by)} /> : count(Math.abs(by))}
    </strong>
  );
}

/** Rows of one page. */
const MOST_MOVED = 25;

function MovedTable({ run }: { run: DryRun }) {
  const rows = run.moved.slice(0, MOST_MOVED);
  const listed = rows.length < run.moved_count ? `; the newest ${count(rows.length)} are listed` : "";
  const sold = (side: DryRun["moved"][number]["from"]) =>
    side ? (
      <span>
        {side.contract_id} <Money amount={side.price} />
      </span>
    ) : (
      <span class="quiet">nobody</span>
    );
  return (
    <Section title="Auctions that change hands" hint={`${count(run.moved_count)} in all${listed}.`}>
      <Table
        caption="Auctions that change hands"
        rows={rows}
        empty="None."
        columns={[
          { head: "Auction", cell: ({ ping_id }) => <a href={`/ops/auctions/${ping_id}`}>{ping_id.slice(0, 12)}…</a> },
          { head: "From", cell: ({ from }) => sold(from) },
          { head: "To", cell: ({ to }) => sold(to) },
          {
            head: "Why",
            cell: ({ why }) => (
              <span>
                {why.when === "before" ? "until now" : "with the change"}, {why.contract_id}: {why.text}
              </span>
            ),
          },
        ]}
      />
    </Section>
  );
}

function Reasons({ run, own }: { run: DryRun; own: string | null }) {
  return (
    <Section title={`What becomes of ${own ?? "it"}, by reason`}>
      <Table
        caption="Reasons by count"
        rows={run.reasons}
        empty="None."
        columns={[
          { head: "Reason", cell: ({ text }) => <span>{text}</span> },
          { head: "Now", number: true, cell: ({ before }) => <span>{count(before)}</span> },
          { head: "With the change", number: true, cell: ({ after }) => <span>{count(after)}</span> },
        ]}
      />
    </Section>
  );
}
