import { autoInsurance } from "../../schema/verticals/index.ts";
import { seededRandom } from "../../test/support/random.ts";
import type { RawConfigRow } from "../../worker/snapshot/raw-rows.ts";

/** ZIPs that only the first ten contracts buy; a ping for one of them has ten candidates, however many contracts there are. */
export const RARE = Array.from({ length: 50 }, (_, i) => String(99_950 + i));

/** A list of its own for every contract: nothing is shared, which is the worst for memory. */
function zipsOf(contract: number, count: number, edition: number): string[] {
  const draw = seededRandom(contract * 1_000 + edition);
  const all = new Set<string>(contract < 10 ? RARE : []);
  while (all.size < count) all.add(String(Math.floor(draw() * 99_950)).padStart(5, "0"));
  return [...all];
}

const row = (kind: string, body: { id: string } & Record<string, unknown>, seq: number): RawConfigRow => ({
  ...{ kind, id: body.id, seq, version: seq },
  body: JSON.stringify(body),
});

const request = { url: "http://127.0.0.1/ping", body: { zip: "{{zip}}" } };
const answer = { rules: [{ when: { path: "r", equals: "bid" }, outcome: "bid" }], price: "price" };

/** Campaign, buyer and endpoint. */
export const houseRows = (): RawConfigRow[] => [
  row("campaign", { ...autoInsurance }, 1),
  row("buyer", { id: "acme", name: "Acme", status: "active", credit_limit: null }, 2),
  row("endpoint", { ...{ id: "ep", buyer_id: "acme", name: "e", status: "active" }, dialect: dialect() }, 3),
];
const dialect = () => ({ version: 1, ping: { request, answer }, post: { request, answer: { rules: [] } } });

/** `count` contracts of `zips` ZIPs each, as rows of the ledger, from the sequence number `seq` on. */
export function* contractRows(count: number, zips: number, seq: number, edition = 0): Generator<RawConfigRow> {
  for (let i = 0; i < count; i++)
    yield row(
      "contract",
      {
        ...{ id: `c${i}`, buyer_id: "acme", endpoint_id: "ep", campaign_id: autoInsurance.id, name: `Contract ${i}` },
        ...{ status: "active", price: { type: "bid" } },
        filter: { all: [{ field: "zip", in: zipsOf(i, zips, edition) }] },
      },
      seq + i,
    );
}
