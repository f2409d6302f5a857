import { describe, expect, it } from "vitest";
import type { DialResult } from "../../../schema/rpc/dialer.ts";
import { compileDialect } from "../../../worker/buyers/dialects/index.ts";
import { readPing } from "../../../worker/buyers/read-ping.ts";
import { dialect } from "./dialect-fixtures.ts";

const usual = compileDialect(dialect());
const times = { ms: 40, sent_at_ms: 2 };
const answered = (body: string, more: object = {}): DialResult => ({
  kind: "answer",
  status: 200,
  content_type: "",
  body,
  retry_after: null,
  location: null,
  late: false,
  ...times,
  ...more,
});

describe("what came of a ping", () => {
  const ROWS: [string, DialResult, object][] = [
    [
      "a bid",
      answered('{"bid":4}'),
      { outcome: "bid", bid: { price: 40_000 }, health: "ok", http_status: 200, ...times },
    ],
    ["no bid", answered('{"status":"rejected","reason":"cap"}'), { outcome: "no_bid", reason: "cap", health: "ok" }],
    ["a bad bid", answered('{"bid":-1}'), { outcome: "error", error: "bid_invalid", health: "ok" }],
    ["HTML", answered("<html>"), { outcome: "error", error: "unreadable", answer: "<html>", health: "failed" }],
    ["late", answered('{"bid":4}', { late: true, ms: 130 }), { outcome: "late", health: "failed", ms: 130 }],
    ["a timeout of its own", { kind: "timeout", ms: 100, sent_at_ms: 0 }, { outcome: "timeout", health: "failed" }],
    ["a timeout of ours", { kind: "timeout", ms: 60, sent_at_ms: 0 }, { outcome: "timeout", health: null }],
    [
      "a body that did not end",
      { kind: "failed", error: "body_timeout", status: 200, ms: 100, sent_at_ms: 0 },
      { outcome: "error", error: "body_timeout", health: "failed" },
    ],
    [
      "the same, cut by us",
      { kind: "failed", error: "body_timeout", status: 200, ms: 60, sent_at_ms: 0 },
      { outcome: "error", health: null },
    ],
    [
      "transport",
      { kind: "failed", error: "transport", ...times },
      { outcome: "error", error: "transport", health: "failed" },
    ],
    [
      "a redirect",
      answered("", { status: 302, location: "https://x.example/" }),
      { outcome: "error", error: "redirect", http_status: 302 },
    ],
    [
      "not attempted",
      { kind: "not_attempted", error: "dialers_busy" },
      { outcome: "not_attempted", error: "dialers_busy", health: null },
    ],
  ];
  it.each(ROWS)("%s", (_, result, expected) => {
    expect(readPing(usual, result, 100)).toMatchObject(expected);
  });

  it("a late bid is not a bid", () => {
    expect(readPing(usual, answered('{"bid":4}', { late: true }), 30)).not.toHaveProperty("bid");
  });

  it("a dialect that breaks harms nobody else", () => {
    const broken = { ...usual, readBid: () => JSON.parse("broken") };
    expect(readPing(broken, answered("{}"), 100)).toMatchObject({ outcome: "error", error: "unreadable" });
  });

  it("keeps only the beginning of an answer", () => {
    expect(readPing(usual, answered("x".repeat(900)), 100).answer).toHaveLength(200);
  });
});
