import { exports } from "cloudflare:workers";
import { Webhook } from "standardwebhooks";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { autoInsurance } from "../../../schema/verticals/index.ts";
import { deps, replaceDeps } from "../../../worker/deps.ts";
import { TEST_OPERATOR_TOKEN } from "../../support/settings.ts";
import { admin, type BuyerAnswer, seedBuyer, seedCampaign, World } from "../../support/world.ts";
import { alertsOf, fresh, incidents, kinds, MINUTE, notices, posts, ring, SECRET, to } from "./support.ts";

let world: World;
let seeded = false;
beforeEach(async () => {
  world = new World();
  vi.spyOn(console, "log").mockImplementation(() => {});
  if (!seeded) {
    await seedCampaign(autoInsurance);
    await seedBuyer("acme", autoInsurance.id);
    const url = "http://127.0.0.1/hook/alerts";
    await admin("PUT", "/alert-channels/hook", { name: "Hook", type: "webhook", url, secret: SECRET });
  }
  seeded = true;
  await fresh();
  world.buyers.set("hook", { alerts: () => new Response("") });
});
afterEach(() => world.end());

const hook = (...answers: BuyerAnswer[]): void => {
  let nth = 0;
  const last = answers.length - 1;
  world.buyers.set("hook", { alerts: (request) => (answers[Math.min(nth++, last)] as BuyerAnswer)(request) });
};
const status =
  (of: number): BuyerAnswer =>
  () =>
    new Response("", { status: of });
/** A contract whose posts fail, seen at the next look. */
async function failing(): Promise<void> {
  await ring(world, MINUTE);
  await posts(20, "server", deps().now());
  await ring(world, MINUTE);
}
const ALL = ["errors_in_row", "http_errors", "success_low"];
const idsOf = () => to(world, "/hook/alerts").map(({ headers }) => headers["webhook-id"]);

it("finds, tells by a signed webhook, resolves and tells that too; the ledger has it", async () => {
  await failing();
  expect(kinds(await incidents("?state=open"))).toEqual(ALL);
  const [sent] = to(world, "/hook/alerts");
  const body = new Webhook(SECRET).verify(sent?.body ?? "", sent?.headers ?? {}) as { id: string };
  expect(sent?.headers["webhook-id"]).toBe(body.id);
  expect(kinds(alertsOf(sent))).toEqual(ALL);
  await posts(1_200, "ok", deps().now());
  for (let n = 0; n < 5; n++) await ring(world, MINUTE);
  expect(kinds(to(world, "/hook/alerts").flatMap(alertsOf), "resolved")).toEqual(ALL);
  expect(kinds(await incidents("?state=resolved"))).toEqual(ALL);
  const ledger = (await admin("GET", "/alerts?kind=success_low")).items;
  expect(ledger).toMatchObject([{ subject: "contract:acme_c" }]);
});

it("a receiver that fails gets the same notice again, under the same id", async () => {
  hook(status(500), status(503), status(200));
  await failing();
  await ring(world, 5_000);
  await ring(world, 30_000);
  expect(idsOf().length).toBe(3);
  expect(new Set(idsOf()).size).toBe(1);
  expect(await notices()).toMatchObject([{ state: "sent", tries: 3, why: null }]);
  const id = (await incidents())[0]?.id ?? "";
  expect(await admin("GET", `/alerts/incidents/${encodeURIComponent(id)}`)).toMatchObject({
    notices: [{ state: "sent" }],
  });
});

it("one that hangs is given up in time and tried again; an answer that is late is none", async () => {
  const { timer } = deps();
  // Its ten seconds are over at once.
  const restore = replaceDeps({ timer: (fn, ms) => timer(fn, ms === 10_000 ? 50 : ms) });
  let late = () => {};
  hook(
    () => new Promise<Response>((resolve) => (late = () => resolve(new Response("")))),
    () => new Promise<Response>(() => {}),
    status(200),
  );
  await failing();
  late();
  expect(await notices()).toMatchObject([{ state: "waiting", tries: 1, why: "no answer within 10 s" }]);
  await ring(world, 5_000);
  await ring(world, 30_000);
  expect(await notices()).toMatchObject([{ state: "sent", tries: 3 }]);
  restore();
});

it("a crash between sending and noting it: it comes again, under the same id", async () => {
  let dies = 1;
  const restore = replaceDeps({
    crash: (point) => {
      if (point === "notice_sent" && dies-- > 0) throw new Error("died here");
    },
  });
  await failing();
  expect(await notices()).toMatchObject([{ state: "waiting", tries: 1 }]);
  await ring(world, 5_000);
  expect(idsOf().length).toBe(2);
  expect(new Set(idsOf()).size).toBe(1);
  expect(await notices()).toMatchObject([{ state: "sent", tries: 2 }]);
  restore();
});

it("a dead channel is an alert of its own, told to the others once, and over with a test that is taken", async () => {
  await admin("PUT", "/alert-channels/boss", { name: "Boss", type: "slack", hook_url: "http://127.0.0.1/boss/hook" });
  world.buyers.set("boss", { hook: () => new Response("ok") });
  hook(status(404));
  await failing();
  for (const s of [5, 30, 120, 600, 3_600]) await ring(world, s * 1_000);
  expect(await notices("?channel=hook&state=failed")).toMatchObject([{ tries: 6, why: "it answered 404" }]);
  const before = to(world, "/hook/alerts").length;
  await ring(world, MINUTE);
  const told = () => to(world, "/boss/hook").filter(({ body }) => body.includes("channel:hook"));
  expect(told().length).toBe(1);
  for (let n = 0; n < 5; n++) await ring(world, MINUTE);
  expect(told().length).toBe(1);
  const later = to(world, "/hook/alerts").slice(before);
  expect(later.filter(({ body }) => body.includes("channel_failed"))).toEqual([]);
  expect(await admin("POST", "/alert-channels/hook/test")).toMatchObject({ ok: false, why: "it answered 404" });
  hook(status(200));
  expect(await admin("POST", "/alert-channels/hook/test")).toMatchObject({ ok: true });
  for (let n = 0; n < 4; n++) await ring(world, MINUTE);
  expect((await incidents("?kind=channel_failed"))[0]?.state).toBe("resolved");
  await admin("POST", "/alert-channels/boss/pause", { reason: "end of the test" });
});

it("says why it cannot: an address inside the house, no secret in any answer", async () => {
  const url = "https://10.0.0.1/hook";
  await expect(
    admin("PUT", "/alert-channels/inner", { name: "I", type: "webhook", url, secret: SECRET }),
  ).rejects.toThrow(/422.*url/);
  await expect(admin("PUT", "/alert-channels/mail", { name: "M", type: "email" })).rejects.toThrow(/422.*from.*to/);
  const hidden = "http://127.0.0.1/hidden/hook-secret";
  await admin("PUT", "/alert-channels/chat", {
    name: "Chat",
    type: "slack",
    hook_url: hidden,
    min_severity: "critical",
  });
  const shown = JSON.stringify([
    await admin("GET", "/alert-channels/chat"),
    await admin("GET", "/alert-channels/chat/history"),
    await admin("GET", "/export"),
    await admin("POST", "/alert-channels/chat/test"),
    await admin("GET", "/alerts/watch"),
  ]);
  expect(shown).not.toContain("hook-secret");
  expect(shown).not.toContain(SECRET);
  await admin("POST", "/alert-channels/chat/pause", { reason: "end of the test" });
});

it("sends e-mail by the binding", async () => {
  const mail = {
    name: "Mail",
    type: "email",
    from: "gateway@example.com",
    to: ["ops@example.com", "boss@example.com"],
  };
  await admin("PUT", "/alert-channels/mail", mail);
  expect(await admin("POST", "/alert-channels/mail/test")).toMatchObject({ ok: true, why: null });
  await admin("POST", "/alert-channels/mail/pause", { reason: "end of the test" });
});

it("mute and acknowledge hold back; what is left is told afterwards", async () => {
  await admin("POST", "/alerts/mute", { subject: "contract:acme_c", hours: 1 });
  await failing();
  expect(to(world, "/hook/alerts")).toEqual([]);
  const [one] = await incidents("?kind=success_low");
  expect(one).toMatchObject({ state: "open" });
  await admin("POST", `/alerts/${encodeURIComponent(one?.id ?? "")}/acknowledge`);
  expect((await incidents("?kind=success_low"))[0]).toMatchObject({ acknowledged: { by: "tester" } });
  await admin("POST", "/alerts/mute", { subject: "contract:acme_c", hours: 0 });
  await ring(world, MINUTE);
  expect(kinds(to(world, "/hook/alerts").flatMap(alertsOf))).toEqual(["errors_in_row", "http_errors"]);
});

it("a mute of the buyer is taken back on the page of any of its alerts", async () => {
  await failing();
  const id = (await incidents("?kind=success_low&state=open"))[0]?.id ?? "";
  await admin("POST", "/alerts/mute", { subject: "buyer:acme", hours: 8 });
  const shown = async () => (await admin("GET", `/alerts/incidents/${encodeURIComponent(id)}`)).alert;
  expect(await shown()).toMatchObject({ muted_subject: "buyer:acme", muted_until: expect.any(String) });
  const page = `https://gateway.test/ops/alerts/${encodeURIComponent(id)}`;
  const post = (url: string, values: Record<string, string>, cookie = "") =>
    exports.default.fetch(url, {
      method: "POST",
      redirect: "manual",
      headers: { cookie, origin: "https://gateway.test", "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams(values).toString(),
    });
  const signed = await post("https://gateway.test/ops/sign-in", { token: TEST_OPERATOR_TOKEN });
  const cookie = signed.headers.get("set-cookie")?.split(";")[0] ?? "";
  const html = await (await exports.default.fetch(page, { headers: { cookie } })).text();
  const [, subject = ""] = /name="subject" value="([^"]*)"/.exec(html) ?? [];
  await post(`${page}/mute`, { subject, hours: "0" }, cookie);
  expect(await shown()).toMatchObject({ muted_subject: null, muted_until: null });
});
