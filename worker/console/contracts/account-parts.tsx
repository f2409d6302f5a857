import { count, money } from "../shell/format.ts";
import { Ago, Badge, Bar, Section, Table } from "../shell/parts.tsx";
import type { Account } from "./shapes.ts";

type Cap = Account["caps"][number];
const bars = ({ cap, used_count, used_money }: Cap) => [
  ...(cap.count === undefined
    ? []
    : [{ used: used_count, limit: cap.count, text: `${count(used_count)} of ${count(cap.count)} leads` }]),
  ...(cap.money === undefined
    ? []
    : [{ used: used_money, limit: cap.money, text: `${money(used_money)} of ${money(cap.money)}` }]),
];

/** Caps with what is used of them, as the buyer's object counts. */
export function Caps({ caps, known }: { caps: Cap[]; known: boolean }) {
  return (
    <Section title="Caps">
      <Table
        caption="Caps and what is used of them"
        rows={caps}
        empty={known ? "No cap is in use." : "The buyer's account does not answer; try again."}
        columns={[
          {
            head: "Cap",
            cell: ({ cap, source }) => (
              <span>
                {cap.per === "total" ? "in all" : `a ${cap.per}`}
                {source !== null && ` from ${source}`}
              </span>
            ),
          },
          { head: "Used", cell: (cap) => bars(cap).map((bar) => <Bar {...bar} label={`cap ${cap.cap.per}`} />) },
          {
            head: "Anew",
            cell: ({ resets_at }) => (resets_at ? <Ago at={resets_at} /> : <span class="quiet">never</span>),
          },
        ]}
      />
    </Section>
  );
}

export function Breakers({ breakers, buyer }: { breakers: Account["breakers"]; buyer: string }) {
  const open = breakers.filter(({ state }) => state !== "closed");
  return (
    <Section title="Breaker">
      {open.length === 0 ? (
        <p>
          <Badge tone="good">closed</Badge> Pings and posts reach the endpoint.
        </p>
      ) : (
        open.map(({ phase, state, failures, until }) => (
          <p>
            <Badge tone="bad">{state.replaceAll("_", " ")}</Badge> for {phase}s after {count(failures)} failures
            {until && (
              <>
                ; tried again <Ago at={until} />
              </>
            )}
            . <a href={`/ops/buyers/${buyer}`}>To the buyer</a>
          </p>
        ))
      )}
    </Section>
  );
}
