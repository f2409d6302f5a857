import { expect, it } from "vitest";
import { muteSchema } from "../../../worker/routes/operator/alerts.ts";

it.each([
  "endpoint:acme_http",
  "ledger:outbox",
  "lead:lb0F1xUcVWBn6KHpib72Ka24sa6e",
  "object:book:s001",
  "object:buyer:acme",
])("an alert about %s can be muted", (subject) => {
  expect(muteSchema.safeParse({ subject, hours: 1 }).success).toBe(true);
});
