import { Table } from "../shell/parts.tsx";
import type { Change } from "./room.ts";

/** A value as an operator reads it: words as they are, the rest as JSON. */
const shown = (value: unknown): string =>
  value === undefined ? "not set" : typeof value === "string" ? value : JSON.stringify(value);

export function ChangeList({ changes, empty }: { changes: readonly Change[]; empty: string }) {
  return (
    <Table
      caption="What changes, member by member"
      rows={changes}
      empty={empty}
      columns={[
        { head: "Member", cell: ({ path }) => <code>{path}</code> },
        { head: "From", cell: ({ from, text }) => (text ? <span class="quiet">–</span> : <span>{shown(from)}</span>) },
        { head: "To", cell: ({ to, text }) => <span>{text ?? shown(to)}</span> },
      ]}
    />
  );
}
