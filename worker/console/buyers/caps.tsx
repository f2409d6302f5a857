import type { CapLine } from "../../../schema/api/buyer-health.ts";
import { count, money } from "../shell/format.ts";
import { Ago, Bar, Table } from "../shell/parts.tsx";

const amount = (of: CapLine["of"], value: number): string => (of === "money" ? money(value) : count(value));

/** Caps as bars, with what is used of what and when the window ends. */
export function CapTable({ caps }: { caps: readonly CapLine[] }) {
  return (
    <Table
      caption="Caps"
      rows={caps}
      empty="None of its contracts has a cap."
      columns={[
        { head: "Contract", cell: (cap) => <a href={`/ops/contracts/${cap.contract_id}`}>{cap.contract_id}</a> },
        {
          head: "Cap",
          cell: ({ per, source }) => (
            <>
              {per === "total" ? "in all" : `a ${per}`}
              {source !== null && (
                <>
                  {" "}
                  of <code>{source}</code>
                </>
              )}
            </>
          ),
        },
        {
          head: "Used",
          cell: ({ contract_id, per, of, used, limit }) => (
            <Bar
              used={used}
              limit={limit}
              label={`${contract_id}, ${per}`}
              text={`${amount(of, used)} of ${amount(of, limit)}`}
            />
          ),
        },
        {
          head: "Starts anew",
          cell: ({ resets_at }) => (resets_at ? <Ago at={resets_at} /> : <span class="quiet">never</span>),
        },
      ]}
    />
  );
}
