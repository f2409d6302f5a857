import { parsePhoneNumberFromString } from "libphonenumber-js/core";
import { PHONE_METADATA } from "./phone-metadata.ts";
import { type Reader, Refusal } from "./reading.ts";

const NOT_A_PHONE = new Refusal("must be a valid ten-digit US phone number, like (212) 555-0123 or +12125550123");
const LONGEST = 60;
/** `+1` and ten digits; the metadata also knows seven-digit service numbers. */
const E164 = /^\+1\d{10}$/;

/**
 * Any usual notation of a number of country calling code +1 (US, Canada, Caribbean); the result is E.164. An extension is
 * dropped: buyers' systems dial the number.
 */
export const readPhone: Reader = (raw) => {
  if (typeof raw === "boolean") return NOT_A_PHONE;
  const text = String(raw).trim();
  if (text.length > LONGEST) return NOT_A_PHONE;
  const phone = parsePhoneNumberFromString(text, { defaultCountry: "US", extract: false }, PHONE_METADATA);
  return phone && E164.test(phone.number) && phone.isValid() ? phone.number : NOT_A_PHONE;
};
