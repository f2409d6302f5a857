import { describe, expect, it } from "vitest";
import type { WireAnswer } from "../../../worker/buyers/dialect.ts";
import { answer, type OutcomeInput, outcomeOf } from "./answers.ts";

const plain = outcomeOf();
const short = (wire: WireAnswer, read = plain) => {
  const { outcome, class: cls, held_for_review } = read(wire);
  return `${outcome} ${cls}${held_for_review ? " held" : ""}`;
};

describe("a post's answer without rules of the dialect", () => {
  const ROWS: [string, WireAnswer, string][] = [
    ["200 accepted", answer({ result: "accepted" }), "accepted ok"],
    ["201 with an id only", answer({ id: 5 }, 201), "accepted ok"],
    ["202 and nothing", answer("", 202), "accepted ok"],
    ["success: true", answer({ success: true }), "accepted ok"],
    ["Status: Success", answer({ Status: "Success", LeadId: 4 }), "accepted ok"],
    ["a word", answer("OK"), "accepted ok"],
    ["one level down", answer({ response: { status: "sold", price: 4 } }), "accepted ok"],
    ["a word that nobody knows one level down", answer({ success: true, data: { status: "new" } }), "accepted ok"],
    ["empty errors", answer({ status: "success", errors: [], error: null }), "accepted ok"],
    ["HTTP status again", answer({ status: 200, id: 3 }), "accepted ok"],
    ["a reject in a 200", answer({ status: "rejected" }), "rejected rejected"],
    ["the call succeeded, the lead did not", answer({ success: true, result: "Not accepted" }), "rejected rejected"],
    ["accepted: false", answer({ success: true, accepted: false }), "rejected rejected"],
    ['success: "0"', answer({ success: "0" }), "rejected rejected"],
    ["Unmatched", answer({ status: "Unmatched" }), "rejected rejected"],
    ["an error text", answer({ error: "Invalid phone" }), "rejected rejected"],
    ["errors of fields", answer({ errors: { phone: ["bad"] } }), "rejected rejected"],
    ["no buyer found", answer("No buyer found"), "rejected rejected"],
    ["FAIL", answer("FAIL"), "rejected rejected"],
    ["a code in the body", answer({ status: 422, message: "x" }), "rejected rejected"],
    ["false", answer("false"), "rejected rejected"],
    ["duplicate", answer({ status: "Duplicate" }), "duplicate duplicate"],
    ["duplicate as the reason", answer({ success: false, message: "Duplicate lead" }), "duplicate duplicate"],
    ["duplicate as the error", answer({ status: "rejected", errors: ["dup within 30 days"] }), "duplicate duplicate"],
    ["duplicate: true", answer({ duplicate: true }), "duplicate duplicate"],
    ["not a duplicate", answer({ status: "accepted", message: "not a duplicate" }), "accepted ok"],
    ["pending review", answer({ status: "Pending Review" }), "unknown ok held"],
    ["an unknown word", answer({ status: "purple" }), "unknown unreadable held"],
    ["an unknown word beside success", answer({ success: true, status: "purple" }), "unknown unreadable held"],
    ["yes and no", answer({ status: "accepted", error: "price changed" }), "unknown unreadable held"],
    ["OK, no errors", answer("OK, no errors"), "accepted ok"],
    ["OK, errors", answer("OK, errors: 2"), "unknown unreadable held"],
    ["a code nobody knows", answer({ status: 0 }), "unknown unreadable held"],
    ["HTML", answer("<html><body>Accepted</body></html>"), "unknown unreadable held"],
    ["a long text", answer(`accepted ${"x ".repeat(100)}`), "unknown unreadable held"],
    ["a number", answer("12"), "unknown unreadable held"],
    ["a list", answer([1]), "unknown unreadable held"],
    ["half a document", answer('{"status":"acce'), "unknown unreadable held"],
    ["204", answer("", 204), "unknown unreadable held"],
    ["206", answer({ result: "accepted" }, 206), "unknown unreadable held"],
    ["302", answer("", 302, { location: "https://x.example/" }), "unknown redirect"],
    ["304", answer("", 304), "unknown redirect"],
    ["400", answer({ status: "accepted" }, 400), "set_up_error client"],
    ["400 duplicate", answer({ error: "Duplicate lead" }, 400), "duplicate duplicate"],
    ["401", answer("", 401), "set_up_error auth"],
    ["403", answer("<h1>Forbidden</h1>", 403), "set_up_error auth"],
    ["404", answer("", 404), "set_up_error not_found"],
    ["405", answer("", 405), "set_up_error gone"],
    ["408", answer("", 408), "unknown timeout"],
    ["409", answer("", 409), "duplicate duplicate"],
    ["410", answer("", 410), "set_up_error gone"],
    ["413", answer("", 413), "set_up_error client"],
    ["422", answer({ errors: ["phone"] }, 422), "rejected rejected"],
    ["422 duplicate", answer({ error: "duplicate" }, 422), "duplicate duplicate"],
    ["425", answer("", 425), "unknown server"],
    ["429", answer("", 429, { retry_after: "30" }), "not_taken throttled"],
    ["499", answer("", 499), "unknown server"],
    ["500", answer({ status: "rejected" }, 500), "unknown server"],
    ["502", answer("<h1>Bad Gateway</h1>", 502), "unknown server"],
    ["503", answer("", 503, { retry_after: "5" }), "unknown server"],
  ];
  it.each(ROWS)("%s", (_, wire, expected) => {
    expect(short(wire)).toBe(expected);
  });
});

describe("a post's answer with rules of the dialect", () => {
  const rules: OutcomeInput["rules"] = [
    { duplicate: "code is 7" },
    { review: "code is 8" },
    { unknown: "code is 9" },
    { when: { path: "code", equals: 5 }, outcome: "set_up_error" },
    { when: { all: [{ status: [503] }, "busy is true"] }, outcome: "not_taken" },
    { accepted: "$status is 303" },
    { accepted: "code is 1" },
    { when: "not code is 1", outcome: "rejected", held_for_review: true },
  ];
  const paths = { price: ["pay", "price"], buyer_lead_id: "id", redirect_url: "url", reason: "why" };
  const ruled = outcomeOf({ rules, ...paths });

  const ROWS: [string, WireAnswer, string][] = [
    ["accepted", answer({ code: 1 }), "accepted ok"],
    ["accepted, whatever the status", answer({ code: "1" }, 500), "accepted ok"],
    ["the last rule", answer({ code: 2, result: "accepted" }), "rejected rejected"],
    ["duplicate", answer({ code: 7 }), "duplicate duplicate"],
    ["held", answer({ code: 8 }), "unknown ok held"],
    ["unknown", answer({ code: 9 }), "unknown server"],
    ["set-up error", answer({ code: 5 }, 403), "set_up_error auth"],
    ["503 as declared", answer({ busy: true }, 503), "not_taken throttled"],
    ["503 not as declared", answer("", 503), "unknown server"],
    ["a proxy's page is not the last rule", answer("<h1>502</h1>", 502), "unknown server"],
    ["nor is a page with 200", answer("<h1>login</h1>"), "unknown unreadable held"],
    ["a redirect that means yes", answer("", 303, { location: "https://thanks.example/" }), "accepted ok"],
  ];
  it.each(ROWS)("%s", (_, wire, expected) => {
    expect(short(wire, ruled)).toBe(expected);
  });

  it("silence is no yes where there are rules", () => {
    const strict = outcomeOf({ rules: rules.slice(0, 1) });
    expect(short(answer({ id: 4 }), strict)).toBe("unknown unreadable held");
    expect(short(answer(""), strict)).toBe("unknown unreadable held");
    expect(short(answer({ result: "accepted" }), strict)).toBe("accepted ok");
  });

  it("takes price, ids, address and reason", () => {
    const read = (body: object, extra = {}) => ruled(answer(body, 200, extra));
    const yes = read({ code: 1, price: "21.105", id: 44, url: "https://thanks.example/a b", why: "thanks" });
    expect(yes).toMatchObject({
      price: 211_050,
      buyer_lead_id: "44",
      redirect_url: "https://thanks.example/a%20b",
      reason: "thanks",
    });
    expect(read({ code: 1, pay: "12,50" })).toMatchObject({ outcome: "accepted", reason: "price not readable: 12,50" });
    expect(read({ code: 1, pay: "12,50" }).price).toBeUndefined();
    expect(read({ code: 1, pay: -1 }).price).toBeUndefined();
    expect(read({ code: 2, pay: 3, url: "https://x.example/" })).toMatchObject({
      price: undefined,
      redirect_url: undefined,
    });
    expect(read({ code: 2, why: "w".repeat(600) }).reason).toHaveLength(500);
    for (const url of [
      "javascript:alert(1)",
      "/thanks",
      "data:text/html,x",
      `https://x.example/${"a".repeat(2_000)}`,
      5,
    ]) {
      expect(read({ code: 1, url }).redirect_url).toBeUndefined();
    }
    expect(ruled(answer("", 303, { location: "https://thanks.example/" })).redirect_url).toBe(
      "https://thanks.example/",
    );
    expect(read({ code: 1 }, { location: "https://api.example/leads/4" }).redirect_url).toBeUndefined();
  });

  it("reads Retry-After in seconds", () => {
    const after = (retry_after: string) => plain(answer("", 429, { retry_after })).retry_after_ms;
    expect(["30", "0", "99999999", "soon", "-1"].map(after)).toEqual([30_000, 0, 86_400_000, undefined, undefined]);
    // Centuries are no reason to ask again at once; the year 9999, as a date, comes as so many seconds.
    expect(["251631187200", "9".repeat(400)].map(after)).toEqual([86_400_000, 86_400_000]);
  });

  it("tells the usual reason where no path is given", () => {
    expect(plain(answer({ status: "rejected", message: "Cap reached" })).reason).toBe("Cap reached");
  });
});
