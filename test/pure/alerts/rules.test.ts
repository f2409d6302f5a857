import { describe, expect, it } from "vitest";
import type { AttemptClass } from "../../../schema/lists.ts";
import { money } from "../../../schema/money.ts";
import type { AccountGlance } from "../../../schema/rpc/account.ts";
import type { Finding, SyntheticRun } from "../../../schema/rpc/alerts.ts";
import { accountFindings } from "../../../worker/alerts/rules-accounts.ts";
import {
  ageFindings,
  channelFindings,
  configFindings,
  differenceFindings,
  ledgerAway,
  syntheticFindings,
} from "../../../worker/alerts/rules-books.ts";
import { postFindings } from "../../../worker/alerts/rules-posts.ts";
import { volumeFindings } from "../../../worker/alerts/rules-volume.ts";
import type { PostSeen } from "../../../worker/alerts/windows.ts";
import { HOUR, MINUTE, NOW, policy, post, posts, windowOf } from "./support.ts";

const words = (findings: Finding[]) => findings.map(({ kind, severity }) => `${kind} ${severity}`);
const mixed = (good: number, bad: number, of: AttemptClass, ago = MINUTE): PostSeen[] => [
  // The failures first, so that they are not the newest in a row.
  ...posts(good, "ok", ago),
  ...posts(bad, of, ago + good * 1_000 + 10),
];

describe("what a contract's posts show", () => {
  it.each<[string, PostSeen[], string[]]>([
    ["all is well", posts(100, "ok"), []],
    ["every no is an answer", posts(100, "rejected"), []],
    ["95 % are enough", mixed(95, 5, "step_failed"), []],
    ["below 95 %", mixed(94, 6, "step_failed"), ["success_low warning"]],
    ["a hair below 95 %", mixed(569, 30, "step_failed"), ["success_low warning"]],
    ["90 % are a warning", mixed(90, 10, "step_failed"), ["success_low warning"]],
    ["below 90 %", mixed(89, 11, "step_failed"), ["success_low critical"]],
    ["too few to judge", mixed(10, 4, "step_failed"), []],
    ["half a percent of broken connections is too much", mixed(497, 3, "timeout"), ["transport_errors warning"]],
    ["but not two of them", mixed(98, 2, "transport"), []],
    ["2 % of HTTP errors may be", mixed(196, 4, "server"), []],
    ["more than 2 % may not", mixed(195, 5, "server"), ["http_errors warning"]],
    ['"not now" is one of them', mixed(195, 5, "throttled"), ["http_errors warning"]],
    ["what cannot be read is none", mixed(195, 5, "unreadable"), []],
    ["what never left says nothing", mixed(50, 50, "not_dispatched"), []],
    ["four in a row", [...posts(4, "server"), ...posts(200, "ok", 2 * MINUTE)], []],
    ["five in a row", [...posts(5, "server"), ...posts(300, "ok", 2 * MINUTE)], ["errors_in_row warning"]],
    ["slow", [...posts(30, "ok", MINUTE, { ms: 6_000 }), ...posts(70, "ok", 2 * MINUTE)], ["slow_answers warning"]],
    ["a fifth may be slow", [...posts(20, "ok", MINUTE, { ms: 6_000 }), ...posts(80, "ok", 2 * MINUTE)], []],
    [
      "a hair more than a fifth",
      [...posts(121, "ok", MINUTE, { ms: 6_000 }), ...posts(483, "ok", 3 * MINUTE)],
      ["slow_answers warning"],
    ],
    [
      "97 to 93 %",
      [...mixed(97, 3, "step_failed", 16 * MINUTE), ...mixed(93, 7, "step_failed")],
      ["success_low warning", "success_falling warning"],
    ],
    ["98 to 95 %", [...mixed(98, 2, "step_failed", 16 * MINUTE), ...mixed(95, 5, "step_failed")], []],
    ["older than the window", mixed(10, 90, "step_failed", 40 * MINUTE), []],
  ])("%s", (_, seen, expected) => {
    expect(words(postFindings(policy(), windowOf(seen), NOW))).toEqual(expected);
  });

  it("accepts nothing for hours although it got posts", () => {
    const refused = (hours: number, count = 10) =>
      Array.from({ length: count }, (_, n) => post("rejected", NOW - MINUTE - (n * hours * HOUR) / (count - 1)));
    const of = (seen: PostSeen[]) => words(postFindings(policy(), windowOf(seen), NOW));
    expect(of(refused(4))).toEqual(["nothing_accepted warning"]);
    expect(of(refused(3.9))).toEqual([]);
    expect(of(refused(5, 9))).toEqual([]);
    expect(of([...refused(5), post("ok", NOW - 2 * HOUR)])).toEqual([]);
  });

  it("says what, since when and with which figures", () => {
    const [found] = postFindings(policy(), windowOf([...posts(5, "server"), ...posts(300, "ok", 2 * MINUTE)]), NOW);
    expect(found).toMatchObject({
      subject: "contract:acme_auto",
      buyer_id: "acme",
      since: NOW - MINUTE - 4_000,
      figures: { endpoint: "acme_http", errors: 5, class: "server", limit: 5 },
      message: "5 posts of acme_auto in a row failed since 1 min ago, the newest with server; the limit is 5.",
    });
  });

  it("a contract that gets no posts any more is not failing now", () => {
    const window = windowOf([...posts(5, "server"), ...posts(300, "ok", 2 * MINUTE)]);
    expect(words(postFindings(policy(), window, NOW + 2 * HOUR))).toEqual([]);
  });

  it.each<[string, object[], string[]]>([
    ["a limit of the house", [{ id: "main", rules: { success_low: { warning: 90 } } }], []],
    [
      "a limit of the buyer",
      [{ id: "buyer_acme", buyer_id: "acme", rules: { success_low: { critical: 94.5 } } }],
      ["success_low critical"],
    ],
    [
      "the buyer's goes over the house's",
      [
        { id: "main", rules: { success_low: { warning: 90 } } },
        { id: "buyer_acme", buyer_id: "acme", rules: { success_low: { warning: 99 } } },
      ],
      ["success_low warning"],
    ],
    [
      "another buyer's does not",
      [{ id: "buyer_b", buyer_id: "b", rules: { success_low: { on: false } } }],
      ["success_low warning"],
    ],
    ["off", [{ id: "buyer_acme", buyer_id: "acme", rules: { success_low: { on: false } } }], []],
  ])("%s", (_, records, expected) => {
    expect(words(postFindings(policy(...records), windowOf(mixed(94, 6, "step_failed")), NOW))).toEqual(expected);
  });
});

const VIEW: AccountGlance = {
  buyer_id: "acme",
  balance: money(10_000_000),
  held: money(0),
  available: money(10_000_000),
  paused: false,
  open: { held: 0, in_doubt: 0, in_doubt_money: money(0), oldest_in_doubt_ms: 0 },
  caps: [],
  breakers: [],
  maintenance: [],
  outbox: 0,
  outbox_lag_ms: 0,
  at: 0,
};
const cap = (used_count: number, used_money = 0, limits: object = { count: 100 }) => ({
  contract_id: "acme_auto",
  cap: { per: "day" as const, ...limits },
  source: null,
  used_count,
  used_money: money(used_money),
  resets_at: NOW + HOUR,
});
const breaker = (state: "open" | "half_open" | "closed") => ({
  endpoint_id: "acme_http",
  phase: "post" as const,
  state,
  failures: 10,
  opened_at: NOW - HOUR,
  until: NOW + MINUTE,
  pauses: 1,
});

describe("what a buyer's account shows", () => {
  it.each<[string, Partial<AccountGlance>, string[]]>([
    ["all is well", {}, []],
    ["breaker open", { breakers: [breaker("open")] }, ["breaker_open critical"]],
    ["breaker half open", { breakers: [breaker("half_open")] }, ["breaker_open critical"]],
    [
      "in maintenance",
      {
        breakers: [breaker("open")],
        maintenance: [{ endpoint_id: "acme_http", id: "m", reason: "planned", until: NOW + HOUR }],
      },
      [],
    ],
    ["breaker closed", { breakers: [breaker("closed")] }, []],
    ["79 of 100", { caps: [cap(79)] }, []],
    ["80 of 100", { caps: [cap(80)] }, ["cap_near info"]],
    ["100 of 100", { caps: [cap(100)] }, ["cap_reached warning"]],
    ["1999 of 2000", { caps: [cap(1_999, 0, { count: 2_000 })] }, ["cap_near info"]],
    ["by money", { caps: [cap(1, 1_000, { count: 100, money: money(1_000) })] }, ["cap_reached warning"]],
    ["a cap of nothing is a switch", { caps: [cap(0, 0, { count: 0 })] }, []],
    ["money for a while", { available: money(2_000_000) }, []],
    ["little money", { available: money(1_999_999) }, ["balance_low warning"]],
    ["no money", { available: money(199_999) }, ["balance_low critical"]],
    ["invoiced", { available: null }, []],
    ["paused", { paused: true, available: money(0), breakers: [breaker("open")] }, []],
  ])("%s", (_, view, expected) => {
    expect(words(accountFindings(policy(), { ...VIEW, ...view }, true, NOW))).toEqual(expected);
  });

  it("money of a buyer that sells nothing matters to nobody", () => {
    expect(accountFindings(policy(), { ...VIEW, available: money(0) }, false, NOW)).toEqual([]);
  });

  it("keeps several caps of a contract apart", () => {
    const caps = [cap(80), { ...cap(90), source: "leadsrus" }];
    const found = accountFindings(policy(), { ...VIEW, caps }, true, NOW);
    expect(found.map(({ part }) => part)).toEqual(["day", "day.leadsrus"]);
  });
});

describe("what books, channels and synthetic leads show", () => {
  const ages = { outbox_lag_ms: 0, outbox_of: "book enam-00", oldest_unknown_ms: 0, unknown: 0 };
  it.each<[string, Finding[], string[]]>([
    ["outbox 2 min", ageFindings(policy(), { ...ages, outbox_lag_ms: 120_000 }, NOW), []],
    ["outbox over 2 min", ageFindings(policy(), { ...ages, outbox_lag_ms: 120_001 }, NOW), ["outbox_late warning"]],
    ["outbox over 15 min", ageFindings(policy(), { ...ages, outbox_lag_ms: 900_001 }, NOW), ["outbox_late critical"]],
    ["unknown 4 h", ageFindings(policy(), { ...ages, oldest_unknown_ms: 4 * HOUR }, NOW), []],
    [
      "unknown over 4 h",
      ageFindings(policy(), { ...ages, oldest_unknown_ms: 4 * HOUR + 1, unknown: 1 }, NOW),
      ["unknown_old warning"],
    ],
    [
      "unknown over 48 h",
      ageFindings(policy(), { ...ages, oldest_unknown_ms: 49 * HOUR, unknown: 1 }, NOW),
      ["unknown_old critical"],
    ],
    ["books agree", differenceFindings(policy(), { count: 0, since: null }), []],
    ["books differ", differenceFindings(policy(), { count: 1, since: NOW }), ["differences_open critical"]],
    ["D1 away twice", ledgerAway(policy(), 2, NOW), []],
    ["D1 away three times", ledgerAway(policy(), 3, NOW), ["ledger_away critical"]],
    ["configuration reads", configFindings(policy(), []), []],
    ["a record does not fit", configFindings(policy(), ["buyer/acme"]), ["config_refused critical"]],
    [
      "a channel works",
      channelFindings(policy(), { ops: { failed_since: null, why: null, failures: 0, sent_at: 1 } }),
      [],
    ],
    [
      "a channel is dead",
      channelFindings(policy(), { ops: { failed_since: 1, why: "it answered 404", failures: 2, sent_at: 1 } }),
      ["channel_failed warning"],
    ],
    ["switched off", ledgerAway(policy({ id: "main", rules: { ledger_away: { on: false } } }), 9, NOW), []],
  ])("%s", (_, found, expected) => {
    expect(words(found)).toEqual(expected);
  });

  const lead = { id: "auto", campaign_id: "auto_insurance", failures: 2, slow_ms: 3_000, expect: "accepted" };
  const ran = (more: Partial<SyntheticRun>): SyntheticRun => ({
    at: NOW,
    ok: true,
    result: "accepted",
    ms: 200,
    failed_in_row: 0,
    failed_since: null,
    ...more,
  });
  it.each<[string, SyntheticRun | undefined, string[]]>([
    ["never sent", undefined, []],
    ["sold", ran({}), []],
    ["failed once of two", ran({ ok: false, result: "rejected", failed_in_row: 1, failed_since: NOW }), []],
    [
      "failed twice",
      ran({ ok: false, result: "http_401", failed_in_row: 2, failed_since: NOW }),
      ["synthetic_failed critical"],
    ],
    ["at its limit", ran({ ms: 3_000 }), []],
    ["slow", ran({ ms: 3_001 }), ["synthetic_slow warning"]],
  ])("synthetic lead: %s", (_, run, expected) => {
    expect(words(syntheticFindings(policy(), [lead], run ? { auto: run } : {}, NOW))).toEqual(expected);
  });
});

describe("an hour's volume against the same hour of earlier days", () => {
  const of = (pings: number, before: number[]) =>
    words(volumeFindings(policy(), [{ publisher_id: "p", campaign_id: "c", pings, before }], NOW - HOUR));
  it.each<[string, number, number[], string[]]>([
    ["as usual", 100, [90, 110, 100], []],
    ["half of it", 50, [100, 100, 100], []],
    ["less than half", 49, [100, 100, 100], ["volume_low warning"]],
    ["nothing", 0, [100, 100, 100], ["volume_low warning"]],
    ["two and a half times", 250, [100, 100, 100], []],
    ["more", 251, [100, 100, 100], ["volume_high warning"]],
    ["one odd day earlier changes nothing", 100, [100, 5_000, 90, 110, 0], []],
    ["two days show no habit", 0, [100, 100], []],
    ["few pings swing by nature", 5, [40, 45, 49], []],
    ["and many are many, whatever was usual", 60, [10, 10, 10], ["volume_high warning"]],
  ])("%s", (_, pings, before, expected) => {
    expect(of(pings, before)).toEqual(expected);
  });
});
