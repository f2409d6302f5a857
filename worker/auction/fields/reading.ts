import type { Field } from "../../../schema/config/campaign.ts";
import type { FieldValue } from "../../../schema/rpc/auction.ts";

/** A value that its field does not take. The message says what the field takes, never what came: it may be personal. */
export class Refusal {
  readonly message: string;
  constructor(message: string) {
    this.message = message;
  }
}

/** Reads and normalises one value that is not missing. Reading its own result gives the same result. */
export type Reader = (raw: FieldValue) => FieldValue | Refusal;

/** What a reader needs to know of its field. */
export type FieldRules = Pick<Field, "type" | "class" | "values" | "min" | "max" | "max_length">;

/** Absent, null or blank: a form sends an empty string for what was not filled in. */
export function isMissing(raw: unknown): boolean {
  return raw === undefined || raw === null || (typeof raw === "string" && (raw === "" || raw.trim() === ""));
}
