import { expect, it } from "vitest";
import { MAX_BODY } from "../../../worker/routes/body.ts";
import { fromUrlEncoded } from "../../../worker/routes/form-encoding.ts";

it("a list that repeats its key keeps every entry in its order", () => {
  const read = fromUrlEncoded("ping_id=p&bid_ids=a,b&bid_ids%5B%5D= c &bid_ids=d");
  expect(read).toMatchObject({ ok: true, value: { value: { ping_id: "p", bid_ids: ["a", "b", "c", "d"] } } });
});

const SHARE = 8;

// Bodies are read before a key that stands in them: this is what a stranger may send.
it.each(["bid_ids=a&", "bid_ids=,,,,,,,,,&", "bid_ids[]=a,&"])(
  "a body of nothing but %s costs by its length",
  (piece) => {
    const pairs = Math.floor(MAX_BODY / piece.length);
    const [whole, part] = [pairs, pairs / SHARE].map((n) => piece.repeat(n));
    const took = (body = ""): number => {
      const began = performance.now();
      expect(fromUrlEncoded(body).ok).toBe(true);
      return performance.now() - began;
    };
    // Side by side, the best of each: copying the list for each pair costs by the length's square, 64 for 8.
    const turns = Array.from({ length: 9 }, () => [took(whole), took(part)]);
    const [long = 0, short = 0] = [0, 1].map((i) => Math.min(...turns.map((turn) => turn[i] ?? 0)));
    expect(long / short).toBeLessThan(3 * SHARE);
  },
);
