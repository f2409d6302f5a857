import { expect, it } from "vitest";
import { MAX_BODY } from "../../../worker/routes/body.ts";
import { fromUrlEncoded } from "../../../worker/routes/form-encoding.ts";

it("a list that repeats its key keeps every entry in its order", () => {
  const read = fromUrlEncoded("ping_id=p&bid_ids=a,b&bid_ids%5B%5D= c &bid_ids=d");
  expect(read).toMatchObject({ ok: true, value: { value: { ping_id: "p", bid_ids: ["a", "b", "c", "d"] } } });
});

// Bodies are read before a key that stands in them: this is what a stranger may send.
it.each(["bid_ids=a&", "bid_ids=,,,,,,,,,&", "bid_ids[]=a,&"])("a body of nothing but %s costs no time", (piece) => {
  const body = piece.repeat(Math.floor(MAX_BODY / piece.length));
  const times = [1, 2, 3].map(() => {
    const began = performance.now();
    expect(fromUrlEncoded(body).ok).toBe(true);
    return performance.now() - began;
  });
  expect(Math.min(...times)).toBeLessThan(40);
});
