import { expect, it } from "vitest";
import type { AttemptRecord, LeadView, PlanBidder, SettleCommand } from "../../../schema/rpc/book.ts";
import { SlotPool } from "../../../worker/buyers/slots.ts";
import { newLeadKey } from "../../../worker/crypto/seal.ts";
import { askStatus } from "../../../worker/flows/ask.ts";
import type { Work } from "../../../worker/flows/work.ts";

interface Given {
  /** The endpoint needs a token, and none can be had. */
  tokenless?: boolean;
  /** All connections of the invocation are taken. */
  busy?: boolean;
}

/** A lead whose buyer's answer to the post was lost is asked about: what the book is told, and what is given back. */
async function asked({ tokenless = false, busy = false }: Given) {
  const told: AttemptRecord[] = [];
  const settled: SettleCommand[] = [];
  const released: string[] = [];
  const bidder = { contract_id: "c1", buyer_id: "b1", endpoint_id: "e1", round: 1, attempts: 1, doubt: true };
  const plan = [{ ...bidder, status: "unknown", carried: {} }] as unknown as PlanBidder[];
  const lead = { lead_id: "l1", epoch: 2, ping_id: "p1", test: false, mode: "pending", plan } as unknown as LeadView;
  const slots = new SlotPool(1);
  if (busy) slots.tryAcquire();
  const dialect = {
    tokenAuth: tokenless ? { type: "oauth2" } : null,
    buildStatus: () => ({
      ok: true,
      request: { method: "GET", url: "https://buyer.example/orders/1", headers: [], body: null },
    }),
  };
  const retry = { attempts: 3, first_delay_s: 2, max_delay_s: 60 };
  const contract = {
    buyer: { id: "b1" },
    config: { id: "c1", retry, find_out: "ask_status", on_unknown: "review", post_timeout_ms: 1_000 },
    endpoint: { id: "e1", dialect: { status: {} }, credentials_sealed: {}, test_credentials_sealed: {} },
  };
  const tokens = { get: () => undefined, refused: () => undefined };
  const deps = {
    now: () => 0,
    random: () => 0,
    crash: () => {},
    bytes: (n: number) => new Uint8Array(n),
    timer: (fn: () => void) => {
      queueMicrotask(fn);
      return () => {};
    },
    fetch: async () => Promise.reject(new Error("nothing is to leave")),
  };
  const account = {
    token: async () => ({ kind: "none", why: "failed: the token endpoint: transport", retry_in_ms: 2_000 }),
    release: async (id: string) => released.push(id) > 0,
  };
  const ring = { newest: "k", keys: new Map([["k", await aesKey()]]) };
  const work = {
    lead,
    begun: null,
    key: await newLeadKey(ring, deps.bytes, "l1"),
    campaign: { config: { on_not_taken: "next_buyer" } },
    snapshot: { contract: () => contract, endpointStatus: () => undefined },
    book: {
      evidence: async (_: string, record: AttemptRecord) => {
        told.push(record);
        return { kind: "open" };
      },
      settle: async (command: SettleCommand) => {
        settled.push(command);
        return { kind: "settled", lead };
      },
    },
    g: {
      deps,
      slots,
      settings: { LOCAL_MODE: false },
      isolate: { tokens },
      dialect: () => dialect,
      account: () => account,
      analytics: { delivery: () => {} },
      log: () => {},
    },
  } as unknown as Work;
  await askStatus(work, 0);
  return {
    told: told.map(({ outcome, class: cls }) => `${outcome} ${cls}`),
    settled: settled.map(({ status, next_round }) => [status, next_round ?? false]),
    released,
  };
}

const aesKey = () => crypto.subtle.importKey("raw", new Uint8Array(32), "AES-GCM", false, ["encrypt", "decrypt"]);

it.each<[string, Given, string]>([
  ["its token could not be had", { tokenless: true }, "unknown no_token"],
  ["no connection was free", { busy: true }, "unknown not_dispatched"],
])("a status call that never left proves nothing of the post: %s", async (_, given, told) => {
  expect(await asked(given)).toEqual({ told: [told], settled: [["unknown", false]], released: [] });
});
