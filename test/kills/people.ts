import { createHash } from "node:crypto";
import { isValidPhoneNumber } from "libphonenumber-js";

/** Numbers 555-01xx belong to nobody; with every area code that exists there are enough of them for a long run. */
const AREAS = Array.from({ length: 800 }, (_, n) => String(200 + n)).filter((area) =>
  isValidPhoneNumber(`+1${area}5550123`),
);
export const MOST_PEOPLE = AREAS.length * 100;

const CONSENT = "I agree to be called about my quote by partners of this site.";

export interface Person {
  phone: string;
  phone_hash: string;
  facts: Record<string, string | number | boolean>;
  personal: Record<string, string>;
}

/** The consumer number `n`; below {@link MOST_PEOPLE} no two have a phone number or an e-mail address in common. */
export function person(n: number): Person {
  const phone = `+1${AREAS[Math.floor(n / 100) % AREAS.length]}55501${String(n % 100).padStart(2, "0")}`;
  return {
    phone,
    phone_hash: createHash("sha256").update(phone).digest("hex"),
    facts: {
      zip: "94110",
      state: "CA",
      vehicle_year: 2000 + (n % 25),
      vehicle_make: "Toyota",
      vehicle_model: "RAV4",
      credit_tier: "good",
      currently_insured: n % 2 === 0,
    },
    personal: {
      first_name: "Sam",
      last_name: `Doe${n}`,
      phone,
      email: `sam.doe.${n}@example.com`,
      address: `${n + 1} Main St`,
      dob: "1986-04-17",
      consent_text: CONSENT,
      consent_at: new Date(Date.now() - 60_000).toISOString(),
    },
  };
}
