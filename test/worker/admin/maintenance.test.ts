import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import type { AccountPort } from "../../../schema/rpc/account.ts";
import { AT, type Body, fieldsOf, seeded } from "./support.ts";

const HOUR = 3_600_000;
const iso = (at: number): string => new Date(at).toISOString();
const windowsOf = (body: Body): Body[] => body.windows as Body[];

test.each([
  ["/buyers/acme", "buyer"],
  ["/endpoints/acme_http", "endpoint"],
])("%s: from now on for an hour: at the object when the call returns, and ended by hand", async (path, kind) => {
  const w = await seeded();
  const begun = await w.call("POST", `${path}/maintenance`, { minutes: 60, reason: "new servers" });
  expect(begun).toMatchObject({
    status: 201,
    body: {
      version: 2,
      active: true,
      until: iso(AT + HOUR),
      at_buyer: true,
      window: { from: iso(AT), to: iso(AT + HOUR), reason: "new servers" },
    },
  });
  expect(String(begun.body.message)).toContain(`nothing more is posted to this ${kind}`);
  const terms = w.calls[0]?.args as Record<string, Body | Body[]>;
  expect(kind === "buyer" ? terms.buyer : (terms.endpoints as Body[])[0]).toMatchObject({
    version: 2,
    paused: false,
    maintenance: [{ from: AT, to: AT + HOUR }],
  });
  const id = (begun.body.window as Body).id;
  expect(await w.call("DELETE", `${path}/maintenance/${id}`)).toMatchObject({ status: 422 });
  const ended = await w.call("DELETE", `${path}/maintenance/${id}?reason=done+early`);
  expect(ended).toMatchObject({ status: 200, body: { version: 3, active: false, until: null, windows: [] } });
  expect((await w.call("DELETE", `${path}/maintenance/${id}?reason=again`)).status).toBe(404);
  const audit = (await w.call("GET", `/audit?target=${kind}:${path.split("/")[2]}`)).body.items as Body[];
  expect(audit.map(({ author, action, detail }) => [author, action, detail])).toEqual([
    ["alice", "end_maintenance", "done early"],
    ["alice", "plan_maintenance", "new servers"],
  ]);
});

test("planned ahead, and each week; the same id changes a window, what is over is dropped", async () => {
  const w = await seeded();
  const plan = (body: object) => w.call("POST", "/endpoints/acme_http/maintenance", { reason: "announced", ...body });
  const ahead = await plan({ id: "move", from: iso(AT + HOUR), to: iso(AT + 2 * HOUR) });
  expect(ahead.body).toMatchObject({ active: false, until: null, at_buyer: true });
  await plan({ id: "move", from: iso(AT + 2 * HOUR), minutes: 30 });
  await plan({ id: "past", from: iso(AT - HOUR), minutes: 30 });
  const weekly = { days: ["fri"], from: "10:00", to: "11:00" };
  const all = await plan({ id: "weekly", weekly, time_zone: "America/New_York" });
  expect(windowsOf(all.body).map(({ id, to }) => [id, to])).toEqual([
    ["move", iso(AT + 2.5 * HOUR)],
    ["weekly", undefined],
  ]);
  // It is Friday, five past ten in New York.
  expect(all.body).toMatchObject({ active: true, until: "2026-11-20T16:00:00.000Z" });
  const record = (await w.call("GET", "/endpoints/acme_http")).body.record as Body;
  expect((record.maintenance as Body[]).map(({ id }) => id)).toEqual(["move", "weekly"]);
});

test("what is wrong is told by its field, and nothing is changed", async () => {
  const w = await seeded();
  for (const [body, fields] of [
    [{ reason: "why not" }, ["to"]],
    [{ minutes: 5, to: iso(AT + HOUR), reason: "both" }, ["to"]],
    [{ minutes: 0, reason: "none" }, ["minutes"]],
    [{ minutes: 5 }, ["reason"]],
    [{ from: "soon", minutes: 5, reason: "when" }, ["from"]],
    [{ to: iso(AT - HOUR), reason: "past" }, ["maintenance.0.to"]],
    [{ weekly: { days: ["sun"], from: "23:00", to: "01:00" }, reason: "midnight" }, ["maintenance.0.weekly.to"]],
  ] as const) {
    const answer = await w.call("POST", "/buyers/acme/maintenance", body);
    expect([answer.status, fieldsOf(answer.body)]).toEqual([422, fields]);
  }
  expect((await w.call("POST", "/buyers/nobody/maintenance", { minutes: 5, reason: "who" })).status).toBe(404);
  expect(w.calls).toEqual([]);
  for (let i = 0; i < 20; i++)
    await w.call("POST", "/buyers/acme/maintenance", { id: `w${i}`, from: iso(AT + HOUR), minutes: 5, reason: "many" });
  expect(await w.call("POST", "/buyers/acme/maintenance", { minutes: 5, reason: "many" })).toMatchObject({
    status: 409,
    body: { code: "too_many_windows" },
  });
});

test("neither a replaced record nor a rollback takes planned maintenance away or brings it back", async () => {
  const w = await seeded();
  await w.call("POST", "/buyers/acme/maintenance", { id: "now", minutes: 60, reason: "new servers" });
  await w.call("PUT", "/buyers/acme", { name: "Acme Inc" });
  await w.call("POST", "/buyers/acme/rollback", { version: 1, reason: "the old name" });
  const kept = (await w.call("GET", "/buyers/acme")).body.record as Body;
  expect([kept.name, (kept.maintenance as Body[]).map(({ id }) => id)]).toEqual(["Acme", ["now"]]);
  await w.call("DELETE", "/buyers/acme/maintenance/now?reason=done");
  await w.call("POST", "/buyers/acme/rollback", { version: 2, reason: "as it was" });
  expect(((await w.call("GET", "/buyers/acme")).body.record as Body).maintenance).toEqual([]);
});

test("the real object refuses as soon as the call has returned, whatever isolates believe", async () => {
  const accounts = (env as unknown as { ACCOUNT: { getByName(name: string): AccountPort } }).ACCOUNT;
  const w = await seeded({ account: (id) => accounts.getByName(id), now: () => Date.now() });
  const begun = await w.call("POST", "/endpoints/acme_http/maintenance", { minutes: 60, reason: "new servers" });
  expect(begun.body).toMatchObject({ active: true, at_buyer: true });
  const view = await accounts.getByName("acme").view();
  expect(view.maintenance).toMatchObject([{ endpoint_id: "acme_http", reason: "new servers" }]);
});

test("contacts, agreements and notes are part of the records, checked by field", async () => {
  const w = await seeded();
  const contacts = [{ name: "Dana Ortiz", role: "billing", email: "dana@acme.example", phone: "+1 212 555 0142" }];
  const sla = { ping_p95_ms: 120, delivery_percent: 99.5, support_hours: "weekdays 9 to 5, New York" };
  expect((await w.call("PATCH", "/buyers/acme", { contacts, sla, notes: "pays late" })).status).toBe(200);
  expect(await w.call("PATCH", "/endpoints/acme_http", { notes: "behind their VPN" })).toMatchObject({
    status: 200,
    body: { record: { notes: "behind their VPN" } },
  });
  const refused = await w.call("PATCH", "/buyers/acme", {
    contacts: [
      { name: "", role: "billing" },
      { name: "D", role: "r", email: "nobody", phone: "call me" },
    ],
    sla: { acceptance_percent: 101 },
  });
  expect(refused.status).toBe(422);
  expect(fieldsOf(refused.body)).toEqual(
    expect.arrayContaining(["contacts.0.name", "contacts.1.email", "contacts.1.phone", "sla.acceptance_percent"]),
  );
  expect((await w.call("GET", "/buyers/acme")).body.record).toMatchObject({ contacts, sla, notes: "pays late" });
});
