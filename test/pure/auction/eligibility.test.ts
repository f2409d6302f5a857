import { describe, expect, test } from "vitest";
import { EXCLUSION_REASONS, type ExclusionReason } from "../../../schema/lists.ts";
import { ZERO } from "../../../schema/money.ts";
import { type EligibilityInput, eligible, explain } from "../../../worker/auction/eligibility.ts";
import { breaker, closed, contract, few, inputOf, NOW, OPEN, pacedUntil, standing } from "./eligibility-input.ts";
import { type ContractParts, campaignOf, contractOf, fixedContract, m } from "./fixtures.ts";

const HOUR = 3_600_000;
const QUEUE = contract({ on_cap: { do: "queue", max_hours: 2 } });
const PROBED = contract({ probe_with_lead: true });
const AGED = contract({ aged: { max_age_hours: 24, only: true } });
const MODEST: ContractParts = { endpoint: { accepts_test: true }, contract: { price: { type: "bid", max_bid: 4 } } };
/** What a contract's bid must be at least. */
const least = (amount: number) => ({ least: () => m(amount) });
const TESTED: ContractParts = { endpoint: { accepts_test: true } };

const LASTS = {
  id: "w1",
  reason: "new servers",
  from: new Date(NOW - HOUR).toISOString(),
  to: new Date(NOW + HOUR).toISOString(),
};

/** One contract, asked about; null = eligible. */
const ROWS: [why: string, parts: ContractParts, changes: Partial<EligibilityInput>, reason: ExclusionReason | null][] =
  [
    ["nothing against it", {}, {}, null],
    ["gateway paused", {}, { paused: { gateway: true } }, "gateway_paused"],
    ["publisher paused", {}, { paused: { publisher: true } }, "publisher_paused"],
    ["campaign paused", {}, { paused: { campaign: true } }, "campaign_paused"],
    ["buyer paused", { buyer: { status: "paused" } }, {}, "buyer_paused"],
    ["endpoint paused", { endpoint: { status: "paused" } }, {}, "endpoint_paused"],
    ["contract paused", contract({ status: "paused" }), {}, "contract_paused"],
    [
      "the wider pause comes first",
      { buyer: { status: "paused" }, ...contract({ status: "paused" }) },
      {},
      "buyer_paused",
    ],
    ["the buyer in maintenance", { buyer: { maintenance: [LASTS] } }, {}, "maintenance"],
    ["the endpoint in maintenance", { endpoint: { maintenance: [LASTS] } }, {}, "maintenance"],
    ["maintenance that is over", { endpoint: { maintenance: [LASTS] } }, { now: NOW + HOUR }, null],
    ["a pause is told before maintenance", { buyer: { status: "paused", maintenance: [LASTS] } }, {}, "buyer_paused"],
    [
      "maintenance holds for test leads too",
      { endpoint: { accepts_test: true, maintenance: [LASTS] } },
      { test: true },
      "maintenance",
    ],
    ["a draft", contract({ stage: "draft" }), {}, "not_live"],
    ["a ramping contract", contract({ stage: "ramping" }), {}, null],
    [
      "a draft takes test leads",
      { endpoint: { accepts_test: true }, ...contract({ stage: "draft" }) },
      { test: true },
      null,
    ],
    ["test lead, live endpoint", {}, { test: true }, "not_in_test"],
    ["test lead, endpoint takes tests", { endpoint: { accepts_test: true } }, { test: true }, null],
    [
      "test leads see neither breaker",
      { endpoint: { accepts_test: true } },
      { test: true, ...breaker({ state: "open" }) },
      null,
    ],
    ["nor caps", { endpoint: { accepts_test: true } }, { test: true, ...closed(null, null) }, null],
    ["nor balance", { endpoint: { accepts_test: true } }, { test: true, ...standing({ available: ZERO }) }, null],
    ["publisher not allowed", contract({ sources: { allow: ["other"] } }), {}, "source"],
    ["publisher allowed", contract({ sources: { allow: ["pub"] } }), { sub_id1: "x" }, null],
    ["one sub-source allowed", contract({ sources: { allow: ["pub/x"] } }), { sub_id1: "x" }, null],
    ["another sub-source", contract({ sources: { allow: ["pub/x"] } }), { sub_id1: "y" }, "source"],
    ["no sub-source", contract({ sources: { allow: ["pub/x"] } }), {}, "source"],
    ["an empty list allows nobody", contract({ sources: { allow: [] } }), {}, "source"],
    ["publisher denied", contract({ sources: { deny: ["pub"] } }), {}, "source"],
    ["one sub-source denied", contract({ sources: { allow: ["pub"], deny: ["pub/x"] } }), { sub_id1: "x" }, "source"],
    [
      "denied wins over the more exact allowed",
      contract({ sources: { allow: ["pub/x"], deny: ["pub"] } }),
      { sub_id1: "x" },
      "source",
    ],
    ["filter", contract({ filter: { field: "state", in: ["TX"] } }), {}, "filter"],
    ["schedule", contract({ schedule: { hours: [{ days: ["sun"], from: "00:00", to: "24:00" }] } }), {}, "schedule"],
    ["takes only aged leads", AGED, {}, "aged_only"],
    ["and this is one", AGED, { live: false }, null],
    [
      "evidence that the ping could bring",
      contract({ consent: { required: ["trusted_form_cert_url"] } }),
      {},
      "consent",
    ],
    [
      "evidence that it brings",
      contract({ consent: { required: ["trusted_form_cert_url"] } }),
      { facts: { trusted_form_cert_url: "https://cert.example/1" } },
      null,
    ],
    [
      "a consent that was refused",
      contract({ consent: { required: ["tcpa"] } }),
      { facts: { tcpa: false } },
      "consent",
    ],
    ["personal evidence comes with the post", contract({ consent: { required: ["consent_text"] } }), {}, null],
    ["what every post must bring", contract({ consent: { required: ["universal_leadid"] } }), {}, null],
    [
      "what the campaign's consent demands of every post",
      contract({ consent: { required: ["trusted_form_cert_url"] } }),
      { campaign: campaignOf({ consent: { required: ["trusted_form_cert_url"] } }) },
      null,
    ],
    ["an endpoint that cannot be asked for a bid", { pingable: false }, {}, "fixed_price_missing"],
    ["and has a fixed price", { pingable: false, ...contract({ price: { type: "fixed", amount: 5 } }) }, {}, null],
    ["a fixed price of nothing", contract({ price: { type: "fixed", amount: 0 } }), {}, "fixed_price_missing"],
    ["ping breaker open", {}, breaker({ state: "open", until: NOW + 1 }), "breaker_open"],
    ["open for good", {}, breaker({ state: "open", until: null }), "breaker_open"],
    ["its pause is over: the object's probe decides", {}, breaker({ state: "open", until: NOW }), "breaker_open"],
    ["no news of a probe for 30 s", {}, breaker({ state: "open", until: NOW - 30_000 }), null],
    ["ping being probed", {}, breaker({ state: "half_open", until: NOW - 1 }), "breaker_open"],
    ["post breaker open: could not be sold to", {}, breaker({}, { state: "open", until: NOW + 1 }), "breaker_open"],
    [
      "post's pause over: the object probes it without a lead",
      {},
      breaker({}, { state: "open", until: NOW }),
      "breaker_open",
    ],
    ["post's pause over: the next lead is the probe", PROBED, breaker({}, { state: "open", until: NOW }), null],
    [
      "post's probe overdue: nothing else would close it",
      PROBED,
      breaker({}, { state: "half_open", until: NOW }),
      null,
    ],
    ["post being probed", {}, breaker({}, { state: "half_open", until: NOW + 1 }), "breaker_open"],
    ["the isolate's own breaker", {}, standing({ tripped: true }), "breaker_open"],
    [
      "fixed price: pings do not matter",
      contract({ price: { type: "fixed", amount: 5 } }),
      breaker({ state: "open" }),
      null,
    ],
    [
      "fixed price: nor the ping's fast breaker",
      contract({ price: { type: "fixed", amount: 5 } }),
      standing({ tripped: true }),
      null,
    ],
    [
      "fixed price: posts do",
      contract({ price: { type: "fixed", amount: 5 } }),
      breaker({}, { state: "open", until: NOW + 1 }),
      "breaker_open",
    ],
    ["cap", {}, closed(null, NOW + 1), "cap_reached"],
    ["cap for good", {}, closed(null, null), "cap_reached"],
    ["its window has ended", {}, closed(null, NOW), null],
    ["cap of this publisher", {}, closed("pub", NOW + 1), "cap_reached"],
    ["cap of another", {}, closed("other", NOW + 1), null],
    [
      "a queue at the cap, and a publisher that waits",
      QUEUE,
      { may_wait: true, ...closed(null, NOW + 2 * HOUR) },
      null,
    ],
    ["a longer wait than the queue's", QUEUE, { may_wait: true, ...closed(null, NOW + 2 * HOUR + 1) }, "cap_reached"],
    ["a queue for good is none", QUEUE, { may_wait: true, ...closed(null, null) }, "cap_reached"],
    ["a queue, and a publisher that cannot wait", QUEUE, closed(null, NOW + 1), "cap_reached"],
    ["a publisher that waits, and no queue", {}, { may_wait: true, ...closed(null, NOW + 1) }, "cap_reached"],
    ["pacing", {}, pacedUntil(NOW + 1), "paced"],
    ["its pause is over", {}, pacedUntil(NOW), null],
    ["pacing, but its leads may wait", QUEUE, { may_wait: true, ...pacedUntil(NOW + HOUR) }, null],
    ["test leads know no pacing", TESTED, { test: true, ...pacedUntil(NOW + 1) }, null],
    [
      "cap before pacing",
      {},
      standing({ contract: { ...OPEN, closed: [{ source: null, until: null }], paced_until: NOW + 1 } }),
      "cap_reached",
    ],
    ["one place left, 100 offers outstanding", {}, few(1, 100), "thinned"],
    ["fixed prices are thinned too", contract({ price: { type: "fixed", amount: 5 } }), few(1, 100), "thinned"],
    ["one place left, nothing offered", {}, few(1, 0), null],
    ["places for all that is offered", {}, few(50, 24), null],
    ["the window that left so few has ended", {}, few(1, 100, NOW), null],
    ["few places for good", {}, few(1, 100, null), "thinned"],
    ["few places, but its leads may wait", QUEUE, { may_wait: true, ...few(1, 100) }, null],
    ["test leads are not thinned", TESTED, { test: true, ...few(1, 100) }, null],
    [
      "balance before thinning",
      {},
      standing({ contract: { ...OPEN, left: 1 }, outstanding: 100, available: ZERO }),
      "balance",
    ],
    ["maximum below what it must bring", contract({ price: { type: "bid", max_bid: 4 } }), least(5), "maximum_too_low"],
    ["maximum of what it must bring", contract({ price: { type: "bid", max_bid: 5 } }), least(5), null],
    ["no maximum", {}, least(5), null],
    ["balance below what it must bring", {}, { ...least(5), ...standing({ available: m("4.99") }) }, "balance"],
    ["tests may bid what they like", MODEST, { test: true, ...least(5) }, null],
    ["balance below the floor", {}, { floor: m(2), ...standing({ available: m("1.9999") }) }, "balance"],
    ["balance of the floor", {}, { floor: m(2), ...standing({ available: m(2) }) }, null],
    ["nothing left, no floor", {}, standing({ available: ZERO }), "balance"],
    ["overdrawn", {}, standing({ available: m(-1) }), "balance"],
    [
      "below the fixed price",
      contract({ price: { type: "fixed", amount: 5 } }),
      standing({ available: m("4.99") }),
      "balance",
    ],
    ["no limit", contract({ price: { type: "fixed", amount: 5 } }), standing({ available: null }), null],
    [
      "cap before balance",
      {},
      standing({ contract: { ...OPEN, closed: [{ source: null, until: null }] }, available: ZERO }),
      "cap_reached",
    ],
    [
      "filter before whatever stands against the contract",
      contract({ status: "paused", filter: { field: "state", eq: "TX" } }),
      {},
      "filter",
    ],
    ["filter before cap", contract({ filter: { field: "state", eq: "TX" } }), closed(null, null), "filter"],
  ];

describe("eligible", () => {
  test.each(ROWS)("%s: %o", (_, parts, changes, reason) => {
    const input = inputOf([contractOf("one", parts)], changes);
    const { bidders, fixed, excluded, filtered } = eligible(input);
    const rule =
      reason !== null &&
      ["source", "filter", "schedule", "aged_only", "consent", "fixed_price_missing"].includes(reason);
    expect(bidders.length + fixed.length).toBe(reason === null ? 1 : 0);
    expect(excluded).toEqual(reason === null || rule ? [] : [{ contract_id: "one", reason }]);
    expect(filtered).toBe(rule ? 1 : 0);
    expect(explain(input)[0]?.reason).toBe(reason);
  });

  test("every reason of the closed list has a row", () => {
    // Nobody is shaped who is alone: shaping.test.ts.
    expect(new Set(ROWS.flatMap(([, , , reason]) => reason ?? []))).toEqual(
      new Set(EXCLUSION_REASONS.filter((reason) => reason !== "shaped")),
    );
  });

  test("fixed prices are told from bidders", () => {
    const { bidders, fixed } = eligible(inputOf([contractOf("bid"), fixedContract("fix", 3)]));
    expect([bidders.map((c) => c.config.id), fixed.map((c) => c.config.id)]).toEqual([["bid"], ["fix"]]);
  });

  test("a filter's exclusion says which condition, without its value", () => {
    const input = inputOf([contractOf("one", contract({ filter: { field: "state", in: ["TX"] } }))]);
    expect(explain(input)).toEqual([
      { contract_id: "one", buyer_id: "b_one", outcome: "excluded", reason: "filter", detail: "state in" },
    ]);
  });
});
