import { expect, test } from "vitest";
import { writeContractCheck } from "../../../worker/ledger/contract-checks.ts";
import { AT, type Body, seeded, type World } from "./support.ts";

const FIELDS = [
  { name: "zip", type: "zip", class: "public", required: "ping", sample: "78704" },
  { name: "last_name", type: "string", class: "personal", required: "post", sample: "Santos" },
  { name: "age", type: "integer", class: "public", required: "ping", sample: 40 },
  { name: "consent_text", type: "string", class: "personal", required: "post", sample: "I agree" },
  { name: "universal_leadid", type: "string", class: "quasi", sample: "A1B2" },
];
const CAMPAIGN = {
  id: "solar",
  name: "Solar",
  vertical: "solar",
  fields: FIELDS,
  consent: { required: ["consent_text"] },
};
const DRAFT = {
  id: "acme_solar",
  buyer_id: "acme",
  campaign_id: "solar",
  endpoint_id: "acme_solar_ep",
  name: "Acme solar",
  price: { type: "fixed", amount: 5 },
};
const endpoint = (body: Body, more: Body = {}) => ({
  id: "acme_solar_ep",
  buyer_id: "acme",
  name: "Acme solar",
  dialect: { version: 1, post: { request: { url: "https://acme.example/post", body }, ...more } },
});
const WHOLE = {
  zip: "{{zip}}",
  who: '{{last_name | append "!"}}',
  age: "{{age}}",
  consent: "{{consent.text}}",
  leadid: "{{universal_leadid ?? gateway.lead_id}}",
};

async function world(body: Body = WHOLE): Promise<World> {
  const w = await seeded();
  await w.ctx.db.prepare("DELETE FROM contract_checks").run();
  for (const [path, record] of [
    ["/campaigns", CAMPAIGN],
    ["/endpoints", endpoint(body)],
    ["/contracts", DRAFT],
  ] as const)
    expect((await w.call("POST", path, record)).body.errors).toBeUndefined();
  w.calls.length = 0;
  return w;
}
const path = "/contracts/acme_solar";
const openIn = (body: Body) =>
  (body.steps as { step: string; state: string }[]).filter((s) => s.state === "open").map((s) => s.step);
const named = (body: Body) =>
  ((body.errors ?? []) as { field: string }[]).map(({ field }) => field.replace("checklist.", ""));
const show = (w: World, name: string, endpoint_version = 1, ok = true) =>
  writeContractCheck(w.ctx.db, {
    contract_id: "acme_solar",
    name,
    at: AT,
    ok,
    detail: {},
    author: "alice",
    contract_version: 1,
    endpoint_version,
  });
async function ready(w: World): Promise<void> {
  await show(w, "test_post");
  await show(w, "duplicate");
  expect((await w.call("POST", `${path}/checklist/sign-off`, { note: "seen with Dana" })).body.ready).toBe(true);
}

test("a new contract is a draft that its buyer's object gives nothing; one from before the stages is live", async () => {
  const w = await world();
  expect((await w.call("GET", path)).body.record).toMatchObject({ stage: "draft" });
  await w.call("PATCH", path, { priority: 3 });
  expect(w.calls[0]?.args).toMatchObject({ contracts: [{ contract_id: "acme_solar", paused: true }] });
  await w.ctx.db.prepare("UPDATE config SET body = json_remove(body, '$.stage') WHERE id = 'acme_auto'").run();
  expect((await w.call("GET", "/contracts/acme_auto/checklist")).body).toMatchObject({ stage: "live", next: null });
  await w.call("PUT", "/contracts/acme_auto", {
    ...((await w.call("GET", "/contracts/acme_auto")).body.record as Body),
    priority: 4,
  });
  expect((await w.call("GET", "/contracts/acme_auto/checklist")).body).toMatchObject({ stage: "live" });
  expect((await w.call("GET", "/contracts?stage=draft")).body.items).toHaveLength(1);
});

test("what is open is named, by a look and by every way of going live", async () => {
  const w = await world({ zip: "{{zip}}", age: "{{age}}" });
  const all = ["fields_mapped", "consent_mapped", "sample_accepted", "duplicate_seen", "signed_off"];
  const look = (await w.call("GET", `${path}/checklist`)).body;
  expect(openIn(look)).toEqual(all);
  expect(look).toMatchObject({ stage: "draft", next: "ramping", ready: false });
  expect(JSON.stringify(look.steps)).toContain("Not in the post: last_name.");
  expect(JSON.stringify(look.steps)).toContain(
    "consent_text, universal_leadid. Add it to the dialect (or declare not needed: universal_leadid)",
  );
  const live = await w.call("POST", `${path}/go-live`, { reason: "now" });
  expect(live.body).toMatchObject({ status: 409, code: "not_ready" });
  expect(named(live.body)).toEqual(all);
  expect(named((await w.call("PATCH", path, { stage: "live" })).body)).toEqual([...all, "ramp"]);
  expect(named((await w.call("PUT", path, { ...DRAFT, stage: "ramping" })).body)).toEqual(all);
  expect(named((await w.call("POST", "/contracts", { ...DRAFT, id: "other", stage: "live" })).body)).toEqual([
    ...all,
    "ramp",
  ]);
  expect((await w.call("GET", path)).body.record).toMatchObject({ stage: "draft" });
});

test("a field may be declared not needed; evidence of consent that is required may not", async () => {
  const w = await world({ zip: "{{zip}}", consent: "{{consent_text}}" });
  await w.call("PATCH", path, { not_needed: ["last_name", "age", "universal_leadid"] });
  expect(openIn((await w.call("GET", `${path}/checklist`)).body)).toEqual([
    "sample_accepted",
    "duplicate_seen",
    "signed_off",
  ]);
  await w.call("PUT", "/endpoints/acme_solar_ep", endpoint({ zip: "{{zip}}" }));
  await w.call("PATCH", path, { not_needed: ["last_name", "age", "universal_leadid", "consent_text"] });
  expect(openIn((await w.call("GET", `${path}/checklist`)).body)).toContain("consent_mapped");
});

test("draft, ramp, live: each step by its call; the ramp is one cap more at the buyer's object", async () => {
  const w = await world();
  await ready(w);
  const ramping = await w.call("POST", `${path}/go-live`, { reason: "agreed for Monday" });
  expect(ramping.body).toMatchObject({ stage: "ramping", next: "live", ramp: { records: 25 } });
  expect(w.calls.at(-2)?.args ?? w.calls.at(-1)?.args).toMatchObject({
    contracts: [{ paused: false, caps: [{ per: "total", count: 25 }] }],
  });
  expect((await w.call("POST", `${path}/go-live`, { reason: "all 25 were good" })).body).toMatchObject({
    stage: "live",
    next: null,
  });
  expect((await w.call("GET", "/audit?action=go_live")).body.items).toHaveLength(2);
  // Taken back and live again: it has been through its ramp, but its points are looked at anew.
  await w.call("PATCH", path, { stage: "draft" });
  await w.call("PUT", "/endpoints/acme_solar_ep", endpoint({ ...WHOLE, more: "x" }));
  expect(named((await w.call("POST", `${path}/go-live`, { reason: "again" })).body)).toEqual([
    "sample_accepted",
    "duplicate_seen",
    "signed_off",
  ]);
  await show(w, "test_post", 2);
  await show(w, "duplicate", 2);
  await w.call("POST", `${path}/checklist/sign-off`, { note: "looked at again" });
  const { items } = (await w.call("GET", "/audit?action=sign_off")).body as { items: object[] };
  expect(items).toMatchObject([
    { target: "contract:acme_solar", detail: "looked at again" },
    { detail: "seen with Dana" },
  ]);
  expect((await w.call("POST", `${path}/go-live`, { reason: "again" })).body).toMatchObject({ stage: "live" });
});

test("a failed sample keeps it back; force goes through and is kept with its reason and the open points", async () => {
  const w = await world();
  await ready(w);
  await show(w, "test_post", 1, false);
  expect(named((await w.call("POST", `${path}/go-live`, { reason: "now" })).body)).toEqual(["sample_accepted"]);
  const forced = await w.call("POST", `${path}/go-live`, {
    reason: "now",
    force: "their test system is down, agreed by phone",
  });
  expect(forced.body).toMatchObject({ stage: "ramping" });
  const [line] = (await w.call("GET", "/audit?action=force_live")).body.items as { target: string; detail: string }[];
  expect(line?.target).toBe("contract:acme_solar");
  expect(JSON.parse(line?.detail ?? "{}")).toEqual({
    stage: "ramping",
    reason: "their test system is down, agreed by phone",
    open: ["sample_accepted"],
  });
});

test("a rollback and an import bring terms, not standing", async () => {
  const w = await world();
  await w.call("PATCH", path, { priority: 7 });
  await ready(w);
  await w.call("POST", `${path}/go-live`, { reason: "agreed" });
  await w.call("POST", `${path}/rollback`, { version: 1, reason: "wrong priority" });
  expect((await w.call("GET", path)).body.record).toMatchObject({ stage: "ramping" });
  const record = { ...DRAFT, id: "brought", stage: "live" };
  const brought = await w.call("POST", "/import", { records: [{ kind: "contract", record }] });
  expect(brought.body).toMatchObject({ ok: true });
  expect((await w.call("GET", "/contracts/brought")).body.record).toMatchObject({ stage: "draft" });
});

test("steps that do not concern a contract are not needed; a drift watch that is off is an open point", async () => {
  const w = await world();
  const stepsOf = async () =>
    Object.fromEntries(
      ((await w.call("GET", `${path}/checklist`)).body.steps as { step: string; state: string }[]).map((s) => [
        s.step,
        s.state,
      ]),
    );
  expect(await stepsOf()).toMatchObject({
    token_refresh_seen: "not_needed",
    duplicate_seen: "open",
    drift_watch: "done",
  });
  await w.call("PATCH", path, { find_out: "nothing", drift: { watch: false } });
  expect(await stepsOf()).toMatchObject({ duplicate_seen: "not_needed", drift_watch: "open" });
  expect((await w.call("GET", "/contracts/nobody/checklist")).status).toBe(404);
});
