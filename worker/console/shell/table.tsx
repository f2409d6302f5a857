import type { Child } from "hono/jsx";
import { Empty } from "./parts.tsx";

export interface Column<T> {
  head: string;
  cell: (row: T) => Child;
  /** Numbers stand on the right. */
  number?: boolean;
  hint?: string;
}
export interface TableProps<T> {
  /** Says what the table holds, for those who cannot see it. */
  caption: string;
  columns: Column<T>[];
  rows: readonly T[];
  /** In place of a table without rows. */
  empty: Child;
  /** Extra class of a row. */
  tone?: (row: T) => string | undefined;
  id?: string;
}

/** A list; each row becomes a card on a phone. */
export function Table<T>({ caption, columns, rows, empty, tone, id }: TableProps<T>) {
  if (rows.length === 0) return <Empty>{empty}</Empty>;
  return (
    <div class="scroll">
      <table id={id}>
        <caption class="hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ head, number, hint }) => (
              <th scope="col" class={number ? "number" : undefined} title={hint}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr class={tone?.(row)}>
              {columns.map(({ head, cell, number }) => (
                <td data-head={head} class={number ? "number" : undefined}>
                  <div>{cell(row)}</div>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
