import { expect, it } from "vitest";
import { FAMILIES } from "../../../schema/figures.ts";
import { ROLLUPS } from "../../../schema/rollups/rollups.ts";
import { REASON_LISTS } from "../../../worker/flows/reports/reasons.ts";

it.each(REASON_LISTS.map((list) => [list.name, list] as const))("%s counts columns that its rollup has", (_, list) => {
  const rollup = ROLLUPS.find(({ name }) => name === FAMILIES[list.family]);
  const unknown = Object.values(list.columns).filter((column) => !Object.hasOwn(rollup?.sums ?? {}, column));
  expect(unknown).toEqual([]);
});
