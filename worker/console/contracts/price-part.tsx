import { CONTRACTS, pageOf } from "../records/room.ts";
import { Confirm, Section } from "../shell/parts.tsx";
import type { Refused } from "./contract-page.tsx";
import { priceSentences } from "./words.ts";

const MOST = 15;

/** What it pays; a list of prices goes in and out as CSV, and is reviewed before it holds. */
export function PriceTable({
  id,
  record,
  refused,
}: {
  id: string;
  record: Record<string, unknown>;
  refused?: Refused["problem"];
}) {
  const page = pageOf(CONTRACTS, id);
  const lines = priceSentences(record.price);
  const table =
    typeof record.price === "object" &&
    record.price !== null &&
    "type" in record.price &&
    record.price.type === "table";
  return (
    <Section
      title="What it pays"
      id="prices"
      hint={table ? "The first line that fits decides; among ZIPs the most exact." : undefined}
      actions={table && <a href={`${page}/prices.csv`}>Download as CSV</a>}
    >
      {table ? (
        <ol>
          {lines.slice(0, MOST).map((line) => (
            <li>{line}</li>
          ))}
        </ol>
      ) : (
        <p>{lines[0]}</p>
      )}
      {lines.length > MOST && <p class="quiet">and {lines.length - MOST} more: see the CSV.</p>}
      {refused && refused.errors.length > 0 && (
        <ul>
          {refused.errors.slice(0, 20).map(({ field, message }) => (
            <li class="error">
              <code>{field}</code> {message}
            </li>
          ))}
        </ul>
      )}
      <Upload page={page} open={refused !== undefined} />
    </Section>
  );
}

function Upload({ page, open }: { page: string; open: boolean }) {
  return (
    <Confirm action={`${page}/prices`} label="Prices from CSV" submit="Read and review" role="admin" open={open}>
      <p>
        Columns: <code>zip</code> (<code>90210</code>, <code>902*</code>, or empty for all others), <code>amount</code>,
        and fields of the campaign (<code>TX|OK</code>, <code>&gt;=700</code>, <code>600..699</code>, <code>!CA</code>).
        Nothing holds before it is reviewed.
      </p>
      <div class="field">
        <label for="f-prices-csv">Rows</label>
        <textarea
          id="f-prices-csv"
          name="csv"
          class="code"
          rows={8}
          required
          spellcheck={false}
          placeholder={"zip,amount\n90210,25\n902*,12.50\n,8"}
        ></textarea>
      </div>
    </Confirm>
  );
}
