import { describe, expect, it, test } from "vitest";
import type { AuditRow } from "../../../worker/ledger/audit.ts";
import type { VersionHead } from "../../../worker/ledger/change-log.ts";
import { fieldChanges } from "../../../worker/routes/admin/change-log/difference.ts";
import { cursorText, type Merge, merged, readCursor } from "../../../worker/routes/admin/change-log/merge.ts";

const version = (seq: number, at: number, more: Partial<VersionHead> = {}): VersionHead => ({
  seq,
  kind: "buyer",
  id: "acme",
  version: seq,
  author: "alice",
  reason: null,
  at,
  ...more,
});
const line = (id: number, at: number, more: Partial<AuditRow> = {}): AuditRow => ({
  id,
  at,
  author: "bob",
  action: "open_payloads",
  target: "lead:l1",
  detail: null,
  ...more,
});
const input = (versions: VersionHead[], audit: AuditRow[], more: Partial<Merge> = {}): Merge => ({
  versions: { rows: versions, full: false, after: null },
  audit: { rows: audit, full: false, after: null },
  paired: () => false,
  lineOf: () => undefined,
  versionOf: () => undefined,
  wanted: () => true,
  limit: 10,
  ...more,
});
const names = (merge: Merge) => merged(merge).deeds.map((deed) => `${deed.at} ${deed.action}`);

describe("the audit and the records' history as one list", () => {
  it("is newest first, whichever of the two a change is from", () => {
    const merge = input([version(3, 30), version(1, 10)], [line(2, 40), line(1, 20)]);
    expect(names(merge)).toEqual(["40 open_payloads", "30 change", "20 open_payloads", "10 create"]);
  });

  it("a switch that wrote both is one entry, under the audit's name", () => {
    const pause = line(1, 30, { action: "pause", target: "buyer:acme" });
    const merge = input([version(3, 30)], [pause], { paired: (one) => one === pause, lineOf: () => pause });
    expect(names(merge)).toEqual(["30 pause"]);
  });

  it("pages meet without gap or overlap", () => {
    const versions = [version(4, 40), version(3, 30), version(2, 20)];
    const audit = [line(3, 35), line(2, 30), line(1, 5)];
    const seen: string[] = [];
    let after: ReturnType<typeof readCursor> = { versions: null, audit: null };
    for (;;) {
      const behind = <T>(
        rows: T[],
        key: (row: T) => { at: number; id: number },
        from: { at: number; id: number } | null,
      ) => rows.filter((row) => !from || key(row).at < from.at || (key(row).at === from.at && key(row).id < from.id));
      const { deeds, next } = merged(
        input(
          behind(versions, ({ at, seq }) => ({ at, id: seq }), after.versions),
          behind(audit, ({ at, id }) => ({ at, id }), after.audit),
          { limit: 2 },
        ),
      );
      seen.push(...deeds.map(({ at, version: v, line: l }) => `${at}${v ? `v${v.seq}` : `a${l?.id}`}`));
      if (!next) break;
      after = readCursor(cursorText({ versions: next.versions ?? after.versions, audit: next.audit ?? after.audit }));
    }
    expect(seen).toEqual(["40v4", "35a3", "30v3", "30a2", "20v2", "5a1"]);
  });

  it("ends a page where a source was read to its bound: what is behind may be newer than the rest of the other", () => {
    const merge = input([version(9, 90)], [line(1, 10)], {
      versions: { rows: [version(9, 90)], full: true, after: null },
    });
    const { deeds, next } = merged(merge);
    expect([deeds.map(({ at }) => at), next?.versions]).toEqual([[90], { at: 90, id: 9 }]);
  });
});

const before = {
  id: "acme_http",
  status: "active",
  ping_timeout_ms: 100,
  zips: ["1", "2"],
  credentials_sealed: { api_key: "k1.old", user: "k1.same" },
};
test("what changed, by field; of secrets the names alone", () => {
  const after = {
    ...before,
    status: "paused",
    ping_timeout_ms: undefined,
    zips: ["2", "3", "4"],
    credentials_sealed: { api_key: "k1.new", user: "k1.same", token: "k1.more" },
  };
  const changes = fieldChanges(before, JSON.parse(JSON.stringify(after)) as Record<string, unknown>);
  expect(changes).toEqual([
    { field: "status", before: "active", after: "paused" },
    { field: "ping_timeout_ms", before: "100", after: null },
    { field: "zips", before: '1 taken out: ["1"]', after: '2 added: ["3","4"]' },
    { field: "secrets.api_key", before: "set", after: "replaced" },
    { field: "secrets.token", before: null, after: "set" },
  ]);
  expect(JSON.stringify(changes)).not.toMatch(/k1\./);
  expect(fieldChanges(before, before)).toEqual([]);
});
