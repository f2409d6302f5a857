import { afterAll, beforeAll, expect } from "vitest";
import { type Letters, letters, until } from "./letters.ts";
import { task } from "./session.ts";

let world: Letters;
beforeAll(async () => {
  world = await letters("brletters");
});
afterAll(() => world.end());

const number = { desktop: 10, phone: 40 };

task("replay a dead letter", "operator", async ({ page, size, look }) => {
  world.answer(503, { error: "down" });
  const lead_id = await world.rest(number[size]);
  await page.goto("/ops/dead-letters?campaign=brletters");
  await look("dead-letters");
  await page.getByTitle(lead_id).click();
  await page.getByText("A buyer may have taken the lead").waitFor();
  expect(await page.content()).not.toContain("Quentin");
  await look("dead-letter");

  // Without a reason nothing is done, and the page says where it is missing.
  const again = page.locator("details.confirm").filter({ hasText: "Send it on" }).first();
  await again.locator("summary").click();
  await again.getByLabel("Reason").fill("no");
  await again.getByRole("button", { name: "Send it on" }).click();
  await page.locator("details.confirm[open] .error").waitFor();
  expect(await world.stateOf(lead_id)).toBe("review");

  world.answer(200, { result: "accepted" });
  const open = page.locator("details.confirm[open]");
  await open.getByLabel("Reason").fill("their system is back");
  await open.getByRole("button", { name: "Send it on" }).click();
  await page.getByText("Done: the lead was sent on.").waitFor();
  await page.getByText("It is sold.").waitFor();
  expect(await world.stateOf(lead_id)).toBe("sold");
  await look("dead-letter-sold");
});

task("mend a field of a dead letter, and see it opened only when asked", "operator", async ({ page, size, look }) => {
  world.answer(503, { error: "down" });
  const lead_id = await world.rest(number[size] + 1);
  await page.goto(`/ops/dead-letters/${lead_id}`);
  await page.getByLabel("zip").fill("nonsense");
  const save = page.getByRole("button", { name: "Save the fields" });
  const reason = page.locator("form[data-guard]").getByLabel("Reason");
  await reason.fill("typing error");
  await save.click();
  await page.locator(".field.wrong", { hasText: "zip" }).waitFor();
  expect(await page.getByLabel("zip").inputValue()).toBe("nonsense");
  expect(await reason.inputValue()).toBe("typing error");
  await look("dead-letter-refused");
  await page.getByLabel("zip").fill("10001");
  await save.click();
  await page.getByText("Done: the fields are saved").waitFor();
  await page.getByRole("button", { name: "Open the values (audited)" }).click();
  await page.getByLabel("first_name").waitFor();
  expect(await page.getByLabel("zip").inputValue()).toBe("10001");
  expect(await page.getByLabel("first_name").inputValue()).toBe(`Quentin${number[size] + 1}`);
});

task("replay many as a job, with its progress", "operator", async ({ page, size, look }) => {
  world.answer(503, { error: "down" });
  const first = number[size] + 2;
  const ids = [await world.rest(first), await world.rest(first + 1), await world.rest(first + 2)];
  world.answer(200, { result: "accepted" });
  await page.goto("/ops/dead-letters?campaign=brletters&why=unknown");
  const bulk = page.locator("details.confirm").filter({ hasText: "Start the job" });
  await bulk.locator("summary").click();
  await bulk.getByLabel("Reason").fill("their system is back");
  await bulk.getByRole("button", { name: "Start the job" }).click();
  await page.getByText("Done: the job was started.").waitFor();
  await page.locator("#standing .badge", { hasText: "done" }).waitFor();
  await look("job");
  for (const id of ids)
    await until(
      () => world.stateOf(id),
      (state) => state === "sold",
    );
  await page.goto("/ops/jobs");
  await look("jobs");
});

task("look at unknown outcomes and differences", "viewer", async ({ page, look }) => {
  await page.goto("/ops/dead-letters/unknowns");
  await page.getByRole("heading", { name: "Unknown outcomes" }).waitFor();
  await look("unknowns");
  await page.goto("/ops/jobs/differences");
  await page.getByRole("heading", { name: "Differences" }).waitFor();
  await look("differences");
});
