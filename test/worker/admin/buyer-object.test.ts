import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { breakerSettingsSchema, buyerSchema, contractSchema } from "../../../schema/config/buyer.ts";
import type { Money } from "../../../schema/money.ts";
import type { AccountPort, ReserveCommand } from "../../../schema/rpc/account.ts";
import type { AdminContext } from "../../../worker/routes/admin/context.ts";
import { awayDb, BUYER, CONTRACT, seeded, world } from "./support.ts";

/** The real object, through its binding. */
const accounts = (env as unknown as { ACCOUNT: { getByName(name: string): AccountPort } }).ACCOUNT;
const account = (buyer_id: string): AccountPort => accounts.getByName(buyer_id);

let leads = 0;
/** A reservation as an isolate would make it whose snapshot has these versions and has heard of no pause. */
function reserve(version = 1): Promise<{ kind: string; code?: string }> {
  const lead_id = `lead${leads++}`;
  const command: ReserveCommand = {
    v: 1,
    reservation_id: `${lead_id}_acme_auto_1_1`,
    lead_id,
    epoch: 1,
    source: "pub",
    consumer_keys: [],
    amount: 1 as Money,
    dispatch_in_ms: 3_000,
    hold_ms: 60_000,
    terms: {
      buyer: { version, paused: false, credit_limit: null },
      contract: {
        contract_id: "acme_auto",
        version,
        paused: false,
        caps: [],
        time_zone: "America/New_York",
        duplicate_window_ms: 0,
        probe_with_lead: false,
      },
      endpoint: {
        endpoint_id: "acme_http",
        version,
        paused: false,
        breaker: breakerSettingsSchema.parse({}),
      },
    },
  };
  return account("acme").reserve(command);
}

test("a pause is effective at the next reservation, whatever old snapshots believe, until the resume", async () => {
  const w = await seeded({ account });
  expect(await reserve()).toMatchObject({ kind: "held" });
  for (const [path, code] of [
    ["/buyers/acme", "buyer_paused"],
    ["/endpoints/acme_http", "endpoint_paused"],
    ["/contracts/acme_auto", "contract_paused"],
  ] as const) {
    expect((await w.call("POST", `${path}/pause`, { reason: "late payer" })).body).toMatchObject({
      at_buyer: true,
      in_ledger: true,
    });
    expect(await reserve()).toMatchObject({ kind: "refused", code });
    expect((await w.call("POST", `${path}/resume`, { reason: "has paid" })).body).toMatchObject({ at_buyer: true });
    expect(await reserve()).not.toMatchObject({ code });
  }
});

test("a pause while D1 is away holds against old snapshots and yields to the resume that D1 records", async () => {
  const w = await seeded({ account });
  const bodies = { buyer: buyerSchema.parse(BUYER), contract: contractSchema.parse(CONTRACT) };
  const known = (async (kind: "buyer" | "contract") => ({
    version: 20,
    body: bodies[kind],
  })) as unknown as AdminContext["known"];
  await w.call("PATCH", "/buyers/acme", { name: "Acme Inc" });
  const paused = await world({ db: awayDb, known, account }).call("POST", "/buyers/acme/pause", {
    reason: "late payer",
  });
  expect(paused.body).toMatchObject({ at_buyer: true, in_ledger: false });
  expect(await reserve(20)).toMatchObject({ kind: "refused", code: "buyer_paused" });
  expect(await reserve(21)).not.toMatchObject({ code: "buyer_paused" });
});

test("an entry's id is booked once, and other content under it is refused", async () => {
  const w = await seeded({ account });
  const entry = { id: "wire-1", kind: "deposit", amount: 100.5, reason: "wire" };
  expect(await w.call("POST", "/buyers/acme/entries", entry)).toMatchObject({ status: 201, body: { repeated: false } });
  expect(await w.call("POST", "/buyers/acme/entries", entry)).toMatchObject({ status: 200, body: { repeated: true } });
  expect(await w.call("POST", "/buyers/acme/entries", { ...entry, amount: 100.6 })).toMatchObject({
    status: 409,
    body: { code: "entry_conflict" },
  });
  expect((await w.call("GET", "/buyers/acme/account")).body).toMatchObject({ buyer_id: "acme", balance: 100.5 });
});
