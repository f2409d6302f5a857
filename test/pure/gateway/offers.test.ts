import { describe, expect, it } from "vitest";
import { Offers } from "../../../worker/gateway/offers.ts";

describe("offers of an isolate", () => {
  it("count until they are posted or over", () => {
    const offers = new Offers();
    offers.made("c1", "p1", 1_000);
    offers.made("c1", "p2", 2_000);
    offers.made("c2", "p3", 2_000);
    expect([offers.outstanding("c1", 0), offers.outstanding("c2", 0), offers.outstanding("c3", 0)]).toEqual([2, 1, 0]);
    offers.posted("p2");
    offers.posted("p2");
    offers.posted("unheard-of");
    expect(offers.outstanding("c1", 999)).toBe(1);
    expect(offers.outstanding("c1", 1_000)).toBe(0);
    expect(offers.outstanding("c2", 1_999)).toBe(1);
  });

  it("count a ping once, however often it is answered", () => {
    const offers = new Offers();
    offers.made("c1", "p1", 1_000);
    offers.made("c1", "p1", 1_000);
    expect(offers.outstanding("c1", 0)).toBe(1);
  });

  it("are bounded by contract and in all", () => {
    const offers = new Offers();
    for (let c = 0; c < 600; c++) for (let p = 0; p < 300; p++) offers.made(`c${c}`, `p${c}-${p}`, 1_000);
    const counts = Array.from({ length: 600 }, (_, c) => offers.outstanding(`c${c}`, 0));
    expect(Math.max(...counts)).toBe(256);
    expect(counts.filter((count) => count > 0)).toHaveLength(500);
    expect(counts[599]).toBe(256);
    offers.posted("p0-299");
    expect(offers.outstanding("c0", 0)).toBe(0);
  });
});
