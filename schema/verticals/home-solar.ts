import type { CampaignInput } from "../config/campaign.ts";
import { consentFieldSet, contactFields, hashFields, placeFields, sourceFields } from "./common.ts";
import { type FieldInput, open, quasi } from "./field.ts";

const homeFields: FieldInput[] = [
  open("homeowner", "Owns the home", "boolean", true, { required: "ping", aliases: ["own_home", "home_owner"] }),
  open("property_type", "Property", "enum", "single_family", {
    required: "ping",
    values: ["single_family", "townhouse", "condo", "mobile_home", "multi_family", "commercial"],
  }),
  open("year_built", "Year built", "integer", 1998, { min: 1700, max: 2035 }),
  open("square_feet", "Living area, square feet", "integer", 2_150, { min: 100, max: 100_000, aliases: ["sqft"] }),
  open("stories", "Storeys", "integer", 2, { min: 1, max: 10 }),
  open("home_value", "Value of the home, USD", "integer", 420_000, { min: 0, max: 100_000_000 }),
];

const roofFields: FieldInput[] = [
  open("roof_type", "Roof", "enum", "asphalt_shingle", {
    values: ["asphalt_shingle", "metal", "tile", "flat", "wood_shake", "slate", "other"],
    aliases: ["roof_material"],
  }),
  open("roof_age", "Age of the roof, years", "integer", 8, { min: 0, max: 200 }),
  open("roof_shade", "Shade on the roof", "enum", "none", {
    required: "ping",
    values: ["none", "some", "heavy", "unsure"],
    aliases: ["shade", "sun_exposure"],
  }),
  open("roof_facing", "Roof faces", "enum", "south", { values: ["south", "east", "west", "north", "flat", "unsure"] }),
];

const energyFields: FieldInput[] = [
  open("electric_bill", "Electric bill a month, USD", "number", 185, {
    required: "ping",
    min: 0,
    max: 10_000,
    aliases: ["monthly_bill", "average_bill"],
  }),
  open("electric_kwh", "Use a month, kWh", "integer", 1_150, { min: 0, max: 100_000 }),
  open("utility", "Electric utility", "string", "Austin Energy", {
    required: "ping",
    max_length: 100,
    aliases: ["utility_provider", "electric_utility"],
  }),
  open("existing_solar", "Has solar panels", "boolean", false),
  open("wants_battery", "Wants a battery", "boolean", true, { aliases: ["battery"] }),
  open("electric_vehicle", "Has an electric vehicle", "boolean", false),
  open("pool", "Has a pool", "boolean", false),
];

const projectFields: FieldInput[] = [
  open("credit_rating", "Credit", "enum", "excellent", {
    required: "ping",
    values: ["excellent", "good", "fair", "poor"],
    aliases: ["credit_tier", "credit"],
  }),
  quasi("credit_score", "Credit score, consumer's own estimate", "integer", 760, { min: 300, max: 850 }),
  quasi("household_income", "Household income a year, USD", "integer", 98_000, {
    min: 0,
    max: 100_000_000,
    aliases: ["income"],
  }),
  open("timeline", "Wants to begin", "enum", "1_3_months", {
    values: ["now", "1_3_months", "3_6_months", "over_6_months", "researching"],
    aliases: ["time_frame", "timeframe"],
  }),
  open("purchase_option", "Wants to pay by", "enum", "loan", {
    values: ["cash", "loan", "lease", "ppa", "unsure"],
    aliases: ["financing"],
  }),
  open("decision_maker", "Decides alone", "boolean", true),
  open("best_time_to_call", "Best time to call", "enum", "evening", {
    values: ["morning", "afternoon", "evening", "any"],
    aliases: ["call_time"],
  }),
  quasi("dob", "Date of birth", "date", "1979-09-02", { aliases: ["birth_date", "date_of_birth"] }),
];

/** Enquiries about solar panels for homes in the United States, exclusive, highest bid. */
export const homeSolar: CampaignInput = {
  id: "home_solar",
  name: "Home solar",
  vertical: "home_solar",
  currency: "USD",
  fields: [
    ...placeFields,
    ...homeFields,
    ...roofFields,
    ...energyFields,
    ...projectFields,
    ...hashFields,
    ...contactFields,
    ...sourceFields,
    ...consentFieldSet,
  ],
  consent: { required: ["consent_text", "consent_at"], max_age_hours: 24 * 30 },
  auction: { mode: "highest", sale: "exclusive", floor: 5, publisher_share: 80, min_margin: 1 },
};
