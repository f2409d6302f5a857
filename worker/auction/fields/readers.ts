import { formatHash, parseHash } from "../hashes.ts";
import { enumReader, readBoolean } from "./choices.ts";
import { readDate, readDatetime } from "./dates.ts";
import { readEmail, readIp, urlReader } from "./network.ts";
import { numberReader } from "./numbers.ts";
import { readPhone } from "./phone.ts";
import { readState, readZip } from "./places.ts";
import { type FieldRules, type Reader, Refusal } from "./reading.ts";
import { textReader } from "./text.ts";

const NOT_A_HASH = new Refusal("must be a SHA-256 digest of 64 hex digits, or md5: and 32 hex digits");
const USER_AGENT_LENGTH = 1_000;

const readHash: Reader = (raw) => {
  const hash = parseHash(String(raw));
  return hash ? formatHash(hash) : NOT_A_HASH;
};

/** The reader of a field, made once per version of its campaign. */
export function readerOf(rules: FieldRules): Reader {
  switch (rules.type) {
    case "string":
      return rules.class === "hashed" ? readHash : textReader(rules.max_length);
    case "user_agent":
      return textReader(rules.max_length ?? USER_AGENT_LENGTH);
    case "integer":
    case "number":
      return numberReader(rules);
    case "boolean":
      return readBoolean;
    case "enum":
      return enumReader(rules.values ?? []);
    case "date":
      return readDate;
    case "datetime":
      return readDatetime;
    case "zip":
      return readZip;
    case "state":
      return readState;
    case "phone":
      return readPhone;
    case "email":
      return readEmail;
    case "ip":
      return readIp;
    case "url":
      return urlReader(rules.max_length);
  }
}
