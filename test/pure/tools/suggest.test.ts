import { describe, expect, it } from "vitest";
import { bidAnswerSchema, outcomeAnswerSchema } from "../../../schema/config/dialect.ts";
import { compileBid, compileOutcome } from "../../../worker/buyers/dialects/answer/index.ts";
import { pipesOf } from "../../../worker/buyers/dialects/pipes/index.ts";
import { suggest } from "../../../worker/buyers/dialects/suggest/index.ts";

const env = { pipe: pipesOf({ maps: {} }) };
const wire = (status: number, body: string) => ({ status, body, content_type: "", retry_after: null, location: null });

type Ping = [shape: string, body: string, outcome: string, price: number | null, ref: string | undefined];
const PINGS: Ping[] = [
  ["a word and a price", '{"status":"accepted","bid":12.5,"ping_id":"p-1"}', "bid", 12.5, "p-1"],
  ["a flag and a payout", '{"Success":true,"Payout":8,"TransactionId":"T-9","Errors":null}', "bid", 8, "T-9"],
  ["wrapped", '{"data":{"available_buyer":true,"lead_token":"tok","bid":30}}', "bid", 30, "tok"],
  ["a price alone", '{"bidAmount":32.5,"bidId":"b1"}', "bid", 32.5, "b1"],
  ["a price with a currency", '{"result":"success","price":"$1,200.50","id":7}', "bid", 1200.5, "7"],
  ["XML", "<response><status>Matched</status><lead_id>874</lead_id><price>25</price></response>", "bid", 25, "874"],
  [
    "XML within XML",
    "<string>&lt;r&gt;&lt;Result&gt;OK&lt;/Result&gt;&lt;Price&gt;5.5&lt;/Price&gt;&lt;Id&gt;9&lt;/Id&gt;&lt;/r&gt;</string>",
    "bid",
    5.5,
    "9",
  ],
  ["form", "LeadID=88&Commission=14.50", "bid", 14.5, "88"],
  ["lines", "status: success\nprice: 9.25\nid: 5", "bid", 9.25, "5"],
  ["cells", "accepted|A17|12.50", "bid", 12.5, "A17"],
  [
    "offers",
    '{"Success":true,"TransactionId":"T1","Brands":[{"PxId":"B1","Bid":7.5},{"PxId":"B2","Bid":11}]}',
    "bid",
    11,
    "T1",
  ],
  ["a no", '{"status":"rejected","reason":"No coverage"}', "no_bid", null, undefined],
  ["a no with a price of 0", '{"outcome":"failure","price":0}', "no_bid", null, undefined],
  ["Unmatched is no match", "<response><status>Unmatched</status></response>", "no_bid", null, undefined],
];

type Post = [shape: string, status: number, body: string, outcome: string, more?: Record<string, unknown>];
const POSTS: Post[] = [
  [
    "a word",
    200,
    '{"status":"ACCEPTED","lead_id":"L7","payout":25}',
    "accepted",
    { buyer_lead_id: "L7", price: 250_000 },
  ],
  [
    "a redirect",
    200,
    "<R><Response>Accepted</Response><Redirect>https://a.example/t?x=1&amp;y=2</Redirect></R>",
    "accepted",
    { redirect_url: "https://a.example/t?x=1&y=2" },
  ],
  [
    "an encoded redirect",
    200,
    '{"Status":"Success","TYPageLink":"https%3A%2F%2Fa.example%2Ft"}',
    "accepted",
    { redirect_url: "https://a.example/t" },
  ],
  [
    "a duplicate by its reason",
    200,
    '{"result":"failed","msg":"Duplicate lead"}',
    "duplicate",
    { reason: "Duplicate lead" },
  ],
  ["a duplicate within a word", 200, '<r><Success>false</Success><Problem Type="DUPLICATECHECK"/></r>', "duplicate"],
  ["an error code of 0", 200, "<root><errorcode>0</errorcode><errorreason>Success</errorreason></root>", "accepted"],
  [
    "another error code",
    200,
    "<root><errorcode>1</errorcode><errorreason>General</errorreason></root>",
    "rejected",
    { reason: "General" },
  ],
  ["an error about our key", 200, "<r><Status>Error</Status><Message>Invalid API key</Message></r>", "set_up_error"],
  ["errors as a list", 200, '{"status":4,"errors":[{"phone":"required"}]}', "rejected"],
  ["a code that nobody knows", 200, '{"status":3}', "unknown"],
  ["in progress", 200, '{"status":3,"status_text":"In progress"}', "unknown", { held_for_review: true }],
  ["a status alone", 201, '{"contact":{"id":"c9"}}', "accepted", { buyer_lead_id: "c9" }],
  ["a conflict", 409, '{"message":"known"}', "duplicate"],
  ["a sentence with an id", 200, "Lead accepted 45678", "accepted", { buyer_lead_id: "45678" }],
  ["a sentence that says no", 200, "Lead rejected because of duplicates", "duplicate"],
  ["a word alone", 200, "Success", "accepted"],
  ["an error page with a good word", 406, "Not what you accept", "set_up_error"],
  ["a broken system", 500, '{"message":"success"}', "unknown"],
  [
    "a page of fields",
    200,
    '<html><body><input id="errCode" name="errCode" value="708"><input name="errDesc" value="More than one record"></body></html>',
    "rejected",
  ],
  ["a page that says nothing", 200, "<html><body>Thank you</body></html>", "accepted", { unverified: true }],
];

describe("a suggestion from one sample", () => {
  it.each(PINGS)("of a ping, %s: reads it as it is meant", (_, body, outcome, price, ref) => {
    const { answer } = suggest({ status: 200, body }, "ping");
    const reading = compileBid(bidAnswerSchema.parse(answer), env)(wire(200, body));
    expect(reading.outcome).toBe(outcome);
    if (reading.outcome !== "bid") return;
    expect(reading.price).toBe(price === null ? null : Math.round(price * 10_000));
    expect(reading.carried.ref).toBe(ref);
  });

  it.each(POSTS)("of a post, %s: reads it as it is meant", (_, status, body, outcome, more = {}) => {
    const { answer } = suggest({ status, body }, "post");
    const reading = compileOutcome(outcomeAnswerSchema.parse(answer), env)(wire(status, body));
    expect(reading).toMatchObject({ outcome, ...more });
  });

  it("says what it guessed, and what it did not find", () => {
    const { answer, rules, notes } = suggest({ status: 200, body: '{"status":"accepted"}' }, "ping");
    expect(answer).toEqual({ rules: [{ no_bid: "status is rejected" }, { bid: "status is accepted" }] });
    expect(rules[0]?.guessed).toBe(true);
    expect(notes.join()).toMatch(/not in the sample.*no price.*no id/);
  });

  it("tells a ping from a post by its words, where nobody says", () => {
    expect(suggest({ status: 200, body: '{"status":"ok","bid":1}' }).phase).toBe("ping");
    expect(suggest({ status: 200, body: '{"status":"ok","lead_id":1}' }).phase).toBe("post");
  });

  it.each([
    ["nothing", ""],
    ["deep", `${'{"a":'.repeat(150)}1${"}".repeat(150)}`],
    ["long", `<a>${"<b>x</b>".repeat(20_000)}</a>`],
    ["names that paths cannot hold", '{"a \\" ] b":{"status":"ok"},"__proto__":{"x":1}}'],
    ["half a document", '{"status":"ok"'],
  ])("never throws and is always a dialect: %s", (_, body) => {
    for (const phase of ["ping", "post"] as const) {
      const { answer } = suggest({ status: 200, body }, phase);
      expect(outcomeAnswerSchema.or(bidAnswerSchema).safeParse(answer).success || phase === "ping").toBe(true);
    }
  });
});
