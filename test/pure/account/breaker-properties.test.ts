import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Breaker,
  CLOSED,
  mayProbe,
  merged,
  type ProbeResult,
  probed,
  probing,
} from "../../../durable-objects/breaker-rules.ts";
import { AccountBook, command, terms, usd } from "../../support/account-book.ts";
import { report, SETTINGS, T } from "./breaker-fixtures.ts";

const RESULTS = ["ok", "failed", "up", "undecided", "unavailable"] as const;
const LEASE_MS = 60_000;
const HOLD_MS = 30_000;

type Act =
  | { do: "report"; ok: number; failed: number; slow: number; age_ms: number }
  | { do: "reserve"; allowed: boolean }
  | { do: "settle"; how: "capture" | "doubt" | "rejected" | "not_taken" | "not_dispatched" | "set_up_error" }
  | { do: "answer"; result: ProbeResult }
  | { do: "pass"; ms: number };

const act: fc.Arbitrary<Act> = fc.oneof(
  fc.record({
    do: fc.constant("report" as const),
    ok: fc.constantFrom(0, 0, 0, 3),
    failed: fc.nat(4),
    slow: fc.nat(4),
    age_ms: fc.nat(20_000),
  }),
  fc.record({ do: fc.constant("reserve" as const), allowed: fc.boolean() }),
  fc.record({
    do: fc.constant("settle" as const),
    how: fc.constantFrom("capture", "doubt", "rejected", "not_taken", "not_dispatched", "set_up_error"),
  }),
  fc.record({ do: fc.constant("answer" as const), result: fc.constantFrom(...RESULTS) }),
  fc.record({ do: fc.constant("pass" as const), ms: fc.constantFrom(1, 500, 5_000, 10_000, 20_000, 60_000) }),
);

/** An endpoint that two contracts share, one of which lets a lead try it; the object's own probes answer when a step says so. */
class Play {
  readonly book = new AccountBook();
  /** Until when each probe that began may be under way. */
  private live: { until: number; answer?: (result: ProbeResult) => void; lead?: string }[] = [];
  private held: string[] = [];
  private leads = 0;
  probes = 0;

  private readonly ports = {
    ...this.book.ports,
    probes: {
      ping: async (): Promise<ProbeResult> => "unavailable",
      post: () =>
        new Promise<ProbeResult>((answer) => {
          this.begins({ until: this.book.now + LEASE_MS, answer });
        }),
    },
  };

  private begins(probe: (typeof this.live)[number]): void {
    this.probes++;
    this.live = this.live.filter(({ until }) => until > this.book.now);
    expect(this.live).toEqual([]);
    this.live.push(probe);
  }

  async do(step: Act): Promise<void> {
    const { core } = this.book;
    if (step.do === "report") {
      const { ok, failed, slow, age_ms } = step;
      core.health([report(ok, failed, { phase: "post", slow, age_ms })], [terms().endpoint]);
    } else if (step.do === "reserve") this.reserve(step.allowed);
    else if (step.do === "settle") this.settle(step.how);
    else if (step.do === "answer") await this.answer(step.result);
    else await this.pass(step.ms);
  }

  private reserve(allowed: boolean): void {
    const id = `r${this.leads++}`;
    const contract = { contract_id: allowed ? "may" : "may_not", probe_with_lead: allowed, endpoint_id: "e1" };
    const reply = this.book.core.reserve(command(id, { terms: terms({ contract }), hold_ms: HOLD_MS }));
    if (reply.kind !== "held") return;
    this.held.push(id);
    if (!reply.probe) return;
    expect(allowed).toBe(true);
    this.begins({ until: this.book.now + HOLD_MS, lead: id });
  }

  private settle(how: Extract<Act, { do: "settle" }>["how"]): void {
    const id = this.held.shift();
    if (id === undefined) return;
    this.live = this.live.filter(({ lead }) => lead !== id);
    if (how === "capture") this.book.capture(id, usd(1));
    else if (how === "doubt") this.book.core.doubt(id, 1_000_000);
    else this.book.core.release(id, how);
  }

  private async answer(result: ProbeResult): Promise<void> {
    const probe = this.live.find(({ answer }) => answer);
    this.live = this.live.filter((other) => other !== probe);
    probe?.answer?.(result);
    await new Promise(setImmediate);
  }

  private async pass(ms: number): Promise<void> {
    const end = this.book.now + ms;
    for (let at = this.book.core.next(); at !== null && at <= end; at = this.book.core.next()) {
      this.book.now = Math.max(this.book.now, at);
      void this.book.core.work(this.ports);
      await new Promise(setImmediate);
    }
    this.book.now = end;
  }
}

const NEXT: Record<string, string[]> = {
  closed: ["open", "closed"],
  open: ["half_open"],
  half_open: ["open", "closed"],
};

describe("whatever the order of reports, leads, probes and time", () => {
  it("never makes two probes at once, nor one from closed, nor one with a lead that may not", async () => {
    let probes = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 20, maxLength: 60 }), async (acts) => {
        const play = new Play();
        for (const step of acts) await play.do(step);
        await play.do({ do: "pass", ms: 2_000 });
        const states = play.book.rows("breaker_events").map((row) => row.state);
        for (const [i, state] of states.entries()) expect(NEXT[states[i - 1] ?? "closed"]).toContain(state);
        probes += play.probes;
      }),
      { seed: 22, numRuns: 250 },
    );
    expect(probes).toBeGreaterThan(250);
  });
});

describe("rules", () => {
  it("a window with fewer than min_calls never opens by a rate", () => {
    const one = fc.record({ after: fc.nat(20), ok: fc.nat(6), failed: fc.nat(6), slow: fc.nat(6) });
    const settings = { ...SETTINGS, failures: 1_000, slow_ms: 100, failure_rate: 1, slow_rate: 1 };
    fc.assert(
      fc.property(fc.array(one, { maxLength: 30 }), (reports) => {
        const seen: { at: number; calls: number }[] = [];
        let breaker = CLOSED;
        let now = T;
        for (const { after, ok, failed, slow } of reports) {
          now += after * 1_000;
          seen.push({ at: now, calls: ok + failed });
          const within = seen.filter(({ at }) => at > now - settings.window_s * 1_000);
          const calls = within.reduce((sum, each) => sum + each.calls, 0);
          breaker = merged(breaker, report(ok, failed, { slow, streak: 0 }), settings, now).breaker;
          if (breaker.state === "open") {
            expect(calls).toBeGreaterThanOrEqual(settings.min_calls);
            return;
          }
        }
      }),
      { seed: 23, numRuns: 500 },
    );
  });

  it("pauses never shrink while it fails again before a good spell is over", () => {
    const spell = fc.record({ result: fc.constantFrom(...RESULTS), good: fc.nat(19), after: fc.nat(30_000) });
    fc.assert(
      fc.property(fc.array(spell, { minLength: 2, maxLength: 12 }), (spells) => {
        let now = T;
        let breaker: Breaker = merged(CLOSED, report(0, 3), SETTINGS, now).breaker;
        let last = 0;
        for (const { result, good, after } of spells) {
          expect(breaker.state).toBe("open");
          const pause = (breaker.until ?? 0) - now;
          expect(pause).toBeGreaterThanOrEqual(last);
          last = pause;
          now += pause;
          expect(mayProbe(breaker, now)).toBe(true);
          breaker = probed(probing(breaker, "p"), result, SETTINGS, now);
          if (breaker.state !== "closed") continue;
          now += after;
          if (good > 0) breaker = merged(breaker, report(good, 0), SETTINGS, now).breaker;
          breaker = merged(breaker, report(0, 3), SETTINGS, now).breaker;
        }
      }),
      { seed: 24, numRuns: 500 },
    );
  });
});
