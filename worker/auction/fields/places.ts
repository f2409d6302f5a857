import { stateCode } from "../../facts/states.ts";
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

const NOT_A_STATE = new Refusal("must be a US state: two letters or its full name");
const LONGEST = 60;

/** Two letters or the full name in any case (`N.Y.`, `new york`); the result is two capital letters. */
export const readState: Reader = (raw) => {
  if (typeof raw !== "string" || raw.length > LONGEST) return NOT_A_STATE;
  return stateCode(raw) ?? NOT_A_STATE;
};
