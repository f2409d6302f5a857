import { describe, expect, it } from "vitest";
import { endpointSchema } from "../../../schema/config/buyer.ts";
import type { DeliveryJob } from "../../../worker/buyers/channel.ts";
import { compileDialect } from "../../../worker/buyers/dialects/index.ts";
import { httpChannel, retryAfterSeconds } from "../../../worker/buyers/http-channel.ts";
import { SlotPool } from "../../../worker/buyers/slots.ts";
import { checkUrl } from "../../../worker/buyers/url-guard.ts";
import { EmulatedPlatform } from "../../support/emulated-platform.ts";
import type { Reply } from "../../support/emulated-transport.ts";
import { dialect, postFacts } from "./dialect-fixtures.ts";

const secrets = { key: "s3cr3t/ä" };
const POST = {
  url: "https://buyer.example/post?k={{secret.key}}",
  headers: { "X-Key": "{{secret.key}}" },
  body: { phone: "{{phone}}", k: "{{secret.key}}" },
};

function job(changes: Partial<DeliveryJob> & { request?: object } = {}): DeliveryJob {
  const config = dialect({ post: { request: { ...POST, ...changes.request } } });
  return {
    endpoint: endpointSchema.parse({ id: "e1", buyer_id: "b1", name: "E", dialect: config }),
    dialect: compileDialect(config),
    facts: { ...postFacts, secrets },
    context: { after_unknown: false, idempotent: false },
    timeout_ms: 1_000,
    may_dispatch: () => true,
    ...changes,
  };
}

function setUp(reply: Reply, slots = new SlotPool()) {
  const platform = new EmulatedPlatform(1);
  platform.buyer("buyer.example", () => reply);
  const channel = httpChannel(platform.deps(), slots, (url) => checkUrl(url, { local: false }));
  const attempt = (changes?: Parameters<typeof job>[0]) => platform.time.run(() => channel.attempt(job(changes)));
  return { platform, slots, attempt, traffic: platform.network.traffic };
}

describe("http channel", () => {
  const ROWS: [string, Reply, string][] = [
    ["an accept", { after_ms: 400, body: '{"result":"accepted"}' }, "accepted ok 200 400"],
    ["a reject", { after_ms: 400, body: '{"result":"rejected"}' }, "rejected rejected 200 400"],
    ["no answer", { after_ms: 0, fault: "silent" }, "unknown timeout null 1000"],
    ["an answer too late", { after_ms: 1_001, body: '{"result":"accepted"}' }, "unknown timeout null 1000"],
    [
      "a body that never ends",
      { after_ms: 10, body: '{"result":"acc', body_after_ms: null },
      "unknown timeout 200 1000",
    ],
    ["a broken connection", { after_ms: 30, fault: "reset" }, "unknown transport null 30"],
    ["a body without end", { after_ms: 10, body: "x".repeat(1_048_577) }, "unknown too_large null 10"],
    [
      "a redirect",
      { after_ms: 10, status: 302, headers: { location: "https://x.example/" } },
      "unknown redirect 302 10",
    ],
    ["a breakdown", { after_ms: 10, status: 500 }, "unknown server 500 10"],
    ["too many requests", { after_ms: 10, status: 429, headers: { "retry-after": "9" } }, "not_taken throttled 429 10"],
  ];
  it.each(ROWS)("%s", async (_, reply, expected) => {
    const { attempt, slots } = setUp(reply);
    const result = await attempt();
    const status = reply.body?.length === 1_048_577 ? null : result.http_status;
    expect(`${result.outcome} ${result.class} ${status} ${result.ms}`).toBe(expected);
    expect(slots.free).toBe(6);
  });

  it("sends the reservation as the key, unless the dialect sets its own", async () => {
    const { attempt, traffic } = setUp({ after_ms: 1 });
    await attempt();
    await attempt({ request: { headers: { "IDEMPOTENCY-key": "mine" } } });
    expect(traffic.map(({ headers }) => headers.get("idempotency-key"))).toEqual(["r1", "mine"]);
  });

  it("records both sides without credentials, also where they are echoed", async () => {
    const echo = JSON.stringify({ result: "rejected", message: `bad key ${secrets.key}` });
    const { attempt, traffic } = setUp({ after_ms: 1, body: echo });
    const result = await attempt();
    expect(traffic[0]?.body).toContain(secrets.key);
    expect(result.request).toContain("POST https://buyer.example/post?k=***\nX-Key: ");
    expect(result.request).toContain('\n\n{"phone":"+15551234567","k":"***"}');
    expect(result.answer).toContain('"message":"bad key ***"');
    expect(result.reason).toBe("bad key ***");
    expect(JSON.stringify(result)).not.toMatch(/s3cr3t/);
  });

  it("cuts long records", async () => {
    const { attempt } = setUp({ after_ms: 1, body: `{"result":"accepted","x":"${"y".repeat(100_000)}"}` });
    expect((await attempt()).answer).toHaveLength(32_768 + "\n[cut]".length);
  });

  it.each<[string, Parameters<typeof job>[0], string]>([
    ["a URL of the inner network", { request: { url: "https://10.0.0.1/" } }, "set_up_error url_refused"],
    ["a missing credential", { request: { body: "{{secret.nope}}" } }, "set_up_error client"],
    ["a dispatch that came too late", { may_dispatch: () => false }, "not_taken not_dispatched"],
  ])("sends nothing: %s", async (_, changes, expected) => {
    const { attempt, traffic, slots } = setUp({ after_ms: 1 });
    const result = await attempt(changes);
    expect(`${result.outcome} ${result.class}`).toBe(expected);
    expect(result).toMatchObject({ http_status: null, ms: 0, answer: "" });
    expect(traffic).toHaveLength(0);
    expect(slots.free).toBe(6);
  });

  it("asks whether it may dispatch when it holds the slot, and starts the time there", async () => {
    const slots = new SlotPool(1);
    const { attempt, platform } = setUp({ after_ms: 900, body: '{"result":"accepted"}' }, slots);
    slots.tryAcquire();
    platform.time.timer(() => slots.release(), 700);
    const asked: number[] = [];
    const start = platform.time.now();
    const result = await attempt({ may_dispatch: () => asked.push(platform.time.now() - start) > 0 });
    expect(asked).toEqual([700]);
    expect(result).toMatchObject({ outcome: "accepted", ms: 900 });
  });

  it("gives up a slot that does not come", async () => {
    const slots = new SlotPool(1);
    slots.tryAcquire();
    const { attempt, traffic } = setUp({ after_ms: 1 }, slots);
    expect(await attempt()).toMatchObject({ outcome: "not_taken", class: "not_dispatched" });
    expect(slots.waiting).toBe(0);
    expect(traffic).toHaveLength(0);
  });

  it("gives the slot back when the process dies at a crash point", async () => {
    const { attempt, slots } = setUp({ after_ms: 1 });
    const dies = () => {
      throw new Error("died");
    };
    await expect(attempt({ may_dispatch: dies })).rejects.toThrow("died");
    expect(slots.free).toBe(6);
  });

  it("a dialect that breaks on an answer is an answer nobody can read", async () => {
    const { attempt } = setUp({ after_ms: 1 });
    const broken = { ...job().dialect, readOutcome: () => JSON.parse("broken") };
    expect(await attempt({ dialect: broken })).toMatchObject({
      outcome: "unknown",
      class: "unreadable",
      held_for_review: true,
    });
  });

  it("turns a date in Retry-After into seconds", () => {
    const now = Date.UTC(2027, 0, 1);
    const read = (value: string | null) => retryAfterSeconds(value, now);
    expect(
      ["120", " 5 ", "Fri, 01 Jan 2027 00:00:30 GMT", "Fri, 01 Jan 2021 00:00:30 GMT", "soon", null].map(read),
    ).toEqual(["120", "5", "30", "0", null, null]);
  });
});
