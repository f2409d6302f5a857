import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { BookCore } from "../../../durable-objects/auction-book-store.ts";
import { money } from "../../../schema/money.ts";
import type { CloseCommand } from "../../../schema/rpc/book.ts";
import { readId } from "../../../worker/crypto/ids.ts";
import { replaceDeps } from "../../../worker/deps.ts";
import { resolveLead } from "../../../worker/flows/resolve.ts";
import type { Gateway } from "../../../worker/gateway/gateway.ts";
import { admin, call, World } from "../../support/world.ts";
import {
  accountOf,
  buyerCall,
  buyerKey,
  comesTo,
  down,
  gateway,
  operator,
  person,
  post,
  reservationOf,
  seed,
  seedOne,
  stateOf,
} from "./support.ts";

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world.end());

const close = (lead_id: string, as: object) =>
  operator("POST", `/dead-letters/${lead_id}/close`, { ...as, reason: "asked the buyer" });
const unsold = { as: "unsold" };
const soldTo = (buyer: string) => ({ as: "sold", contract_id: `${buyer}_c` });

/** A lead in review of which `id` may have taken it, for 20. */
async function doubtful(id: string, n: number, publisher: object = {}): Promise<string> {
  const key = await seed(id, {}, publisher);
  await seedOne(world, id, id, 20, down);
  const lead_id = await post(key, id, n);
  expect(await stateOf(lead_id)).toBe("review");
  return lead_id;
}

/** What a worker leaves behind that dies between the capture and the close, again and again. */
const captured = (buyer: string, lead_id: string, price: number) =>
  gateway()
    .account(buyer)
    .capture({ v: 1, reservation_id: reservationOf(lead_id, buyer), price: money(price * 10_000), attempt_id: "a" });

it("unsold is refused while a charge stands; sold ends it at what was charged, once", async () => {
  const lead_id = await doubtful("charged", 1);
  expect(await captured("charged", lead_id, 15)).toMatchObject({ kind: "captured" });
  expect(await close(lead_id, unsold)).toMatchObject({ status: 409, body: { code: "charged" } });
  expect(await stateOf(lead_id)).toBe("review");
  for (let n = 0; n < 2; n++) expect(await close(lead_id, soldTo("charged"))).toMatchObject({ status: 200 });
  expect(await accountOf("charged")).toMatchObject({ balance: -15, held: 0 });
  const shard = readId(gateway().settings.HASH_SECRET, lead_id, "l")?.shard ?? "";
  const [fact] = await gateway().book(shard).factsById([lead_id]);
  expect(fact).toMatchObject({ state: "sold", sale: { price: 150_000, payout: 120_000 } });
  expect(await close(lead_id, soldTo("somebody"))).toMatchObject({ status: 409, body: { code: "not_resting" } });
});

it("nobody else is asked while a charge stands: a replay is refused with the contract that is charged", async () => {
  const lead_id = await doubtful("standing", 21);
  await captured("standing", lead_id, 20);
  const replay = (id: string, to: string) =>
    operator("POST", `/dead-letters/${id}/replay`, { to, accept_risk: true, reason: "again" });
  for (const to of ["same", "others"]) {
    const refused = await replay(lead_id, to);
    expect(refused).toMatchObject({ status: 409, body: { code: "charged" } });
    expect(refused.body.detail).toContain("standing_c");
  }
  expect(world.to("standing", "post")).toHaveLength(1);
  // There the sale is no way out either: what the publisher was told comes first.
  const no = await doubtful("standno", 22, { mode: "final" });
  await captured("standno", no, 20);
  expect(await replay(no, "same")).toMatchObject({ status: 409, body: { code: "told_rejected" } });
});

it("a buyer's no after a charge that was cut off: the lead is sold, as it was when it was charged, and an operator hears of the no", async () => {
  const lead_id = await doubtful("cutoff", 23);
  const token = await buyerKey("cutoff");
  await captured("cutoff", lead_id, 20);
  await vi.waitFor(async () => {
    const answer = await buyerCall(token, reservationOf(lead_id, "cutoff"), { result: "rejected" });
    expect(answer.status).toBe(200);
  });
  await comesTo(lead_id, "sold");
  expect(await accountOf("cutoff")).toMatchObject({ balance: -20, held: 0, reservations: { captured: 1 } });
  await vi.waitFor(async () => {
    const { items } = (await admin("GET", "/alerts?limit=200")) as unknown as {
      items: { kind: string; message: string }[];
    };
    const told = items.filter(({ kind, message }) => kind === "after_sale" && message.includes(lead_id));
    expect(told).toMatchObject([{ message: expect.stringContaining("does not have the lead") }]);
  });
});

it("a charge for a lead whose publisher was told no goes back with the verdict", async () => {
  const lead_id = await doubtful("toldno", 2, { mode: "final" });
  await captured("toldno", lead_id, 20);
  expect(await close(lead_id, soldTo("toldno"))).toMatchObject({ status: 409, body: { code: "told_rejected" } });
  for (let n = 0; n < 2; n++) expect(await close(lead_id, unsold)).toMatchObject({ status: 200 });
  expect(await accountOf("toldno")).toMatchObject({ balance: 0, held: 0 });
  expect(await stateOf(lead_id)).toBe("unsold");
});

it("a verdict that another sale overtakes charges nobody", async () => {
  const lead_id = await doubtful("slow", 3);
  const g = gateway();
  const shard = readId(g.settings.HASH_SECRET, lead_id, "l")?.shard ?? "";
  const other = reservationOf(lead_id, "faster");
  const faster = { index: 0, reservation_id: other, price: money(1), payout: money(1) };
  const book = g.book(shard);
  const overtaken: Gateway = {
    ...g,
    book: () => ({
      ...book,
      story: (id) => book.story(id),
      close: async (command: CloseCommand) => {
        await book.close({ v: 1, lead_id, epoch: null, state: "sold", ...faster });
        return book.close(command);
      },
    }),
  };
  const verdict = { as: "sold", contract_id: "slow_c" } as const;
  expect(await resolveLead(overtaken, lead_id, verdict)).toEqual({ kind: "refused", why: "contested" });
  expect(await accountOf("slow")).toMatchObject({ balance: 0, held: 0 });
  expect((await book.factsById([lead_id]))[0]).toMatchObject({ state: "sold", sale: { reservation_id: other } });
});

it.each([
  ["goes back by itself", "", 4],
  ["is given back by an operator where its worker died", "after-close", 5],
])("a worker's charge whose lead was told no meanwhile %s", async (_, dies_at, n) => {
  const id = `told${n}`;
  const key = await seed(id, {}, { mode: "final" });
  await seedOne(world, id, id, 20, down, { on_unknown: "treat_as_sold" });
  const { close: closing } = BookCore.prototype;
  const told = vi.spyOn(BookCore.prototype, "close").mockImplementation(function (this: BookCore, command) {
    if (command.state === "sold") this.freeze(command.lead_id, { result: "rejected", price: money(0) });
    return closing.call(this, command);
  });
  const restore = replaceDeps({
    crash: (at) => {
      if (at === dies_at) throw new Error("died");
    },
  });
  await call(key, "/v1/leads", { campaign: id, lead: person(n) });
  told.mockRestore();
  restore();
  const [{ lead_id }] = (await admin("GET", `/dead-letters?campaign=${id}`)).items as [{ lead_id: string }];
  expect(await stateOf(lead_id)).toBe("review");
  expect(await accountOf(id)).toMatchObject({ balance: dies_at === "" ? 0 : -20, held: 0 });
  const order = { reason: "contested", refund: true, reservation_id: reservationOf(lead_id, id) };
  expect(await operator("POST", `/leads/${lead_id}/return`, order)).toMatchObject({
    status: 200,
    body: { refunded: 20, repeated: dies_at === "", reopened: false },
  });
  expect(await accountOf(id)).toMatchObject({ balance: 0, held: 0 });
  expect(await stateOf(lead_id)).toBe("review");
  expect(await close(lead_id, unsold)).toMatchObject({ status: 200 });
});
