import { env, exports } from "cloudflare:workers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { autoInsurance } from "../../schema/verticals/index.ts";
import { ADMIN_OPERATIONS } from "../../worker/routes/admin/operations.ts";
import { OPERATOR_OPERATIONS } from "../../worker/routes/operator/operations.ts";
import { TEST_OPERATOR_TOKEN } from "../support/settings.ts";
import { admin, dialect, seedBuyer, World } from "../support/world.ts";

/**
 * Every change that an operator can make leaves a version or a line of the audit. The list of operations is walked: a new call that changes
 * something needs a recipe here, or a reason why it has none.
 */
const CHANGING = [...ADMIN_OPERATIONS, ...OPERATOR_OPERATIONS].filter(({ method }) => method !== "get");

interface Recipe {
  /** In place of the operation's own, from `/v1/admin` on. */
  path: string;
  body?: unknown;
  /** What it answers, where that is no success: the line comes first, or there is nothing to be done. */
  status?: number;
}

const reason = "walked by a test";
const LEAD = "lb0000000000000000000000000";
const FORM = "form_key_000001";
const record = (collection: string): Record<string, unknown> => ({ ...RECORDS[collection] });
const RECORDS: Record<string, Record<string, unknown>> = {
  campaigns: { ...autoInsurance, id: "walked" },
  publishers: { id: "walked", name: "Walked", campaigns: ["walked"] },
  buyers: { id: "walked", name: "Walked" },
  endpoints: { id: "walked", buyer_id: "walked", name: "Walked", accepts_test: true, dialect: dialect("walked") },
  contracts: {
    id: "walked",
    buyer_id: "walked",
    endpoint_id: "walked",
    campaign_id: "walked",
    name: "Walked",
    price: { type: "bid" },
  },
  forms: { id: FORM, publisher_id: "walked", campaign_id: "walked" },
  inbound: { id: "walked_inbound", publisher_id: "walked", campaign_id: "walked", preset: "boberdoo" },
  alerting: { id: "main" },
  "alert-channels": {
    id: "walked",
    name: "Walked",
    type: "webhook",
    url: "http://127.0.0.1/hook",
    secret: `whsec_${"A".repeat(43)}=`,
  },
  synthetics: { id: "walked", name: "Walked", campaign_id: "walked", key: `pk_test_${"A".repeat(32)}` },
};

/** Calls that change nothing, or (`lookNow`) do at once what is done every minute anyway. */
const CHANGES_NOTHING: ReadonlySet<string> = new Set([
  "checkDialect",
  "suggestDialect",
  "lookNow",
  "dry_run_contract",
  "dry_run_campaign",
]);
/** A draft of a record, checked and not saved. */
const changesNothing = (id: string): boolean => CHANGES_NOTHING.has(id) || /^check_[a-z_]+$/.test(id);

/** A call of a collection of records; their names say what they do. */
function ofRecords(id: string, path: string): Recipe | null {
  const [, collection = "", , last] = path.split("/");
  if (!(collection in RECORDS)) return null;
  const body = record(collection);
  const own = `/${collection}/${String(body.id)}`;
  const word = id.split("_")[0];
  if (path === `/${collection}`) return { path, body };
  if (word === "put") return { path: own, body };
  if (word === "patch") return { path: own, body: "name" in body ? { name: "Changed" } : { status: "active" } };
  if (last === "rollback") return { path: `${own}/rollback`, body: { version: 1, reason } };
  return last === "pause" || last === "resume" ? { path: `${own}/${last}`, body: { reason } } : null;
}

const made: Record<string, string> = {};
const OTHERS: Record<string, () => Recipe> = {
  pause_gateway: () => ({ path: "/gateway/pause", body: { reason } }),
  resume_gateway: () => ({ path: "/gateway/resume", body: { reason } }),
  patch_credentials: () => ({ path: "/endpoints/walked/credentials", body: { credentials: { token: "one" } } }),
  put_credentials: () => ({ path: "/endpoints/walked/credentials", body: { credentials: { token: "two" } } }),
  create_key: () => ({ path: "/publishers/walked/keys", body: {} }),
  revoke_key: () => ({ path: `/publishers/walked/keys/${made.create_key}/revoke`, body: { reason } }),
  create_postback_secret: () => ({ path: "/publishers/walked/postback-secret" }),
  create_buyer_key: () => ({ path: "/buyers/walked/keys", body: {} }),
  revoke_buyer_key: () => ({ path: `/buyers/walked/keys/${made.create_buyer_key}/revoke`, body: { reason } }),
  create_entry: () => ({ path: "/buyers/walked/entries", body: { id: "e1", kind: "deposit", amount: 5, reason } }),
  reset_breaker: () => ({ path: "/endpoints/walked/breaker/reset", body: { reason } }),
  suppress: () => ({ path: "/suppressions", body: { phone: "(512) 555-0142", reason } }),
  unsuppress: () => ({ path: `/suppressions/${made.suppress}?reason=walked` }),
  search_person: () => ({ path: "/leads/search", body: { phone: "(512) 555-0142", reason } }),
  plan_maintenance_buyer: () => ({ path: "/buyers/walked/maintenance", body: { id: "w1", minutes: 5, reason } }),
  end_maintenance_buyer: () => ({ path: "/buyers/walked/maintenance/w1?reason=walked" }),
  plan_maintenance_endpoint: () => ({ path: "/endpoints/walked/maintenance", body: { id: "w1", minutes: 5, reason } }),
  end_maintenance_endpoint: () => ({ path: "/endpoints/walked/maintenance/w1?reason=walked" }),
  importConfiguration: () => ({
    path: "/import",
    body: { records: [{ kind: "buyer", record: { id: "b2", name: "B" } }] },
  }),
  import_price_table: () => ({ path: "/contracts/walked/price-table", body: { csv: "zip,amount\n90210,25\n,8\n" } }),
  sign_off: () => ({ path: "/contracts/walked/checklist/sign-off", body: { note: reason } }),
  go_live: () => ({ path: "/contracts/walked/go-live", body: { reason, force: reason } }),
  acknowledgeAlert: () => ({ path: "/alerts/a1/acknowledge" }),
  muteAlerts: () => ({ path: "/alerts/mute", body: { subject: "buyer:walked", hours: 1 } }),
  // The line comes first: what cannot be written down is not tried.
  editDeadLetter: () => ({ path: `/dead-letters/${LEAD}`, body: { lead: { zip: "78704" }, reason }, status: 404 }),
  replayDeadLetter: () => ({ path: `/dead-letters/${LEAD}/replay`, body: { reason }, status: 404 }),
  closeDeadLetter: () => ({ path: `/dead-letters/${LEAD}/close`, body: { as: "unsold", reason }, status: 404 }),
  resolveLead: () => ({ path: `/leads/${LEAD}/resolve`, body: { as: "unsold", reason }, status: 404 }),
  cancelJob: () => ({ path: "/jobs/none/cancel", status: 404 }),
  replayDeadLetters: () => ({ path: "/dead-letters/replay", body: { filter: { buyer: "walked" }, reason } }),
  closeDeadLetters: () => ({
    path: "/dead-letters/close",
    body: { filter: { buyer: "walked" }, as: "unsold", reason },
  }),
  reconcile: () => ({ path: "/reconcile", body: {} }),
  rebuild: () => ({ path: "/rebuild", body: { reason } }),
  erase: () => ({ path: "/erasures", body: { phone: "(512) 555-0142", reason } }),
  rewrapKeys: () => ({ path: "/keys/rewrap", body: { reason } }),
  testContract: () => ({ path: "/contracts/walked/test", body: { phase: "ping" } }),
  testChannel: () => ({ path: "/alert-channels/walked/test" }),
  runSynthetic: () => ({ path: "/synthetics/walked/run" }),
  checkConformance: () => ({ path: "/contracts/walked/conformance", body: {} }),
};

/** Held by tests of their own, which build what the call needs. */
const ELSEWHERE: Record<string, string> = {
  returnLead: "needs a sale: test/worker/dead-letters/after-sale.test.ts",
  openAttempt: "needs an attempt: test/worker/flows/attempt-history.test.ts",
  accept_drift: "needs a finding: test/worker/flows/drift*.test.ts",
  start_oauth: "changes no record; its end is a version: test/worker/**/oauth*.test.ts",
};

const DB = (env as unknown as { DB: D1Database }).DB;
const written = async (): Promise<number> => {
  const sql = "SELECT (SELECT count(*) FROM audit) + (SELECT count(*) FROM config_history) AS n";
  return (await DB.prepare(sql).first<{ n: number }>())?.n ?? 0;
};

let world: World;
beforeAll(async () => {
  world = new World();
  await admin("POST", "/campaigns", { ...autoInsurance, id: "other" });
  await seedBuyer("other", "other");
});
afterAll(() => world.end());

test.each(CHANGING.map((operation) => [operation.id, operation] as const))(
  "%s is written down",
  async (id, operation) => {
    if (changesNothing(id) || id in ELSEWHERE) return;
    const recipe = OTHERS[id]?.() ?? ofRecords(id, operation.path.slice("/v1/admin".length));
    expect(recipe, `${id} needs a recipe in this test`).not.toBeNull();
    if (!recipe) return;
    const before = await written();
    const response = await exports.default.fetch(`https://gateway.test/v1/admin${recipe.path}`, {
      method: operation.method.toUpperCase(),
      headers: { authorization: `Bearer ${TEST_OPERATOR_TOKEN}`, "content-type": "application/json" },
      ...(recipe.body === undefined ? {} : { body: JSON.stringify(recipe.body) }),
    });
    const answer = (await response.json()) as Record<string, unknown>;
    expect([Math.floor(response.status / 100), answer], JSON.stringify(answer)).toEqual([
      Math.floor((recipe.status ?? 200) / 100),
      answer,
    ]);
    made[id] = String(answer.id ?? answer.hash ?? "");
    expect(await written(), `${id} left neither a version nor a line of the audit`).toBeGreaterThan(before);
  },
);

test("what is held elsewhere, or changes nothing, is still an operation", () => {
  const ids = new Set(CHANGING.map(({ id }) => id));
  for (const id of [...CHANGES_NOTHING, ...Object.keys(ELSEWHERE), ...Object.keys(OTHERS)]) expect(ids).toContain(id);
});
