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
        {
          head: "Cap",
          cell: ({ contract_id, per, source }) => (
            <>
              <a href={`/ops/contracts/${contract_id}`}>{contract_id}</a>
              <br />
              <small class="quiet">
                {per === "total" ? "in all" : `a ${per}`}
                {source !== null && ` of ${source}`}
              </small>
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
          head: "Anew",
          cell: ({ resets_at }) => (resets_at ? <Ago at={resets_at} /> : <span class="quiet">never</span>),
        },
      ]}
    />
  );
}
