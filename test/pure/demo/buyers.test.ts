import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type BuyerServer,
  behavioursOf,
  bids,
  erratic,
  everyBuyer,
  forgetsToAnswer,
  recordsOf,
  seeded,
  silent,
  speech,
  startBuyers,
} from "../../../demo/buyers/index.ts";
import { buyerSchema, contractSchema, endpointSchema } from "../../../schema/config/buyer.ts";
import { autoInsurance, homeSolar } from "../../../schema/verticals/index.ts";

const players = everyBuyer("http://127.0.0.1:1");
let server: BuyerServer;
const seen: string[] = [];

beforeAll(async () => {
  server = await startBuyers({
    port: 0,
    buyers: { ...behavioursOf(players), two: { ping: bids(speech.flat, 9.5, 0), post: silent } },
    onRequest: (name, phase, raw) => void seen.push(`${name} ${phase} ${raw}`),
  });
});
afterAll(() => server.close());

const send = (path: string, body: unknown = {}) =>
  fetch(`${server.url}${path}`, { method: "POST", body: JSON.stringify(body) });

test.each(players.map((player) => [player.id, player] as const))(
  "%s is configuration that the gateway takes",
  (_, player) => {
    const { buyer, endpoint, contracts } = recordsOf(player, "http://127.0.0.1:8788");
    const { credentials, ...stored } = endpoint;
    expect(buyerSchema.safeParse(buyer).error).toBeUndefined();
    expect(endpointSchema.safeParse(stored).error).toBeUndefined();
    for (const contract of contracts) expect(contractSchema.safeParse(contract).error).toBeUndefined();
    const secrets = [...JSON.stringify(endpoint.dialect).matchAll(/\{\{secret\.([a-z_]+)\}\}/g)].map(
      (match) => match[1],
    );
    expect(secrets.filter((name) => !(name! in credentials))).toEqual([]);
  },
);

test("dialects ask only for fields that their campaign has, and no ping asks for a personal one", () => {
  const campaigns = new Map([autoInsurance, homeSolar].map((campaign) => [campaign.id, campaign]));
  for (const player of players) {
    const { endpoint, contracts } = recordsOf(player, "http://127.0.0.1:8788");
    for (const contract of contracts) {
      const classes = new Map(campaigns.get(contract.campaign_id)?.fields.map((field) => [field.name, field.class]));
      const used = (part: unknown) =>
        [...JSON.stringify(part ?? {}).matchAll(/\{\{([a-z_]+)\}\}/g)].map((match) => classes.get(match[1]!));
      expect(used(endpoint.dialect.post)).not.toContain(undefined);
      expect(new Set(used(endpoint.dialect.ping))).toEqual(new Set(endpoint.dialect.ping ? ["public"] : []));
    }
  }
});

test("each buyer has its path, and only counts are kept of what arrives", async () => {
  const answer = await send("/buyers/two/ping", { zip: "94110" });
  expect(await answer.json()).toMatchObject({ bid: 9.5 });
  expect(server.received("two")).toEqual({ ping: 1, post: 0, postback: 0 });
  expect(seen.at(-1)).toBe('two ping {"zip":"94110"}');
  expect((await send("/buyers/nobody/ping")).status).toBe(404);
  expect((await send("/buyers/two/postback")).status).toBe(404);
});

test("a postback is received and counted", async () => {
  expect((await send("/publishers/leadstream/postback")).status).toBe(204);
  expect(server.received("leadstream").postback).toBe(1);
});

test("a silent buyer takes the request and never answers; closing does not wait for it", async () => {
  const own = await startBuyers({ buyers: { quiet: { ping: silent, post: silent } } });
  const waiting = fetch(`${own.url}/buyers/quiet/ping`, { method: "POST", body: "{}" }).then(
    () => "answered",
    () => "cut off",
  );
  await expect.poll(() => own.received("quiet").ping).toBe(1);
  await own.close();
  expect(await waiting).toBe("cut off");
});

test("a lost answer is followed by a duplicate", () => {
  const behaviour = forgetsToAnswer(speech.nested);
  expect(behaviour({ n: 1, body: {}, headers: {} })).toBeNull();
  expect(behaviour({ n: 2, body: {}, headers: {} })?.body).toEqual({ Response: { Status: "Duplicate" } });
});

test("an erratic buyer is the same in each run with its seed, and has more than one way", () => {
  const run = () => {
    const behaviour = erratic(speech.flat, 19.25, seeded(3));
    return Array.from({ length: 60 }, (_, n) => behaviour({ n, body: {}, headers: {} }));
  };
  expect(run()).toEqual(run());
  expect(new Set(run().map((reply) => JSON.stringify(reply?.body))).size).toBeGreaterThan(5);
});
