import { spawn, spawnSync } from "node:child_process";
import { appendFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { Filter } from "../../../scripts/tail/filter.ts";
import { type Form, tail } from "../../../scripts/tail/run.ts";
import { AUCTION, DELIVERY, OTHER, POSTBACK, REFUSED, TAIL } from "./recorded.ts";

const LOG = [OTHER, AUCTION, DELIVERY, REFUSED, POSTBACK, '{"not":"ours"}', '{"broken', ""].join("\n");
const MAIN = fileURLToPath(new URL("../../../scripts/tail/main.ts", import.meta.url));

async function told(text: string, filter: Filter = {}, form: Form = "lines", chunk = 7): Promise<string[]> {
  const lines: string[] = [];
  async function* chunks() {
    for (let at = 0; at < text.length; at += chunk) yield text.slice(at, at + chunk);
  }
  await tail(chunks(), filter, form, (line) => lines.push(line));
  return lines;
}

describe("what is shown", () => {
  it("one line an auction and a delivery; everything else passes as it is", async () => {
    expect(await told(LOG)).toEqual([
      OTHER,
      "auction  ✓ quotewise    auto_insurance   27.60 to the publisher, 34.50 bid by patient_mutual_auto_insurance 4 asked: 2 bids, 1 no bids, 1 errors · 708 ms · pb0B1xUcIL0gAW1fjmBpqt7y6484",
      "delivery ? patient_mutual patient_mutual_auto_insurance unknown (timeout) HTTP – · 5003 ms, try 2 of round 1 · lb071xUcH6f1WfyYpcHujJoweKhv",
      "auction  ✗ leadstream   auto_insurance   no_bids 3 asked: 1 no bids, 1 timeouts, 1 errors · 104 ms · pb071xUcH5nrE0SqHMOOrGb4nMHw test",
      "postback   lead_id=lb09 publisher=leadstream ok=false attempt=2",
      '{"not":"ours"}',
      '{"broken',
    ]);
  });

  it.each([1, 64, 100_000])("wrangler's indented events, in chunks of %i", async (chunk) => {
    const lines = await told(TAIL, {}, "lines", chunk);
    expect(lines.map((line) => line.slice(0, 40))).toEqual([
      "19:04:05.678 auction  ✓ quotewise    auto_insu".slice(0, 40),
      "19:04:05.678 plain words { not json",
      "19:04:06.000 TypeError: boom",
      "19:04:05.000 the Worker's event ended: exception".slice(0, 40),
      "19:04:05.678 delivery ? patient_mutual patie".slice(0, 40),
    ]);
  });

  it("an event that was cut off is passed on, and the next one is read", async () => {
    const lines = await told(`{\n  "outcome": "ok",\n${AUCTION}\n${DELIVERY}`);
    expect(lines.slice(0, 2)).toEqual(["{", '  "outcome": "ok",']);
    expect(lines.slice(2).map((line) => line.slice(0, 8))).toEqual(["auction ", "delivery"]);
  });
});

describe("filters", () => {
  it.each<[Filter, string[]]>([
    [{ publisher: "quotewise" }, ["auction", "delivery"]],
    [{ publisher: "leadstream" }, ["auction", "postback"]],
    [{ campaign: "auto_insurance" }, ["auction", "delivery", "auction"]],
    [{ buyer: "patient_mutual" }, ["auction", "delivery"]],
    [{ outcome: "no_bids" }, ["auction"]],
    [{ outcome: "timeout" }, ["delivery"]],
    [{ outcome: "accepted" }, ["auction"]],
    [{ lead: "pb0B1x" }, ["auction", "delivery"]],
    [{ lead: "lb071xUcH6f1WfyYpcHujJoweKhv" }, ["delivery"]],
    [{ tests: "only" }, ["auction"]],
    [{ tests: "none", publisher: "leadstream" }, ["postback"]],
    [{ publisher: "nobody" }, []],
  ])("%j", async (filter, events) => {
    const lines = await told(LOG, filter, "json");
    expect(lines.map((line) => (JSON.parse(line) as { event: string }).event)).toEqual(events);
  });
});

describe("for programs", () => {
  it("--json: our lines alone, with the time where the log knows it", async () => {
    const lines = await told(TAIL, {}, "json");
    expect(lines).toHaveLength(2);
    expect(JSON.parse(lines[0] ?? "")).toEqual({ time: "2026-11-28T19:04:05.678Z", ...JSON.parse(AUCTION) });
  });

  it("--otel: conventional names and units; what says nothing is left out", async () => {
    const [auction, delivery] = (await told([AUCTION, DELIVERY].join("\n"), {}, "otel")).map(
      (line) => JSON.parse(line) as Record<string, unknown>,
    );
    expect(auction).toMatchObject({
      "event.name": "auction",
      "pingpost.publisher.id": "quotewise",
      "pingpost.auction.duration": 0.708,
    });
    expect(delivery).toMatchObject({
      "error.type": "timeout",
      "http.client.request.duration": 5.003,
      "http.request.resend_count": 1,
    });
    expect(delivery).not.toHaveProperty("http.response.status_code");
    expect(Object.keys({ ...auction, ...delivery }).filter((name) => !name.includes("."))).toEqual([]);
  });
});

describe("the program", () => {
  const run = (args: string[], input: string, env: Record<string, string> = {}) =>
    spawnSync(process.execPath, ["--no-warnings", MAIN, ...args], {
      ...{ input, encoding: "utf8" },
      env: { ...process.env, NO_COLOR: "", FORCE_COLOR: "", ...env },
    });

  it("reads a pipe; colours only where they are wanted", () => {
    expect(run([], LOG).stdout).toContain("auction  ✓ quotewise");
    expect(run([], LOG, { FORCE_COLOR: "1" }).stdout).toContain("\u001b[32m");
    expect(run([], LOG, { FORCE_COLOR: "1", NO_COLOR: "1" }).stdout).not.toContain("\u001b[");
  });

  it("says what is wrong with its options, and ends with 2", () => {
    for (const args of [["--tests", "some"], ["--nothing"], ["a", "b"], ["/nowhere/at.all"]])
      expect([args, run(args, "").status]).toEqual([args, 2]);
    expect(run(["--help"], "")).toMatchObject({ status: 0, stdout: expect.stringContaining("npm run tail") });
  });

  it("reads a file, and follows it as it grows", async () => {
    const folder = await mkdtemp(join(tmpdir(), "tail-"));
    const file = join(folder, "gateway.log");
    await writeFile(file, `${AUCTION}\n`);
    expect(run([file], "").stdout).toContain("708 ms");
    const child = spawn(process.execPath, ["--no-warnings", MAIN, "-f", file], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let out = "";
    for await (const chunk of child.stdout) {
      out += String(chunk);
      if (out.includes("5003 ms")) child.kill();
      else if (out.includes("708 ms")) await appendFile(file, `${DELIVERY}\n`);
    }
    expect(out.trim().split("\n")).toHaveLength(2);
    await rm(folder, { recursive: true });
  });
});
