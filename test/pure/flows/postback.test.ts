import { describe, expect, it } from "vitest";
import { leadRequestSchema } from "../../../schema/api/calls.ts";
import { makeId } from "../../../worker/crypto/ids.ts";
import { sendPostback } from "../../../worker/flows/postback.ts";
import type { Gateway } from "../../../worker/gateway/gateway.ts";

const SECRET = "s".repeat(32);
const LEAD = makeId(SECRET, "l", "enam-00", 1_700_000_000_000, new Uint8Array(9));

interface Given {
  postback: { method: "GET" | "POST"; url: string };
  click_id?: string;
  tries?: number;
}

/** Tells the publisher of a sold lead: which addresses were called, and what its book was told of it. */
async function told({ postback, click_id, tries = 0 }: Given) {
  const urls: string[] = [];
  const done: unknown[] = [];
  const story = {
    lead: {
      lead_id: LEAD,
      publisher_id: "p1",
      postback_due: true,
      outcome: { result: "accepted", price: 90_000 },
      click_id,
      sub_ids: {},
    },
    steps: Array.from({ length: tries }, () => ({ step: "postback" })),
  };
  // Sealed with a key that the keyring has no more.
  const publisher = { id: "p1", postback, postback_secret_sealed: "gone.AAAA" };
  const g = {
    settings: { HASH_SECRET: SECRET, LOCAL_MODE: false },
    book: () => ({
      story: async () => story,
      postbackDone: async (_: string, ...what: unknown[]) => void done.push(what),
    }),
    snapshot: async () => ({ publisher: () => publisher }),
    ring: async () => ({ newest: "k", keys: new Map() }),
    log: () => {},
    deps: {
      now: () => 0,
      timer: () => () => {},
      fetch: async ({ url }: { url: string }) => {
        urls.push(url);
        return new Response("");
      },
    },
  } as unknown as Gateway;
  await sendPostback(g, LEAD);
  return { urls, done };
}

it("an id of the publisher's that is no text is made one where it comes in", () => {
  const call = { campaign: "auto", lead: {}, click_id: "click\ud83d", sub_id1: "\ud83d", sub_id2: 7 };
  expect(leadRequestSchema.parse(call)).toMatchObject({ click_id: "click\ufffd", sub_id1: "\ufffd", sub_id2: "7" });
});

describe("a postback", () => {
  it("goes out whatever text the publisher's own id is: half a pair of surrogates stands for nothing", async () => {
    const postback = { method: "GET", url: "https://pub.example.com/?c={click_id}&p={price}" } as const;
    expect(await told({ postback, click_id: "a\ud83d" })).toEqual({
      urls: ["https://pub.example.com/?c=a%EF%BF%BD&p=9.00"],
      done: [[true, null]],
    });
  });

  it("that cannot be made counts as a try, and is given up as any other", async () => {
    const postback = { method: "POST", url: "https://pub.example.com/" } as const;
    expect(await told({ postback })).toEqual({ urls: [], done: [[false, 5_000]] });
    expect(await told({ postback, tries: 6 })).toEqual({ urls: [], done: [[false, null]] });
  });
});
