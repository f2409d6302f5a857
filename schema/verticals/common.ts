import { type FieldInput, hashed, open, personal, quasi } from "./field.ts";

/** Who the consumer is. Personal: nobody sees it before the winner's reservation. Samples are fictional (555-01xx, example.com). */
export const contactFields: FieldInput[] = [
  personal("first_name", "First name", "string", "Maria", {
    required: "post",
    max_length: 60,
    aliases: ["fname", "firstname"],
  }),
  personal("last_name", "Last name", "string", "Santos", {
    required: "post",
    max_length: 60,
    aliases: ["lname", "lastname"],
  }),
  personal("phone", "Phone", "phone", "(512) 555-0142", {
    required: "post",
    aliases: ["phone_number", "phone1", "primary_phone"],
  }),
  personal("email", "E-mail", "email", "maria.santos@example.com", { required: "post", aliases: ["email_address"] }),
  personal("address", "Street address", "string", "1200 Barton Springs Rd", {
    required: "post",
    max_length: 120,
    aliases: ["address1", "street", "street_address"],
  }),
  personal("address2", "Apartment or unit", "string", "Apt 4", { max_length: 60, aliases: ["unit", "apartment"] }),
];

/** Digests that let buyers and the gateway recognise a known consumer in a ping. */
export const hashFields: FieldInput[] = [
  hashed("phone_hash", "Phone digest", "string", "eb17c0e3b9069a5042236c38fea7ce09a19722d2e1f38ae62a6af577f06a929b", {
    description: "SHA-256 (hex) of the phone as +15125550142, or md5:<hex>.",
  }),
  hashed("email_hash", "E-mail digest", "string", "b9c27923e366593f8f16d702ed781e70657eb89fd0614e9cb1b0b777acabe2eb", {
    description: "SHA-256 (hex) of the trimmed lower-case address, or md5:<hex>.",
  }),
];

/** Where the consumer is. `state` is filled in from `zip` when it is missing. */
export const placeFields: FieldInput[] = [
  open("zip", "ZIP code", "zip", "78704", { required: "ping", aliases: ["zip_code", "zipcode", "postal_code"] }),
  open("state", "State", "state", "TX", {
    required: "ping",
    aliases: ["state_code", "region"],
    description: "Two letters or the full name; filled in from the ZIP when missing.",
  }),
  open("city", "City", "string", "Austin", { max_length: 60 }),
];

/** Where the lead came from: the browser and the pages. Quasi-identifying: in a ping only where the contract asks for it. */
export const sourceFields: FieldInput[] = [
  quasi("ip_address", "IP address", "ip", "203.0.113.42", { aliases: ["ip", "client_ip"] }),
  quasi(
    "user_agent",
    "Browser",
    "user_agent",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15",
  ),
  quasi("landing_page_url", "Landing page", "url", "https://quotes.example.com/start?utm_source=search", {
    aliases: ["landing_page"],
  }),
  quasi("source_url", "Page of the form", "url", "https://quotes.example.com/form", { aliases: ["page_url"] }),
];

/** Consent to be called. A certificate travels where the publisher has one; text and time always. */
export const consentFieldSet: FieldInput[] = [
  quasi(
    "consent_text",
    "Consent text",
    "string",
    "By clicking Get My Quotes I agree that up to four partners may call or text me at the number above, also by automated means. Consent is not a condition of purchase.",
    {
      required: "post",
      max_length: 5_000,
      aliases: ["tcpa_text", "tcpa_language"],
      description: "The text that the consumer agreed to, in full.",
    },
  ),
  quasi("consent_at", "Time of consent", "datetime", "2026-11-20T15:04:05Z", {
    required: "post",
    aliases: ["consent_time", "tcpa_timestamp"],
  }),
  quasi("consent_ip", "IP address at consent", "ip", "203.0.113.42"),
  quasi(
    "consent_user_agent",
    "Browser at consent",
    "user_agent",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15",
  ),
  quasi("universal_leadid", "Jornaya LeadiD", "string", "5F2A9C11-7B3E-4D60-9A1C-0E4B7D2F8C35", {
    max_length: 60,
    aliases: ["jornaya_leadid", "leadid_token"],
  }),
  quasi(
    "trusted_form_cert_url",
    "TrustedForm certificate",
    "url",
    "https://cert.trustedform.com/0123456789abcdef0123456789abcdef01234567",
    { aliases: ["trustedform_cert_url", "xxtrustedformcerturl"] },
  ),
];
