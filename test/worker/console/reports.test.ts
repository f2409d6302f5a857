import { afterAll, beforeAll, expect, test } from "vitest";
import { autoInsurance } from "../../../schema/verticals/index.ts";
import { projectTo } from "../../../worker/ledger/project.ts";
import { seedBuyer, seedCampaign, World } from "../../support/world.ts";
import { db } from "../ledger/support.ts";
import { open, signIn } from "./visitor.ts";

let world: World;
beforeAll(async () => {
  world = new World();
  await seedCampaign(autoInsurance as typeof autoInsurance & Record<string, unknown>);
  await seedBuyer("acme", autoInsurance.id);
  const slot = Math.floor(Date.now() / 900_000);
  const row = { slot, contract_id: "acme_c", buyer_id: "acme", at: slot * 900_000 };
  const counts = { asked: 20, closed_early: 1_234, out_maximum_too_low: 2_345, out_shaped: 3_456 };
  await projectTo(db)("o", [{ table: "bidding", n: 1, row: { ...row, ...counts } }]);
  await signIn();
});
afterAll(() => world.end());

/** Texts of a page without their markup. */
const words = async (path: string): Promise<string> => {
  const answer = await open(path);
  expect(answer.status).toBe(200);
  return (await answer.text()).replaceAll(/<[^>]*>/g, " ").replaceAll(/\s+/g, " ");
};

test.each([
  "/ops/reports?range=7d&buyer=acme",
  "/ops/reports/groups?range=7d&group=buyer",
  "/ops/reports/groups?range=7d&group=contract",
  "/ops/buyers/acme?hours=168",
  "/ops/buyers/acme/contracts?hours=168",
  "/ops/buyers/acme/endpoints/acme_ep?hours=168",
])("%s has what was closed early, shaped or could not bid enough, each by its name", async (path) => {
  const text = await words(path);
  for (const title of ["Closed early", "Out: maximum too low", "Out: shaped"]) expect(text).toContain(title);
  for (const value of ["1,234", "2,345", "3,456"]) expect(text).toContain(value);
});

test.each([
  ["group=contract", "acme_c"],
  ["group=buyer", "acme"],
])("the file by %s has the columns", async (group, name) => {
  const lines = (await (await open(`/ops/reports/csv/summary?range=7d&${group}`)).text()).trim().split("\r\n");
  const head = lines[0]?.split(",") ?? [];
  const row = lines.map((line) => line.split(",")).find((cells) => cells.includes(name)) ?? [];
  const of = (column: string) => row[head.indexOf(column)];
  expect(["asked", "closed_early", "out_maximum_too_low", "out_shaped"].map(of)).toEqual([
    "20",
    "1234",
    "2345",
    "3456",
  ]);
});

test("the page of reasons has their words", async () => {
  const text = await words("/ops/reports/reasons?range=7d");
  for (const word of ["closed_early", "maximum_too_low", "shaped"]) expect(text).toContain(word);
});
