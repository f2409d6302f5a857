import { expect, it } from "vitest";
import type { DriftReport } from "../../../schema/rpc/drift.ts";
import { AccountBook } from "../../support/account-book.ts";

const RULES = { learn_answers: 6, learn_ms: 0, drop_percent: 50 };
const report = (paths: DriftReport["shapes"][number]["paths"], reason?: string): DriftReport => ({
  contract_id: "acme_auto",
  stage: "post",
  rules: RULES,
  endpoint_version: 1,
  outcomes: { accepted: 1 },
  statuses: { 200: 1 },
  reasons: reason === undefined ? {} : { [reason]: 1 },
  shapes: [{ of: "accepted", samples: 1, paths }],
});

it("a change of shape becomes one alert in the ledger; an operator accepts it, and it is told no more", async () => {
  const book = new AccountBook();
  const see = (drift: DriftReport) => book.core.health([], [], [drift]);
  for (let i = 0; i < 8; i++) see(report({ status: { text: 1 } }, "quota reached"));
  for (let i = 0; i < 4; i++) see(report({ status: { number: 1 } }, "licence expired"));
  await book.pass(2_000);
  expect(book.rows("alerts").map(({ kind, subject, message }) => ({ kind, subject, message }))).toEqual([
    {
      kind: "drift_new_reason",
      subject: "contract:acme_auto",
      message:
        "post answers: gives a new reason for its no licence expired. Before: quota reached. Now: licence expired.",
    },
    {
      kind: "drift_changed_type",
      subject: "contract:acme_auto",
      message: "post answer (accepted): has a member of another type status. Before: text. Now: number.",
    },
  ]);
  const [view] = book.core.drift("acme_auto", RULES);
  expect(view).toMatchObject({ stage: "post", learning: false, answers: 12, shapes: { accepted: { status: "text" } } });
  expect(view?.open).toHaveLength(2);
  expect(book.core.acceptDrift("acme_auto", null, "alice")).toBe(2);
  see(report({ status: { number: 1 } }, "licence expired"));
  await book.pass(2_000);
  expect(book.rows("alerts")).toHaveLength(2);
  expect(book.core.drift("other", RULES)).toEqual([]);
});
