import { describe, expect, it } from "vitest";
import type { AlertKind } from "../../../schema/lists.ts";
import type { EventSeen, Incident } from "../../../schema/rpc/alerts.ts";
import { CLEAR_MS, type Look, looked } from "../../../worker/alerts/incidents.ts";
import { tell } from "../../../worker/alerts/notices.ts";
import { channel, finding, HOUR, MINUTE, NOW, policy } from "./support.ts";

const event = (kind: AlertKind, at: number, more: Partial<EventSeen> = {}): EventSeen => ({
  id: `${kind}:${at}`,
  kind,
  subject: "endpoint:acme_http",
  message: "happened",
  at,
  buyer_id: "acme",
  ...more,
});
const look = (more: Partial<Look> = {}): Look => ({
  findings: [],
  events: [],
  scopes: ["posts"],
  settled: [],
  acknowledged: {},
  ...more,
});

/** Alerts over time, with what one channel is told. */
class Board {
  readonly incidents = new Map<string, Incident>();
  readonly said: string[] = [];
  now = NOW;
  records: object[] = [];
  channels = [channel()];
  mutes: Record<string, { until: number }> = {};

  at(minutes: number, seen: Partial<Look> = {}): this {
    this.now = NOW + minutes * MINUTE;
    const policyNow = policy(...this.records);
    const changed = looked([...this.incidents.values()], look(seen), () => 30 * MINUTE, this.now);
    for (const incident of changed) this.incidents.set(incident.key, incident);
    const told = tell([...this.incidents.values()], policyNow, this.channels, this.mutes, this.now);
    for (const incident of told.incidents) this.incidents.set(incident.key, incident);
    for (const { items } of told.notices)
      for (const item of items) this.said.push(`${minutes} ${item.event} ${item.kind} ${item.severity}`);
    return this;
  }
  get states(): string[] {
    return [...this.incidents.values()].map(({ state }) => state);
  }
}

describe("an alert", () => {
  it("is told once, however long it lasts, and once more when it is over", () => {
    const board = new Board();
    for (let minute = 0; minute < 20; minute++) board.at(minute, { findings: [finding()] });
    for (let minute = 20; minute < 40; minute++) board.at(minute);
    expect(board.said).toEqual(["0 opened success_low warning", "22 resolved success_low warning"]);
    expect(CLEAR_MS).toBe(3 * MINUTE);
  });

  it("does not flicker at its limit", () => {
    const board = new Board();
    for (let minute = 0; minute < 20; minute++) board.at(minute, { findings: minute % 2 === 0 ? [finding()] : [] });
    expect(board.said).toEqual(["0 opened success_low warning"]);
  });

  it("is told again when it gets worse, not when it eases", () => {
    const board = new Board().at(0, { findings: [finding()] }).at(1, { findings: [finding({ severity: "critical" })] });
    board.at(2, { findings: [finding()] }).at(3, { findings: [finding({ severity: "critical" })] });
    expect(board.said).toEqual(["0 opened success_low warning", "1 worse success_low critical"]);
  });

  it("does not end while nobody looks at it", () => {
    const board = new Board().at(0, { findings: [finding()] });
    for (let minute = 1; minute < 60; minute++) board.at(minute, { scopes: ["account:acme"] });
    expect(board.states).toEqual(["open"]);
  });

  it("that comes back within its cooling-off is the same one, told again only after it", () => {
    const board = new Board().at(0, { findings: [finding()] }).at(4);
    for (let minute = 5; minute < 60; minute++) board.at(minute, { findings: [finding()] });
    expect(board.said).toEqual([
      "0 opened success_low warning",
      "4 resolved success_low warning",
      "34 opened success_low warning",
    ]);
    expect([...board.incidents.values()]).toMatchObject([{ reopened: 1, state: "open", opened_at: NOW }]);
  });

  it("that comes back after somebody has seen it is told again: who has seen it then must see it anew", () => {
    const acknowledged = { [`success_low:contract:acme_auto:${NOW}`]: { by: "ann", at: NOW + MINUTE } };
    const board = new Board().at(0, { findings: [finding()] }).at(1, { findings: [finding()], acknowledged });
    board.at(5, { acknowledged });
    for (let minute = 6; minute < 60; minute++) board.at(minute, { findings: [finding()], acknowledged });
    expect(board.said).toEqual([
      "0 opened success_low warning",
      "5 resolved success_low warning",
      "35 opened success_low warning",
    ]);
    expect([...board.incidents.values()]).toMatchObject([{ state: "open", acknowledged: null }]);
    const again = { [`success_low:contract:acme_auto:${NOW}`]: { by: "bob", at: NOW + 60 * MINUTE } };
    board.at(61, { findings: [finding()], acknowledged: again });
    expect([...board.incidents.values()]).toMatchObject([{ acknowledged: { by: "bob" } }]);
  });

  it("that ends by silence does so too: another event after it was seen opens it again", () => {
    const board = new Board().at(0, { events: [event("set_up_error", NOW)] });
    const [one] = [...board.incidents.values()];
    const acknowledged = { [one?.id ?? ""]: { by: "ann", at: NOW + MINUTE } };
    board.at(1, { acknowledged }).at(10, { acknowledged, events: [event("set_up_error", NOW + 10 * MINUTE)] });
    expect([...board.incidents.values()]).toMatchObject([{ state: "open", reopened: 1, acknowledged: null }]);
  });

  it("that comes back worse does not wait", () => {
    const board = new Board().at(0, { findings: [finding()] }).at(4);
    board.at(5, { findings: [finding({ severity: "critical" })] });
    expect(board.said.at(-1)).toBe("5 opened success_low critical");
  });

  it("that comes back later is another one", () => {
    const board = new Board()
      .at(0, { findings: [finding()] })
      .at(4)
      .at(60, { findings: [finding()] });
    expect([...board.incidents.values()]).toMatchObject([{ reopened: 0, opened_at: NOW + HOUR }]);
    expect(board.said.at(-1)).toBe("60 opened success_low warning");
  });
});

describe("an event's alert ends", () => {
  it.each<[AlertKind, Partial<Look>, string]>([
    ["contested", {}, "open"],
    ["contested", { acknowledged: { [`contested:${NOW}`]: { by: "ann", at: NOW } } }, "resolved"],
    ["token_failed", {}, "open"],
    ["token_failed", { events: [event("token_restored", NOW + MINUTE)] }, "resolved"],
    ["token_failed", { events: [event("token_restored", NOW + MINUTE, { subject: "endpoint:other" })] }, "open"],
    ["drift_new_field", {}, "open"],
    ["drift_new_field", { settled: [`drift_new_field:${NOW}`] }, "resolved"],
  ])("%s after %j: %s", (kind, then, state) => {
    const board = new Board().at(0, { events: [event(kind, NOW)] }).at(300, then);
    expect(board.incidents.get(`${kind}:${NOW}`)?.state).toBe(state);
  });

  it("by silence: one alert, however often it is repeated", () => {
    const board = new Board().at(0, { events: [event("set_up_error", NOW)] });
    board.at(60, { events: [event("set_up_error", NOW + HOUR)] }).at(179);
    expect(board.states).toEqual(["open"]);
    board.at(180);
    expect(board.states).toEqual(["resolved"]);
    expect(board.said).toEqual(["0 opened set_up_error critical", "180 resolved set_up_error critical"]);
  });

  it("notes are the ledger's alone", () => {
    const board = new Board().at(0, { events: [event("breaker_opened", NOW), event("books_differ", NOW)] });
    expect(board.incidents.size + board.said.length).toBe(0);
  });

  it("the same event read twice is one alert", () => {
    const board = new Board().at(0, { events: [event("contested", NOW)] }).at(1, { events: [event("contested", NOW)] });
    expect(board.said).toEqual(["0 opened contested critical"]);
  });
});

describe("nobody is told", () => {
  const findings = [finding()];
  it.each<[string, Partial<Pick<Board, "mutes" | "records" | "channels">>]>([
    ["while its subject is muted", { mutes: { "contract:acme_auto": { until: NOW + HOUR } } }],
    ["while its buyer is muted", { mutes: { "buyer:acme": { until: NOW + HOUR } } }],
    ["by a record that is paused", { records: [{ id: "main", status: "paused" }] }],
    ["by a buyer's record that is paused", { records: [{ id: "buyer_acme", buyer_id: "acme", status: "paused" }] }],
    ["by a channel for worse ones", { channels: [channel({ min_severity: "critical" })] }],
    ["by a channel for others", { channels: [channel({ kinds: ["breaker_open"] })] }],
    ["by a channel for other buyers", { channels: [channel({ buyers: ["b"] })] }],
    ["by a paused channel", { channels: [channel({ status: "paused" })] }],
    ["in quiet hours", { records: [{ id: "main", quiet: { time_zone: "UTC", from: "15:00", to: "16:00" } }] }],
  ])("%s", (_, settings) => {
    const board = Object.assign(new Board(), settings).at(0, { findings });
    expect(board.said).toEqual([]);
    expect(board.states).toEqual(["open"]);
  });

  it("once somebody has seen it, unless it gets worse", () => {
    const acknowledged = { [`success_low:contract:acme_auto:${NOW}`]: { by: "ann", at: NOW } };
    const board = new Board().at(0, { findings, acknowledged }).at(1, { findings, acknowledged });
    expect(board.said).toEqual([]);
    const told = new Board().at(0, { findings }).at(1, { findings, acknowledged });
    told.at(2, { findings: [finding({ severity: "critical" })], acknowledged });
    expect(told.said).toEqual(["0 opened success_low warning", "2 worse success_low critical"]);
  });

  it("what mute or quiet hours kept back is told when they end, if it is still so", () => {
    const board = new Board();
    board.mutes["buyer:acme"] = { until: NOW + 10 * MINUTE };
    for (let minute = 0; minute < 12; minute++) board.at(minute, { findings });
    expect(board.said).toEqual(["10 opened success_low warning"]);
    const other = new Board();
    other.mutes["buyer:acme"] = { until: NOW + 10 * MINUTE };
    for (let minute = 0; minute < 12; minute++) other.at(minute, { findings: minute < 3 ? findings : [] });
    expect(other.said).toEqual([]);
  });

  it("critical ones go through quiet hours, if so set", () => {
    const quiet = { time_zone: "UTC", from: "15:00", to: "16:00" };
    for (const [critical_passes, said] of [
      [true, ["0 opened success_low critical"]],
      [false, []],
    ] as const) {
      const board = new Board();
      board.records = [{ id: "main", quiet: { ...quiet, critical_passes } }];
      board.at(0, { findings: [finding({ severity: "critical" })] });
      expect(board.said).toEqual(said);
    }
  });
});

it("a channel never hears of itself, others do", () => {
  const board = new Board();
  board.channels = [channel(), channel({ id: "boss", name: "Boss" })];
  board.at(0, { findings: [finding({ kind: "channel_failed", subject: "channel:ops", buyer_id: null })], scopes: [] });
  expect(board.said).toEqual(["0 opened channel_failed warning"]);
});

it("one notice a channel, whatever the number of alerts", () => {
  const many = Array.from({ length: 50 }, (_, n) => finding({ subject: `contract:c${n}` }));
  const opened = looked([], look({ findings: many }), () => 0, NOW);
  const { notices } = tell(opened, policy(), [channel()], {}, NOW);
  expect(notices).toMatchObject([{ id: `alert-${NOW}-ops`, more: 30 }]);
  expect(notices[0]?.items.length).toBe(20);
});

it("the worst are named first, so that none of them is among those that are only counted", () => {
  const many = Array.from({ length: 30 }, (_, n) => finding({ subject: `contract:c${n}` }));
  const worst = [
    finding({ subject: "contract:x", severity: "critical" }),
    finding({ subject: "contract:y", severity: "critical" }),
  ];
  const opened = looked([], look({ findings: [...many, ...worst] }), () => 0, NOW);
  const { notices } = tell(opened, policy(), [channel({ min_severity: "info" })], {}, NOW);
  expect(notices[0]?.items.slice(0, 3).map(({ subject }) => subject)).toEqual([
    "contract:x",
    "contract:y",
    "contract:c0",
  ]);
});
