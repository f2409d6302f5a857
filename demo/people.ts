import { randomInt } from "node:crypto";

/** A lead's fields, by the names of its campaign. */
export type Lead = Record<string, string | number | boolean>;
export interface Person {
  /** What a ping may say. */
  facts: Lead;
  /** What only the winner's post holds. */
  personal: Lead;
}

/** Real ZIPs with an area code of their state; the numbers are 555-01xx, which belong to nobody. */
const PLACES = {
  CA: { zip: "94110", city: "San Francisco", area: "415", street: "18 Dolores St" },
  TX: { zip: "78704", city: "Austin", area: "512", street: "1200 Barton Springs Rd" },
  FL: { zip: "33130", city: "Miami", area: "305", street: "40 SW 3rd Ave" },
  OH: { zip: "43215", city: "Columbus", area: "614", street: "77 E Gay St" },
  NY: { zip: "10001", city: "New York", area: "212", street: "350 W 31st St" },
  AZ: { zip: "85004", city: "Phoenix", area: "602", street: "9 N Central Ave" },
} as const;
export type State = keyof typeof PLACES;

const NAMES = [
  "Maria Santos",
  "James Walker",
  "Aisha Khan",
  "Daniel Novak",
  "Chloe Martin",
  "Victor Ito",
  "Nora Lind",
  "Owen Price",
];
export const CONSENT_TEXT =
  "By pressing Get my quotes I agree that insurance partners of this site may call or text me at the number above, also by automated means. Consent is not a condition of purchase.";

const shuffle = randomInt(100);
let made = 0;

/** Each call a different consumer: the same one twice would be a duplicate. */
function somebody(state: State): { place: (typeof PLACES)[State]; personal: Lead } {
  const place = PLACES[state];
  const name = (NAMES[made % NAMES.length] ?? "Sam Doe").split(" ");
  const line = String((shuffle + made++) % 100).padStart(2, "0");
  const [first_name = "", last_name = ""] = name;
  const personal = {
    first_name,
    last_name,
    phone: `(${place.area}) 555-01${line}`,
    email: `${first_name}.${last_name}.${line}@example.com`.toLowerCase(),
    address: place.street,
    consent_text: CONSENT_TEXT,
    consent_at: new Date().toISOString(),
    ip_address: "203.0.113.42",
  };
  return { place, personal };
}

/** @param zip in place of the state's own: the documented test ZIPs force an outcome. */
export function driver(state: State, zip?: string): Person {
  const { place, personal } = somebody(state);
  return {
    facts: {
      zip: zip ?? place.zip,
      state,
      city: place.city,
      vehicle_year: 2021,
      vehicle_make: "Toyota",
      vehicle_model: "RAV4",
      credit_tier: "good",
      currently_insured: true,
      drivers: 2,
    },
    personal: { ...personal, dob: "1986-04-17" },
  };
}

export function homeowner(state: State): Person {
  const { place, personal } = somebody(state);
  return {
    facts: {
      zip: place.zip,
      state,
      city: place.city,
      homeowner: true,
      property_type: "single_family",
      roof_shade: "none",
      roof_type: "tile",
      electric_bill: 185,
      utility: "APS",
      credit_rating: "excellent",
    },
    personal,
  };
}
