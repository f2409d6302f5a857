import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { readOrder } from "../../../scripts/kit/check/options.ts";
import { printed } from "../../../scripts/kit/check/print.ts";
import { check } from "../../../scripts/kit/check/run.ts";
import { dialectText, type FaultyBuyer, startFaultyBuyer } from "../../../scripts/kit/faulty/server.ts";

let faulty: FaultyBuyer;
let dialect = "";
const folder = mkdtempSync(join(tmpdir(), "kit-"));
beforeAll(async () => {
  faulty = await startFaultyBuyer();
  dialect = join(folder, "dialect.yaml");
  writeFileSync(dialect, dialectText(faulty.url));
});
beforeEach(() => {
  faulty.buyer.forget();
  faulty.setFault(null);
});
afterAll(() => faulty.close());

const SECRETS = ["--secret", "api_key=test-key", "--secret", "signing_key=test-signing-key"];
const SCENARIOS = ["--scenario", "no_bid=zip:99999", "--scenario", "rejected=zip:99998"];
const PATIENT = ["--pings", "4", "--ping-timeout", "3000", "--post-timeout", "3000"];
const HASTY = ["--pings", "2", "--ping-timeout", "300", "--post-timeout", "500"];
const orderOf = (...args: string[]) => {
  const order = readOrder(["--dialect", dialect, ...SECRETS, ...args], {});
  if (!order) throw new Error("no order");
  return order;
};
const run = (...args: string[]) => check(orderOf(...SCENARIOS, ...args));
const failed = (report: Awaited<ReturnType<typeof run>>) =>
  report.checks.filter(({ state }) => state === "fail").map(({ check: name }) => name);

describe("the checker", () => {
  it("finds nothing wrong with a buyer that behaves; what it sends is marked as a test", async () => {
    const report = await run(...PATIENT);
    expect(failed(report)).toEqual([]);
    expect(report.ok).toBe(true);
    const skipped = report.checks.filter(({ state }) => state === "skipped").map(({ check: name }) => name);
    expect(skipped).toEqual(["retry_after", "token_refresh", "tls"]);
    expect(printed(report)).toMatch(/^Ready: 20 passed, 0 failed, 0 to think about, 3 skipped; \d+ requests\.$/m);
    expect(faulty.buyer.kept.length).toBeGreaterThan(2);
    for (const { body } of faulty.buyer.kept)
      expect(body).toMatchObject({
        test: true,
        phone: expect.stringMatching(/^\+1\d{3}55501\d\d$/),
        email: expect.stringMatching(/@example\.com$/),
      });
  });

  it.each([
    ["slow:700", HASTY, ["ping_speed", "concurrent"]],
    ["one_by_one", HASTY, ["concurrent"]],
    ["half", PATIENT, ["ping_readable", "sample_accepted", "concurrent"]],
    ["bad_json", PATIENT, ["ping_readable", "sample_accepted"]],
    ["page", PATIENT, ["ping_readable", "content_type"]],
    ["wrong_type", PATIENT, ["content_type"]],
    ["huge", PATIENT, ["ping_readable", "answer_size"]],
    ["bad_price", PATIENT, ["ping_readable"]],
    ["429_silent", PATIENT, ["ping_readable", "retry_after"]],
    ["500", PATIENT, ["ping_readable", "wrong_credential"]],
    ["redirect", PATIENT, ["ping_readable", "redirects"]],
    ["no_bid", PATIENT, ["sample_accepted"]],
    ["reject", PATIENT, ["sample_accepted"]],
    ["duplicate", PATIENT, ["sample_accepted"]],
    ["500_stored", PATIENT, ["ping_readable"]],
    ["any_key", PATIENT, ["wrong_credential"]],
    ["any_signature", PATIENT, ["wrong_signature"]],
    ["unchecked", PATIENT, ["broken_body", "missing_fields"]],
    ["forgets_orders", PATIENT, ["repeat_same_key", "known_consumer"]],
    ["forgets_consumers", PATIENT, ["known_consumer"]],
    ["fragile", PATIENT, ["special_characters"]],
    ["close", PATIENT, ["keep_alive"]],
  ])("finds %s", async (fault, args, expected) => {
    faulty.setFault(fault);
    const report = await run(...args);
    expect(failed(report)).toEqual(expect.arrayContaining(expected));
  });

  it.each([
    ["any_signature", ["wrong_signature"]],
    ["forgets_consumers", ["known_consumer"]],
    ["any_key", ["wrong_credential"]],
    ["close", ["keep_alive"]],
  ])("and nothing else: %s", async (fault, expected) => {
    faulty.setFault(fault);
    const report = await run(...PATIENT);
    expect(failed(report)).toEqual(expected);
    // Advice alone keeps nobody from going live.
    expect(report.ok).toBe(fault === "forgets_consumers" || fault === "close");
  });

  it("keeps to its budget, and holds no credential and nobody in its report", async () => {
    const report = await run(...PATIENT);
    expect(report.requests).toBeLessThanOrEqual(64);
    expect(JSON.stringify(report)).not.toMatch(/test-key|55501|example\.com|Santos/);
  });

  it("outcomes that nobody showed are told, and a scenario that does not come true fails", async () => {
    const without = await check(orderOf(...PATIENT));
    const seen = without.checks.find(({ check: name }) => name === "outcomes");
    expect(seen).toMatchObject({ state: "skipped", found: expect.stringContaining("not seen: no_bid") });
    const wrong = await check(orderOf(...PATIENT, "--scenario", "no_bid=zip:78704"));
    expect(wrong.checks.find(({ check: name }) => name === "outcomes")).toMatchObject({
      state: "fail",
      found: "no_bid came as bid",
    });
  });
});

describe("its command line", () => {
  it.each([
    [[], "--dialect is needed"],
    [["--dialect", "/nowhere.yaml"], "cannot be read"],
    [["--colour", "red"], "--colour"],
  ])("%j: %s", (args, message) => expect(() => readOrder(args as string[], {})).toThrow(message));

  it.each([
    [[], "--secret api_key"],
    [["--secret", "api_key"], "name=value"],
    [["--secret", "api_key=@NOT_THERE"], "NOT_THERE"],
    [[...SECRETS, "--scenario", "no_bid"], "--scenario needs"],
    [[...SECRETS, "--pings", "0"], "--pings needs"],
    [[...SECRETS, "--vertical", "boats"], "--vertical"],
  ])("%j: %s", (args, message) =>
    expect(() => readOrder(["--dialect", dialect, ...(args as string[])], {})).toThrow(message),
  );

  it("takes a secret from the environment, and other addresses for the dialect's", () => {
    const order = readOrder(
      [
        "--dialect",
        dialect,
        "--secret",
        "api_key=@KEY",
        "--secret",
        "signing_key=x",
        "--post-url",
        "https://b.example/p",
      ],
      { KEY: "from there" },
    );
    expect(order?.secrets.api_key).toBe("from there");
    expect(order?.endpoint.dialect.post.request.url).toBe("https://b.example/p");
    expect(readOrder(["--help"], {})).toBeNull();
  });
});
