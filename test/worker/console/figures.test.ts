import { beforeAll, expect, test } from "vitest";
import { deps } from "../../../worker/deps.ts";
import { projectTo } from "../../../worker/ledger/project.ts";
import { db, lead } from "../ledger/support.ts";
import { open, signIn } from "./visitor.ts";

const DAY = 86_400_000;
const page = async (path: string, more = ""): Promise<{ status: number; text: string }> => {
  const answer = await open(path, {}, more);
  return { status: answer.status, text: await answer.text() };
};

beforeAll(async () => {
  await signIn();
  const yesterday = { at: deps().now() - DAY, result: "accepted" as const };
  await projectTo(db)("book", [
    lead("l1", 1, { ...yesterday, state: "sold" }),
    lead("l2", 2, { ...yesterday, state: "unsold" }),
  ]);
});

test("the overview says what a rate was yesterday, also where there is none yet today", async () => {
  const { status, text } = await page("/ops");
  expect(status).toBe(200);
  expect(/Sell-through today.*?<\/dd>/s.exec(text)?.[0]).toContain("50.0 % yesterday in all");
  expect(/Pings today.*?<\/dd>/s.exec(text)?.[0]).toContain("none yesterday");
});

test("a file of dates that cannot be used is refused, as its page is", async () => {
  const query = "?range=custom&from=2026-02-30&to=2026-03-01";
  const { status, text } = await page(`/ops/reports/csv/summary${query}`);
  expect([status, text]).toEqual([422, expect.stringContaining("from must be a date")]);
  expect((await page(`/ops/reports/csv/summary?range=custom&from=2026-02-27&to=2026-03-01`)).status).toBe(200);
});

test.each(["%2B05", "-0300"])("a browser's zone of %s is no zone's name: its pages are in UTC", async (zone) => {
  expect((await page("/ops", `; zone=${zone}`)).status).toBe(200);
});
