import { randomUUID } from "node:crypto";
import { type Admin, callJson } from "../../demo/api.ts";
import { until } from "../../demo/output.ts";
import type { BuyerBook } from "./buyer-book.ts";
import { person } from "./people.ts";
import { CAMPAIGN, contractOf, PARTIES, PUBLISHERS, recordsOf } from "./world.ts";

/** Fills the empty gateway through the operator's calls. Resolves to the publishers' API keys. */
export async function seed(admin: Admin, site: string, money: Purse): Promise<Record<string, string>> {
  await admin.create("campaigns", CAMPAIGN as unknown as { id: string });
  for (const party of PARTIES) {
    const { buyer, endpoint, contract } = recordsOf(party, site);
    await admin.create("buyers", buyer);
    await admin.create("endpoints", endpoint);
    await admin.createLive(contract);
  }
  await money.more(admin);
  const keys: Record<string, string> = {};
  for (const publisher of PUBLISHERS(site)) {
    await admin.create("publishers", publisher);
    if (publisher.postback) await admin.post(`publishers/${publisher.id}/postback-secret`, {});
    const made = await admin.post<{ key: string }>(`publishers/${publisher.id}/keys`, { label: "kills", test: false });
    keys[publisher.id] = made.key;
  }
  return keys;
}

/** Waits until the gateway's isolates know the configuration: a ping is answered with bids. */
export async function waitForBids(gateway: string, key: string): Promise<void> {
  const { facts } = person(0);
  const body = JSON.stringify({ campaign: CAMPAIGN.id, lead: facts });
  await until("the configuration to reach the gateway", 30_000, async () => {
    const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
    const response = await fetch(`${gateway}/v1/pings`, { method: "POST", headers, body });
    const { result } = (await response.json()) as { result?: string };
    return result === "accepted" ? true : null;
  });
}

/** Caps and prepaid money that are topped up during a run, so that they are reached again and again. */
export class Purse {
  readonly deposits = new Map<string, number>();
  readonly #book: BuyerBook;
  #times = 0;

  constructor(book: BuyerBook) {
    this.#book = book;
  }

  /** Limits grow in the comparison before they grow in the gateway. @throws DemoError when a call fails; call it again. */
  async more(admin: Admin): Promise<void> {
    const first = this.#times++ === 0;
    for (const { id, deposit } of PARTIES) {
      if (!deposit) continue;
      const amount = first ? deposit.first : deposit.more;
      this.deposits.set(id, (this.deposits.get(id) ?? 0) + amount);
      const entry = { id: randomUUID(), kind: "deposit", amount, reason: "top-up" };
      await again(() => admin.post(`buyers/${id}/entries`, entry));
    }
    for (const party of PARTIES) {
      if (!party.cap) continue;
      const count = (this.#book.limitOf(party.id) ?? 0) + (first ? party.cap.first : party.cap.more);
      this.#book.allow(party.id, count);
      const url = `${admin.url}/contracts/${party.id}_c`;
      const body = contractOf(party, count);
      if (!first) await again(() => callJson("PUT", url, { token: admin.token, body }));
    }
  }
}

/** An operator's call whose connection broke, to a gateway that has just come back, is made once more: it is the same call by its id. */
export const again = <T>(call: () => Promise<T>): Promise<T> =>
  call().catch((error: unknown) => {
    if (error instanceof TypeError) return call();
    throw error;
  });
