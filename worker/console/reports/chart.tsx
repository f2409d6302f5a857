import type { Figure } from "../../../schema/figures.ts";
import { Table } from "../shell/parts.tsx";
import type { Summary } from "./shapes.ts";
import { shown } from "./shapes.ts";

/**
 * Lines over time, drawn by uPlot from the data beside it; the table beneath holds the same figures, for those without script or sight.
 */
export function Chart({ title, rows, of, zone }: { title: string; rows: Summary["rows"]; of: Figure[]; zone: string }) {
  const data = [
    rows.map(({ from }) => Date.parse(from) / 1_000),
    ...of.map(({ name }) => rows.map(({ values }) => values[name] ?? null)),
  ];
  const series = of.map(({ title: label, unit }) => ({ label, unit }));
  return (
    <figure class="chart">
      <figcaption>{title}</figcaption>
      <div
        class="plot"
        role="img"
        aria-label={`${title}: ${of.map((f) => f.title).join(", ")} over time; the table below has the values`}
        data-chart={JSON.stringify({ data, series, zone })}
      ></div>
      <details>
        <summary>As a table</summary>
        <Table
          caption={title}
          rows={rows}
          empty="Nothing happened in this range."
          columns={[
            { head: "Time", cell: ({ time }) => time?.replace("T", " ") },
            ...of.map((f) => ({
              head: f.title,
              hint: f.sentence,
              number: true,
              cell: ({ values }: Summary["rows"][number]) => shown(f, values[f.name]),
            })),
          ]}
        />
      </details>
    </figure>
  );
}
