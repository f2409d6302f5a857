import { parseMoney } from "../../schema/money.ts";
import type { PostFacts, WireAnswer } from "../../worker/buyers/dialect.ts";
import { escapeXml, escapeXmlText } from "../../worker/buyers/dialects/formats/escape-xml.ts";
import { parseXml } from "../../worker/buyers/dialects/formats/xml.ts";

/** What a programmer would write for these two buyers: the same bytes, the same readings, nothing that is not needed. */

const CREDIT: Readonly<Record<string, string>> = { excellent: "A", good: "B", fair: "C" };
const URL = "https://buyer.example.com/post";

function usual({ fields }: PostFacts) {
  const phone = String(fields.phone).slice(2);
  const [year, month, day] = String(fields.dob).split("-");
  return {
    email: String(fields.email).toLowerCase(),
    phone,
    birth: `${month}/${day}/${year}`,
    gender: String(fields.gender).slice(0, 1).toUpperCase(),
    credit: CREDIT[String(fields.credit_tier)] ?? "D",
    insured: fields.currently_insured ? "Y" : "N",
  };
}

function request(facts: PostFacts, type: string, accept: string, body: string) {
  const headers: [string, string][] = [
    ["X-Key", facts.secrets.api_key ?? ""],
    ["content-type", type],
    ["accept", accept],
    ["user-agent", "pingpost-gateway/1"],
  ];
  return { method: "POST", url: URL, headers, body };
}

export function buildJson(facts: PostFacts) {
  const { fields: f, bid, gateway } = facts;
  const { email, phone, birth, gender, credit, insured } = usual(facts);
  const body = JSON.stringify({
    ref: bid.ref,
    order: gateway.reservation_id,
    firstName: f.first_name,
    lastName: f.last_name,
    email,
    phone: `(${phone.slice(0, 3)}) ${phone.slice(3, 6)}-${phone.slice(6)}`,
    address: f.address,
    city: f.city,
    state: f.state,
    zip: f.zip,
    dob: birth,
    gender,
    credit,
    vehicle: `${f.vehicle_year} ${f.vehicle_make} ${f.vehicle_model}`,
    insured,
    owner: f.homeowner,
    drivers: f.drivers,
    tcpa: f.consent_text,
    tcpaAt: f.consent_at,
    cert: f.trusted_form_cert_url,
  });
  return request(facts, "application/json", "application/json", body);
}

const t = (value: unknown): string => escapeXmlText(String(value));
const a = (value: unknown): string => escapeXml(String(value));

export function buildXml(facts: PostFacts) {
  const { fields: f, bid, gateway } = facts;
  const { email, phone, birth, gender, credit, insured } = usual(facts);
  const body =
    `<?xml version="1.0" encoding="UTF-8"?>\n<Lead ref="${a(bid.ref)}" order="${a(gateway.reservation_id)}"><Consumer>` +
    `<FirstName>${t(f.first_name)}</FirstName><LastName>${t(f.last_name)}</LastName><Email>${t(email)}</Email><Phone>${t(phone)}</Phone>` +
    `<Address><Street>${t(f.address)}</Street><City>${t(f.city)}</City><State>${t(f.state)}</State><Zip>${t(f.zip)}</Zip></Address>` +
    `<BirthDate>${t(birth)}</BirthDate><Gender>${t(gender)}</Gender><Credit>${t(credit)}</Credit></Consumer>` +
    `<Vehicle><Year>${t(f.vehicle_year)}</Year><Make>${t(f.vehicle_make)}</Make><Model>${t(f.vehicle_model)}</Model></Vehicle>` +
    `<Insured>${insured}</Insured><Owner>${t(f.homeowner)}</Owner><Drivers>${t(f.drivers)}</Drivers>` +
    `<Consent at="${a(f.consent_at)}">${t(f.consent_text)}</Consent><Certificate>${t(f.trusted_form_cert_url)}</Certificate></Lead>`;
  return request(facts, "text/xml; charset=utf-8", "application/xml, text/xml, */*;q=0.5", body);
}

interface Said {
  response?: { status?: unknown; id?: unknown; price?: unknown; reason?: unknown };
}

/** Outcome, price, the buyer's id and the reason, whatever the format. */
function read(answer: WireAnswer, document: Said | undefined) {
  const { status, id, price, reason } = document?.response ?? {};
  const why = String(reason ?? "");
  const word = String(status ?? "").toLowerCase();
  if (word === "accepted") return { outcome: "accepted", price: parseMoney(String(price)), buyer_lead_id: String(id) };
  if (/\bduplicate\b/i.test(why)) return { outcome: "duplicate", buyer_lead_id: String(id), reason: why };
  return {
    outcome: word === "rejected" && answer.status < 300 ? "rejected" : "unknown",
    buyer_lead_id: String(id),
    reason: why,
  };
}

export function readJson(answer: WireAnswer) {
  try {
    return read(answer, JSON.parse(answer.body) as Said);
  } catch {
    return read(answer, undefined);
  }
}

export const readXml = (answer: WireAnswer) => read(answer, parseXml(answer.body) as Said | undefined);
