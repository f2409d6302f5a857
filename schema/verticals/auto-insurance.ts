import type { CampaignInput } from "../config/campaign.ts";
import { consentFieldSet, contactFields, hashFields, placeFields, sourceFields } from "./common.ts";
import { type FieldInput, open, personal, quasi } from "./field.ts";

const driverFields: FieldInput[] = [
  quasi("dob", "Date of birth", "date", "1986-04-17", { required: "post", aliases: ["birth_date", "date_of_birth"] }),
  open("age", "Age", "integer", 40, {
    min: 16,
    max: 110,
    description: "For buyers that price by age without seeing a date of birth.",
  }),
  open("gender", "Gender", "enum", "female", { values: ["female", "male", "nonbinary", "unknown"] }),
  open("marital_status", "Marital status", "enum", "married", {
    values: ["single", "married", "divorced", "separated", "widowed", "domestic_partner"],
  }),
  open("education", "Education", "enum", "bachelor", {
    values: ["less_than_high_school", "high_school", "some_college", "associate", "bachelor", "master", "doctorate"],
  }),
  open("occupation", "Occupation", "string", "Teacher", { max_length: 80 }),
  open("credit_tier", "Credit", "enum", "good", {
    required: "ping",
    values: ["excellent", "good", "fair", "poor"],
    aliases: ["credit_rating", "credit"],
  }),
  open("residence", "Residence", "enum", "own", { values: ["own", "rent", "other"], aliases: ["home_ownership"] }),
  open("residence_months", "Months at the residence", "integer", 48, { min: 0, max: 1_200 }),
  open("licensed", "Licence in force", "boolean", true, { aliases: ["active_license"] }),
  open("licensed_age", "Age when first licensed", "integer", 17, { min: 14, max: 110 }),
  open("sr22_required", "SR-22 required", "boolean", false, { aliases: ["sr22"] }),
  open("violations", "Violations in 3 years", "integer", 0, { min: 0, max: 20 }),
  open("accidents", "Accidents in 3 years", "integer", 1, { min: 0, max: 20 }),
  open("claims", "Claims in 3 years", "integer", 0, { min: 0, max: 20 }),
  open("dui", "DUI in 5 years", "boolean", false),
  open("drivers", "Drivers to insure", "integer", 2, { min: 1, max: 10, aliases: ["driver_count"] }),
];

const vehicleFields: FieldInput[] = [
  open("vehicle_year", "Model year", "integer", 2021, { required: "ping", min: 1950, max: 2035, aliases: ["year"] }),
  open("vehicle_make", "Make", "string", "Toyota", { required: "ping", max_length: 40, aliases: ["make"] }),
  open("vehicle_model", "Model", "string", "RAV4", { required: "ping", max_length: 60, aliases: ["model"] }),
  open("vehicle_trim", "Trim", "string", "XLE", { max_length: 60, aliases: ["submodel"] }),
  personal("vin", "VIN", "string", "JTMTESTVIN0000001", { max_length: 17 }),
  open("vehicle_ownership", "Ownership", "enum", "financed", {
    values: ["owned", "financed", "leased"],
    aliases: ["ownership"],
  }),
  open("vehicle_use", "Main use", "enum", "commute", {
    values: ["commute", "pleasure", "business", "rideshare"],
    aliases: ["primary_use"],
  }),
  open("annual_miles", "Miles a year", "integer", 12_000, { min: 0, max: 200_000, aliases: ["annual_mileage"] }),
  open("garage", "Parking", "enum", "garage", { values: ["garage", "carport", "driveway", "street", "lot"] }),
  open("vehicles", "Vehicles to insure", "integer", 2, { min: 1, max: 10, aliases: ["vehicle_count"] }),
];

const policyFields: FieldInput[] = [
  open("currently_insured", "Insured now", "boolean", true, { required: "ping", aliases: ["insured"] }),
  open("current_insurer", "Insurer now", "string", "Example Mutual", {
    max_length: 80,
    aliases: ["current_carrier", "insurance_company"],
  }),
  open("insured_months", "Months insured without a gap", "integer", 36, {
    min: 0,
    max: 1_200,
    aliases: ["continuous_coverage_months"],
  }),
  open("policy_expires", "Policy ends", "date", "2027-01-31", { aliases: ["policy_expiration"] }),
  open("coverage", "Coverage wanted", "enum", "standard", {
    values: ["state_minimum", "basic", "standard", "premium"],
    aliases: ["coverage_type"],
  }),
  open("bodily_injury", "Bodily injury limits, thousands", "enum", "100/300", {
    values: ["25/50", "50/100", "100/300", "250/500"],
  }),
  open("deductible", "Deductible, USD", "integer", 500, { min: 0, max: 5_000 }),
  open("current_premium", "Premium a month, USD", "number", 142.5, { min: 0, max: 5_000 }),
  open("bundle_home", "Wants home insurance too", "boolean", true),
];

/** Car insurance enquiries in the United States, exclusive, highest bid. */
export const autoInsurance: CampaignInput = {
  id: "auto_insurance",
  name: "Auto insurance",
  vertical: "auto_insurance",
  currency: "USD",
  fields: [
    ...placeFields,
    ...vehicleFields,
    ...policyFields,
    ...driverFields,
    ...hashFields,
    ...contactFields,
    ...sourceFields,
    ...consentFieldSet,
  ],
  consent: { required: ["consent_text", "consent_at"], max_age_hours: 24 * 30 },
  auction: { mode: "highest", sale: "exclusive", floor: 1, publisher_share: 80, min_margin: 0.25 },
};
