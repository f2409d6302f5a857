import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ESTIMATES, FIGURES } from "../../../schema/figures.ts";
import { REASON_LISTS } from "../../../worker/flows/reports/reasons.ts";

const page = readFileSync("docs/reports.md", "utf8");
const rowsOf = (heading: string): string[] => {
  const from = page.indexOf(`\n## ${heading}\n`);
  const end = page.indexOf("\n## ", from + 1);
  return page
    .slice(from, end)
    .split("\n")
    .filter((line) => line.startsWith("| `"));
};

test("docs/reports.md defines every figure in the words of the definitions, and no other", () => {
  const wanted = FIGURES.map(
    ({ name, title, unit, exact, sentence }) =>
      `| \`${name}\` | ${title} | ${unit} | ${exact ? "exact" : "best effort"} | ${sentence} |`,
  );
  expect(rowsOf("Figures")).toEqual(wanted);
});

test("and every estimate and list of reasons", () => {
  expect(rowsOf("Estimates")).toEqual(
    ESTIMATES.map(({ name, title, sentence }) => `| \`${name}\` | ${title} | ${sentence} |`),
  );
  expect(rowsOf("Reasons")).toEqual(
    REASON_LISTS.map(
      ({ name, title, exact, family }) => `| \`${name}\` | ${title} | ${family}, ${exact ? "exact" : "best effort"} |`,
    ),
  );
});
