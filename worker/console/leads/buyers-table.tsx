import type { BuyerTrace } from "../../../schema/api/auction-trace.ts";
import { Badge, type Column, Money, Section, Table, type Tone } from "../shell/parts.tsx";
import { pageOf, path } from "./links.ts";
import { notPictured, sorted } from "./picture/rows.ts";

/** Why each buyer did, or did not, get the lead, and what to do about it. Equal to the picture, and more. */
export function Buyers({ buyers, currency, posted }: { buyers: BuyerTrace[]; currency: string; posted: boolean }) {
  const asked = sorted(buyers).map(({ buyer }) => buyer);
  const others = notPictured(buyers);
  return (
    <>
      <Section title="Who was asked" hint="Best offer first, then by what became of it." id="buyers">
        <Table
          caption="Buyers that were asked or had a standing price, with what they answered and why not they"
          columns={columns(currency, posted)}
          rows={asked}
          empty="Nobody was asked."
        />
      </Section>
      {others.length > 0 && (
        <Section
          title="Who was not asked"
          hint="By reason. Filters, hours, sources and consent are judged by today's configuration."
          id="not-asked"
        >
          <Table
            caption="Contracts that were not asked, with the reason"
            columns={notAsked(currency)}
            rows={others}
            empty=""
          />
        </Section>
      )}
    </>
  );
}

const who: Column<BuyerTrace> = {
  head: "Buyer",
  cell: (b) => (
    <div>
      <a href={path("buyer", b.buyer_id)}>{b.buyer_name ?? b.buyer_id}</a>
      <br />
      <small>
        <a href={path("contract", b.contract_id)}>{b.contract_id}</a>
      </small>
    </div>
  ),
};

const why: Column<BuyerTrace> = {
  head: "Why not",
  cell: (b) => (
    <div>
      {b.why === null ? <Badge tone="good">won the auction</Badge> : sentence(b.why)}
      {b.http_status !== null && b.outcome === "error" && ` HTTP ${b.http_status}.`}
      <Todo buyer={b} />
      {b.answer !== null && b.outcome === "error" && (
        <details>
          <summary>its answer</summary>
          <code>{b.answer}</code>
        </details>
      )}
    </div>
  ),
};

function Todo({ buyer }: { buyer: BuyerTrace }) {
  if (!buyer.todo) return null;
  const { text, about } = buyer.todo;
  const href = pageOf(about, buyer.buyer_id);
  return (
    <p class="row-reason">
      {text} {href && <a href={href}>{about?.replace(":", " ")}</a>}
    </p>
  );
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

function columns(currency: string, posted: boolean): Column<BuyerTrace>[] {
  const all: Column<BuyerTrace>[] = [
    { head: "Rank", number: true, cell: (b) => b.rank ?? <span class="quiet">–</span> },
    who,
    { head: "Answer", cell: (b) => <Badge tone={toneOf(b)}>{wordOf(b)}</Badge> },
    { head: "Offer", number: true, cell: (b) => <Money amount={b.bid} currency={currency} /> },
    {
      head: "Payout",
      number: true,
      hint: "What the publisher would get of it",
      cell: (b) => <Money amount={b.payout} currency={currency} />,
    },
    {
      head: "Took",
      number: true,
      hint: "From dispatch to the answer, or to the end of waiting; of its own timeout",
      cell: took,
    },
    why,
  ];
  if (posted) all.push({ head: "Then", cell: (b) => (b.post ? b.post.text : <span class="quiet">–</span>) });
  return all;
}

const took = (b: BuyerTrace) =>
  b.ms === null ? (
    <span class="quiet">–</span>
  ) : (
    <span>
      {Math.round(b.ms)} ms
      {b.timeout_ms !== null && <small class="quiet"> of {Math.round(b.timeout_ms)}</small>}
    </span>
  );

const notAsked = (currency: string): Column<BuyerTrace>[] => [
  who,
  { head: "Reason", cell: (b) => <code>{b.reason}</code> },
  { head: "Price", number: true, cell: (b) => <Money amount={b.bid} currency={currency} /> },
  why,
];

function wordOf(b: BuyerTrace): string {
  if (b.outcome === null) return "fixed price";
  return b.outcome.replaceAll("_", " ");
}

const TONES: Record<NonNullable<BuyerTrace["outcome"]>, Tone> = {
  bid: "info",
  no_bid: "quiet",
  timeout: "bad",
  late: "warn",
  error: "bad",
  not_attempted: "warn",
  closed_early: "quiet",
};
const toneOf = (b: BuyerTrace): Tone => (b.rank === 1 ? "good" : b.outcome === null ? "info" : TONES[b.outcome]);
