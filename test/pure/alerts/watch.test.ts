import { expect, it } from "vitest";
import { JobTable } from "../../../durable-objects/keeper/job-table.ts";
import { LOOK_EVERY_MS, WatchCore } from "../../../durable-objects/keeper/watch.ts";
import type { Synthetic } from "../../../schema/config/alerting.ts";
import type { Place } from "../../../schema/rpc/alerts.ts";
import type { Look } from "../../../worker/alerts/incidents.ts";
import { NEW_MEMORY, type Watcher } from "../../../worker/alerts/memory.ts";
import { nodeSql } from "../../support/node-sql.ts";
import { channel, finding, MINUTE, NOW, policy } from "./support.ts";

/** The watch with its real storage, looking each minute at what it is given. */
class Watched {
  now = NOW;
  readonly said: string[] = [];
  seen: Partial<Look> = {};
  mutes: Record<string, { until: number }> = {};
  records = { policy: policy(), channels: [channel()], synthetic: [] as Synthetic[] };
  /** Is this drift, where a look asks about it, open no more? */
  settles: (id: string) => boolean = () => false;
  private readonly sql = nodeSql();
  readonly core = new WatchCore(this.sql, new JobTable(this.sql), () => this.now);
  private readonly watcher: Watcher = {
    look: async ({ memory, windows, unwritten, drift }) => ({
      memory: { ...NEW_MEMORY, ...memory, records: this.records },
      windows,
      written: unwritten.map(({ id }) => id),
      mutes: this.mutes,
      look: {
        findings: [],
        events: [],
        scopes: ["posts"],
        settled: drift.map(({ id }) => id).filter(this.settles),
        acknowledged: {},
        ...this.seen,
      },
    }),
    synthetic: async () => ({}),
    send: async ({ items }) => {
      for (const { event, kind } of items) this.said.push(`${(this.now - NOW) / MINUTE} ${event} ${kind}`);
      return { ok: true };
    },
  };

  /** Looks until so many minutes after the beginning. */
  async until(minutes: number, seen: Partial<Look> = {}): Promise<this> {
    this.seen = seen;
    while (this.now < NOW + minutes * MINUTE) {
      this.now += LOOK_EVERY_MS;
      await this.core.work(this.watcher);
    }
    return this;
  }
}

it("an alert that comes back after its cooling-off is one other alert, told once", async () => {
  const watched = new Watched();
  await watched.until(5, { findings: [finding()] });
  await watched.until(60);
  await watched.until(70, { findings: [finding()] });
  await watched.until(80);
  expect(watched.said).toEqual([
    "1 opened success_low",
    "8 resolved success_low",
    "61 opened success_low",
    "73 resolved success_low",
  ]);
  expect(watched.core.incidents({ limit: 10 }).map(({ state }) => state)).toEqual(["resolved", "resolved"]);
});

it("what ended within a long mute is told to be over when the mute is", async () => {
  const watched = new Watched();
  await watched.until(2, { findings: [finding()] });
  const until = NOW + 3 * 24 * 60 * MINUTE;
  watched.mutes = { "buyer:acme": { until } };
  await watched.until(10, {});
  watched.now = until - MINUTE;
  await watched.until(3 * 24 * 60 + 2, {});
  expect(watched.said).toEqual(["1 opened success_low", "4320 resolved success_low"]);
});

it("drift that is accepted ends its alert, however many others are open", async () => {
  const watched = new Watched();
  const events = Array.from({ length: 200 }, (_, n) => ({
    id: `drift:c${n}:f:1`,
    kind: "drift_new_field" as const,
    subject: `contract:c${n}`,
    message: "new",
    at: NOW,
    buyer_id: null,
  }));
  await watched.until(1, { events });
  // Those of c1 stay as they are (c1, c10 to c19, c100 to c199), the others were accepted.
  watched.settles = (id) => !id.startsWith("drift:c1");
  await watched.until(12);
  expect(watched.core.incidents({ state: "open", limit: 200 }).length).toBe(111);
});

/** All that pages of two show, each from where the last one ended. */
function paged<T extends { id: string }>(read: (before: Place | undefined) => T[], at: (one: T) => number): string[] {
  const seen: string[] = [];
  let before: Place | undefined;
  for (let page = read(before); page.length > 0; page = read(before)) {
    seen.push(...page.map(({ id }) => id));
    const last = page.at(-1);
    before = last && { at: at(last), id: last.id };
  }
  return seen;
}

it("alerts and notices of one look are of one millisecond: pages lose none of them", async () => {
  const watched = new Watched();
  watched.records.channels = ["a", "b", "c", "d", "e"].map((id) => channel({ id }));
  const findings = ["one", "two", "three", "four", "five"].map((id) => finding({ subject: `contract:${id}` }));
  await watched.until(2, { findings });
  const { core } = watched;
  const incidents = paged(
    (before) => core.incidents({ before, limit: 2 }),
    ({ opened_at }) => opened_at,
  );
  expect(new Set(incidents).size).toBe(5);
  const notices = paged(
    (before) => core.notices({ before, limit: 2 }),
    ({ at }) => at,
  );
  expect(new Set(notices).size).toBe(5);
});

it("an alert's notices are found however many were sent since", async () => {
  const watched = new Watched();
  watched.records.channels = Array.from({ length: 30 }, (_, n) => channel({ id: `c${n}` }));
  await watched.until(1, { findings: [finding()] });
  // Thirty channels hear of thirty others, one a minute.
  for (let n = 0; n < 30; n++)
    await watched.until(2 + n, { findings: [finding(), finding({ subject: `contract:x${n}` })] });
  const id = watched.core.incidents({ limit: 100 }).find(({ subject }) => subject === "contract:acme_auto")?.id;
  expect(watched.core.notices({ incident_id: id, limit: 50 }).length).toBe(30);
});
