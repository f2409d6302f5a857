import { expect, it } from "vitest";
import { leadRequestSchema } from "../../../schema/api/calls.ts";
import { makeId } from "../../../worker/crypto/ids.ts";
import { sendPostback } from "../../../worker/flows/postback.ts";
import type { Gateway } from "../../../worker/gateway/gateway.ts";

const SECRET = "s".repeat(32);
/** Half of a surrogate pair: JSON can carry it, no address can. */
const HALF = "\ud83d";

it("an id of the publisher's that is no text is made one where it comes in", () => {
  const call = { campaign: "auto", lead: {}, click_id: `click${HALF}`, sub_id1: HALF, sub_id2: 7 };
  expect(leadRequestSchema.parse(call)).toMatchObject({ click_id: "click\ufffd", sub_id1: "\ufffd", sub_id2: "7" });
});

it("a lead that was kept with one is told all the same", async () => {
  const lead_id = makeId(SECRET, "l", "wnam-00", 0, new Uint8Array(9));
  const lead = {
    ...{ lead_id, publisher_id: "pub", postback_due: true, click_id: `click${HALF}`, sub_ids: { sub_id1: HALF } },
    outcome: { result: "accepted", price: 160_000 },
  };
  const [urls, done]: [string[], unknown[]] = [[], []];
  const book = {
    story: async () => ({ lead, steps: [] }),
    postbackDone: async (...told: unknown[]) => done.push(told),
  };
  const url = "https://pub.example/told?c={click_id}&s={sub_id1}";
  const g = {
    settings: { HASH_SECRET: SECRET, LOCAL_MODE: false },
    deps: {
      now: () => 0,
      timer: () => () => {},
      fetch: async (request: { url: string }) => {
        urls.push(request.url);
        return new Response("ok");
      },
    },
    snapshot: async () => ({ publisher: () => ({ id: "pub", postback: { url, method: "GET" } }) }),
    book: () => book,
    log: () => {},
  } as unknown as Gateway;
  await sendPostback(g, lead_id);
  expect(urls).toEqual(["https://pub.example/told?c=click%EF%BF%BD&s=%EF%BF%BD"]);
  expect(done).toEqual([[lead_id, true, null]]);
});
