import { expect, it } from "vitest";
import {
  ENVELOPE_KEYS,
  formRequestSchema,
  leadRequestSchema,
  pingRequestSchema,
  postRequestSchema,
} from "../../../schema/api/calls.ts";
import { ZERO } from "../../../schema/money.ts";
import { envelopeOf } from "../../../worker/routes/call.ts";
import { fromUrlEncoded } from "../../../worker/routes/form-encoding.ts";

const json = (value: Record<string, unknown>) => ({ encoding: "json" as const, value });
const NOTHING = [null, ""];
const PING = { schema: pingRequestSchema, envelope: ENVELOPE_KEYS.pings };
const POST = { schema: postRequestSchema, envelope: ENVELOPE_KEYS.posts };
const LEAD = { schema: leadRequestSchema, envelope: ENVELOPE_KEYS.leads };

// docs/publishers.md, Requests: "Empty text, `null`: the same as not sent".
it.each(NOTHING)("%j beside the lead is the same as not sent", (nothing) => {
  const ping = { phone_hash: nothing, email_hash: nothing, timeout_ms: nothing, min_price: nothing, click_id: nothing };
  const read = envelopeOf(json({ campaign: "auto", lead: { zip: nothing }, test: nothing, ...ping }), PING);
  // The lead's own are the campaign's to read.
  expect(read).toEqual({ ok: true, value: { campaign: "auto", lead: { zip: nothing }, min_price: ZERO } });
  const post = { ping_id: "p", lead: {}, bid_ids: nothing, campaign: nothing, sub_id1: nothing, consent: nothing };
  expect(envelopeOf(json(post), POST)).toEqual({ ok: true, value: { ping_id: "p", lead: {}, bid_ids: [] } });
  const consent = { text: "I agree", at: nothing, ip: nothing, brand: nothing };
  expect(envelopeOf(json({ campaign: "auto", lead: {}, consent }), LEAD)).toMatchObject({
    value: { consent: { text: "I agree" } },
  });
});

it("so it is in a form, also of a list and of a browser's JSON", () => {
  const form = fromUrlEncoded("ping_id=p&zip=78704&bid_ids=&click_id=");
  expect(form.ok && envelopeOf(form.value, POST)).toMatchObject({ ok: true, value: { bid_ids: [] } });
  const some = fromUrlEncoded("ping_id=p&zip=78704&bid_ids=a,&bid_ids=,b");
  expect(some.ok && envelopeOf(some.value, POST)).toMatchObject({ ok: true, value: { bid_ids: ["a", "b"] } });
  const browser = { schema: formRequestSchema, envelope: ENVELOPE_KEYS.forms, flat_json: true };
  const flat = json({ zip: "78704", click_id: null, sub_id1: "", consent: { text: null } });
  expect(envelopeOf(flat, browser)).toMatchObject({ ok: true, value: { lead: { zip: "78704" } } });
});

it("what must be there, and a name that there is not, are told as before", async () => {
  const read = envelopeOf(json({ campaign: null, lead: null, leed: null }), PING);
  const problem = read.ok ? {} : await read.refusal.json();
  expect(problem).toMatchObject({
    errors: [
      { field: "campaign", code: "required" },
      { field: "lead", code: "required" },
      { field: "leed", code: "unknown" },
    ],
  });
});
