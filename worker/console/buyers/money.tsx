import type * as z from "zod";
import type { BuyerHealth } from "../../../schema/api/buyer-health.ts";
import type { Problem } from "../shell/api.ts";
import { count, duration } from "../shell/format.ts";
import { errorOf } from "../shell/forms.tsx";
import { Empty, Field, Fields, Money, Section, Select, Stat, Stats, Table, When } from "../shell/parts.tsx";
import type { Typed } from "./form.ts";
import type { BuyerRecord, movementsSchema } from "./shapes.ts";

export interface MoneyProps {
  buyer: BuyerRecord;
  money: BuyerHealth["money"];
  movements: z.output<typeof movementsSchema>["items"];
  typed: Typed;
  problem?: Problem;
  admin: boolean;
}

/** The account, its statement, and the form that books by hand. */
export function MoneyTab({ buyer, money, movements, typed, problem, admin }: MoneyProps) {
  const { credit_limit } = buyer.record;
  return (
    <>
      <Account money={money} credit={credit_limit} />
      <Section
        title="Book by hand"
        hint="Each entry has an id of yours: the same id is booked once, however often it is sent."
      >
        {admin ? <EntryForm {...{ buyer, typed, problem }} /> : <Empty>This needs the role admin.</Empty>}
      </Section>
      <Section
        title="Statement"
        hint="The newest 50 movements of the last 31 days, from the ledger: a second or two behind."
      >
        <Table
          caption="Movements"
          rows={movements}
          empty="No movement in the last 31 days."
          columns={[
            { head: "When", cell: ({ at }) => <When at={at} /> },
            { head: "Kind", cell: ({ kind }) => kind },
            { head: "Amount", number: true, cell: ({ amount }) => <Money amount={amount} /> },
            {
              head: "Reason",
              cell: ({ reason, author }) => (
                <>
                  {reason ?? ""} {author && <small class="quiet">by {author}</small>}
                </>
              ),
            },
            { head: "For", cell: ({ ref, kind }) => <Ref text={ref} kind={kind} /> },
          ]}
        />
      </Section>
    </>
  );
}

function Account({ money, credit }: { money: MoneyProps["money"]; credit: BuyerRecord["record"]["credit_limit"] }) {
  if (!money) return <Empty>The buyer's account did not answer just now; the statement below is the ledger's.</Empty>;
  return (
    <Stats>
      <Stat
        name="Balance"
        value={<Money amount={money.balance} />}
        hint="All movements of its account; of the object, exact."
      />
      <Stat name="Held" value={<Money amount={money.held} />} hint="For leads on their way; given back or charged." />
      <Stat
        name="In doubt"
        value={<Money amount={money.in_doubt_money} />}
        hint="Part of what is held: the buyer may have the lead."
        note={
          money.in_doubt === 0
            ? "none"
            : `${count(money.in_doubt)} leads, the oldest for ${duration(money.oldest_in_doubt_ms)}`
        }
        href={money.in_doubt === 0 ? undefined : "/ops/dead-letters"}
        tone={money.in_doubt === 0 ? "quiet" : "warn"}
      />
      <Stat
        name="May spend"
        value={money.available === null ? "no limit" : <Money amount={money.available} />}
        hint="Balance plus credit minus what is held."
        note={
          credit === null ? (
            "invoiced"
          ) : Number(credit) === 0 ? (
            "prepaid"
          ) : (
            <>
              credit of <Money amount={Number(credit)} />
            </>
          )
        }
      />
    </Stats>
  );
}

/** A charge is for a reservation, which begins with its lead's id. */
function Ref({ text, kind }: { text: string; kind: string }) {
  const lead = /^(?:refund:)?(l[0-9A-Za-z]{27})_/.exec(text)?.[1];
  return kind !== "deposit" && lead ? <a href={`/ops/leads/${lead}`}>{lead}</a> : <code>{text}</code>;
}

function EntryForm({ buyer, typed, problem }: { buyer: BuyerRecord; typed: Typed; problem?: Problem }) {
  const field = (name: string) => ({ name, value: typed[name] ?? "", error: errorOf(problem, name) });
  return (
    <form method="post" action={`/ops/buyers/${buyer.id}/entries`}>
      {problem && problem.errors.length === 0 && (
        <p class="notice bad" role="alert">
          {problem.detail}
        </p>
      )}
      <Fields>
        <Select
          {...field("kind")}
          label="Kind"
          options={[
            { value: "deposit", label: "deposit: money came in" },
            { value: "credit", label: "credit: granted by us" },
            { value: "adjustment", label: "adjustment: may be negative" },
          ]}
        />
        <Field {...field("amount")} label="Amount" required hint="In the currency's unit, like 500 or 21.105." />
        <Field {...field("id")} label="Your id of this entry" required hint="Like the bank's reference." />
        <Field {...field("reason")} label="Reason" required />
      </Fields>
      <button type="submit" class="primary">
        Book
      </button>
    </form>
  );
}
