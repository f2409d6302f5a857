import fc from "fast-check";
import { beforeEach, expect, it } from "vitest";
import { autoInsurance } from "../../../schema/verticals/index.ts";
import { zipListsOf } from "../../../worker/auction/compact-filter.ts";
import { type RawConfigRow, type RawSuppression, Snapshot } from "../../../worker/snapshot/snapshot.ts";
import { zips } from "../auction/fixtures.ts";
import { buyer, campaign, contract, endpoint, house, row, settingsRow } from "./rows.ts";

let snapshot: Snapshot;
beforeEach(() => {
  snapshot = new Snapshot();
  snapshot.apply(house());
});
const config = (...rows: RawConfigRow[]) => snapshot.apply({ config: rows, status: [], suppressions: [] });
const contracts = () => snapshot.contractsOf(autoInsurance.id).map((found) => found.config.id);

it("knows a contract with its buyer and endpoint", () => {
  expect(contracts()).toEqual(["acme_c"]);
  expect(snapshot.refused.size).toBe(0);
  expect(snapshot.seen).toEqual({ config: 4, status: 0, suppressions: 0 });
});

it.each([
  ["contract", { ...contract, price: { type: "barter" } }, "price.type"],
  ["endpoint", { ...endpoint, dialect: { kind: "xml" } }, "dialect"],
  ["buyer", { ...buyer, credit_limit: "much" }, "credit_limit"],
  ["campaign", { ...campaign, fields: [] }, "fields"],
])("a %s that does not parse is left out and shown, and its last good version does not go on", (kind, body, field) => {
  config(row(kind, body, 9));
  expect([...snapshot.refused.keys()]).toEqual([`${kind}/${body.id}`]);
  expect(snapshot.refused.get(`${kind}/${body.id}`)).toContain(field.split(".")[0]);
  if (kind === "campaign") expect(snapshot.campaign(autoInsurance.id)).toBeUndefined();
  else expect(contracts()).toEqual([]);
  const good = house().config.find((other) => other.kind === kind);
  config({ ...(good as RawConfigRow), seq: 10, version: 10 });
  expect(snapshot.refused.size).toBe(0);
  expect(contracts()).toEqual(["acme_c"]);
  expect(snapshot.campaign(autoInsurance.id)).toBeDefined();
});

it("the pause of a record that no longer parses pauses it", () => {
  config(row("contract", { ...contract, gone: true, status: "paused" }, 9));
  expect(contracts()).toEqual([]);
});

it("what is not even JSON, or of a kind that is not known, harms nothing else", () => {
  config(
    { ...row("buyer", buyer, 9), id: "broken", body: "{" },
    row("planet", { id: "mars" }, 10),
    settingsRow(11, "paused"),
  );
  expect([...snapshot.refused.keys()]).toEqual(["buyer/broken"]);
  expect(contracts()).toEqual(["acme_c"]);
  expect(snapshot.paused).toBe(true);
  expect(snapshot.seen.config).toBe(11);
});

it("a contract without its buyer or endpoint waits for them", () => {
  const fresh = new Snapshot();
  const [campaignRow, buyerRow, endpointRow, contractRow] = house().config as [
    RawConfigRow,
    RawConfigRow,
    RawConfigRow,
    RawConfigRow,
  ];
  const apply = (...rows: RawConfigRow[]) => fresh.apply({ config: rows, status: [], suppressions: [] });
  apply(campaignRow, contractRow);
  expect(fresh.contractsOf(autoInsurance.id)).toEqual([]);
  apply(endpointRow);
  apply(buyerRow);
  expect(fresh.contractsOf(autoInsurance.id)).toHaveLength(1);
});

it("a new version of an endpoint reaches its contract, with its version for the credentials", () => {
  const before = snapshot.contract("acme_c");
  config(row("endpoint", { ...endpoint, credentials_sealed: { token: "k1.x" } }, 9, 2));
  const after = snapshot.contract("acme_c");
  expect([before?.endpoint_version, after?.endpoint_version]).toEqual([3, 2]);
  expect(after?.endpoint.credentials_sealed).toEqual({ token: "k1.x" });
});

it("rows in any order, with repeats: the newest of each record is in force", () => {
  const versions = [1, 2, 3, 4, 5].map((n) => row("buyer", { ...buyer, name: `Acme ${n}` }, 10 + n, n));
  fc.assert(
    fc.property(
      fc.shuffledSubarray([...versions, ...versions], { minLength: 10 }),
      fc.integer({ min: 1, max: 10 }),
      (rows, size) => {
        const mine = new Snapshot();
        mine.apply(house());
        for (let from = 0; from < rows.length; from += size)
          mine.apply({ config: rows.slice(from, from + size), status: [], suppressions: [] });
        expect(mine.record("buyer", "acme")?.body.name).toBe("Acme 5");
        expect(mine.seen.config).toBe(15);
      },
    ),
    { seed: 7, numRuns: 200 },
  );
});

it("a slow read of the suppression list does not undo a faster one", () => {
  const list = (...suppressions: RawSuppression[]) => snapshot.apply({ config: [], status: [], suppressions });
  list({ hash: "a", seq: 1, removed: 0 }, { hash: "b", seq: 2, removed: 1 });
  list({ hash: "a", seq: 3, removed: 1 }, { hash: "b", seq: 4, removed: 0 });
  list({ hash: "a", seq: 1, removed: 0 }, { hash: "b", seq: 2, removed: 1 });
  expect([...snapshot.suppressed]).toEqual(["b"]);
});

it("keeps long lists of ZIPs packed, one for contracts with equal ones, and gives them on so", () => {
  const list = zips(90_000, 5_000);
  const filter = { all: [{ field: "zip", in: list }] };
  config(row("contract", { ...contract, filter }, 9), row("contract", { ...contract, id: "other_c", filter }, 10));
  const copy = new Snapshot();
  copy.apply(snapshot.rows());
  expect(JSON.stringify(snapshot.rows()).length).toBeLessThan(30_000);
  for (const of of [snapshot, copy]) {
    const found = of.candidatesOf(autoInsurance.id, {}).contracts;
    expect(found.map(({ matches }) => [matches({ zip: "94999" }), matches({ zip: "95000" })])).toEqual([
      [true, false],
      [true, false],
    ]);
    const [one, two] = found.flatMap((each) => (each.filter ? zipListsOf(each.filter.filter) : []));
    expect(one).toBe(two);
  }
  expect(contracts()).toEqual(["acme_c", "other_c"]);
});

it("a filter that is none, or packed by somebody else, keeps its contract out", () => {
  config(row("contract", { ...contract, filter: { field: "zip", in: "g" } }, 9));
  expect([...snapshot.refused]).toEqual([["contract/acme_c", "filter"]]);
  config(row("contract", { ...contract, filter: { field: "zip", like: "9" } }, 10));
  expect(contracts()).toEqual([]);
  config(row("contract", contract, 11));
  expect(snapshot.contract("acme_c")?.matches({})).toBe(true);
});

it("a new endpoint's version compiles the contract again with the filter that it has", () => {
  config(row("contract", { ...contract, filter: { field: "zip", in: zips(90_000, 40) } }, 9));
  const before = snapshot.contract("acme_c");
  config(row("endpoint", { ...endpoint, name: "new" }, 10));
  const after = snapshot.contract("acme_c");
  expect(after).not.toBe(before);
  expect(after?.filter).toBe(before?.filter);
  expect(after?.matches({ zip: "10001" })).toBe(false);
});

it("its rows make the same snapshot elsewhere", () => {
  config(settingsRow(9, "paused"), row("buyer", { ...buyer, credit_limit: "much" }, 10));
  snapshot.apply({
    config: [],
    status: [{ kind: "buyer", id: "acme", seq: 3, body: JSON.stringify({ available: 50_000 }) }],
    suppressions: [{ hash: "a", seq: 4, removed: 0 }],
  });
  const copy = new Snapshot();
  copy.apply(snapshot.rows());
  expect(copy.seen).toEqual(snapshot.seen);
  expect(copy.paused).toBe(true);
  expect([...copy.refused.keys()]).toEqual(["buyer/acme"]);
  expect(copy.available("acme")).toBe(50_000);
  expect([...copy.suppressed]).toEqual(["a"]);
});
