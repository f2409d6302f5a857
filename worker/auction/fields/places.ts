import { LOWEST_REAL_ZIP, MAGIC_ZIPS } from "../test-mode.ts";
import { type Reader, Refusal } from "./reading.ts";

const ZIP = /^(\d{5})(?:[- ]?\d{4})?$/;
const NOT_A_ZIP = new Refusal("must be a US ZIP code like 02134 or 02134-1000");

/**
 * Five digits or ZIP+4, kept as five digits in text. A JSON number below 100,000 gets its leading zeros back; text is never
 * padded, because a missing digit is a slip. Numbers below 00501 are no ZIPs, except the magic ones of test mode: a slip there
 * must neither be sold nor look like a test.
 */
export const readZip: Reader = (raw) => {
  let text = "";
  if (typeof raw === "string") text = raw.trim();
  else if (typeof raw === "number" && Number.isInteger(raw) && raw >= 0 && raw <= 99_999)
    text = String(raw).padStart(5, "0");
  const zip = ZIP.exec(text)?.[1];
  if (zip === undefined || (zip < LOWEST_REAL_ZIP && !Object.hasOwn(MAGIC_ZIPS, zip))) return NOT_A_ZIP;
  return zip;
};

/** States, DC, the territories with their own post code, and the military ones (AA, AE, AP). */
const STATES =
  "AL:Alabama AK:Alaska AZ:Arizona AR:Arkansas CA:California CO:Colorado CT:Connecticut DE:Delaware DC:District of Columbia " +
  "FL:Florida GA:Georgia HI:Hawaii ID:Idaho IL:Illinois IN:Indiana IA:Iowa KS:Kansas KY:Kentucky LA:Louisiana ME:Maine " +
  "MD:Maryland MA:Massachusetts MI:Michigan MN:Minnesota MS:Mississippi MO:Missouri MT:Montana NE:Nebraska NV:Nevada " +
  "NH:New Hampshire NJ:New Jersey NM:New Mexico NY:New York NC:North Carolina ND:North Dakota OH:Ohio OK:Oklahoma OR:Oregon " +
  "PA:Pennsylvania RI:Rhode Island SC:South Carolina SD:South Dakota TN:Tennessee TX:Texas UT:Utah VT:Vermont VA:Virginia " +
  "WA:Washington WV:West Virginia WI:Wisconsin WY:Wyoming PR:Puerto Rico VI:Virgin Islands GU:Guam AS:American Samoa " +
  "MP:Northern Mariana Islands AA:Armed Forces Americas AE:Armed Forces Europe AP:Armed Forces Pacific";

const CODES = new Map<string, string>([
  ["washingtondc", "DC"],
  ["usvirginislands", "VI"],
]);
for (const entry of STATES.split(/ (?=[A-Z]{2}:)/)) {
  const code = entry.slice(0, 2);
  CODES.set(code, code);
  CODES.set(code.toLowerCase(), code);
  CODES.set(lettersOf(entry.slice(3)), code);
}

function lettersOf(text: string): string {
  return text.toLowerCase().replace(/[\s.,]/g, "");
}

const NOT_A_STATE = new Refusal("must be a US state: two letters or its full name");
const LONGEST = 60;

/** Two letters or the full name in any case (`N.Y.`, `new york`); the result is two capital letters. */
export const readState: Reader = (raw) => {
  if (typeof raw !== "string" || raw.length > LONGEST) return NOT_A_STATE;
  return CODES.get(raw) ?? CODES.get(lettersOf(raw)) ?? NOT_A_STATE;
};
