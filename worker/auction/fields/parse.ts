import type { Fields, FieldValue } from "../../../schema/rpc/auction.ts";
import { stateOfZip } from "../../facts/zip-state.ts";
import type { FieldProblem, Parsed } from "../compiled.ts";
import { MAGIC_ZIPS } from "../test-mode.ts";
import { isMissing, Refusal } from "./reading.ts";
import type { FieldTable, TableField } from "./table.ts";

/** More unknown names than these are counted, not named: a body of 10,000 of them is answered with a short problem. */
const MOST_UNKNOWN = 50;
/** A name as a publisher may use it. Anything else may be a value in the wrong place, and is not repeated. */
const REPEATABLE_NAME = /^[A-Za-z_][A-Za-z0-9_.-]{0,39}$/;

/** Where the magic ZIPs lie, so that a lead without a state can be tested. */
const MAGIC_STATE = "NY";

interface Reading {
  table: FieldTable;
  phase: "ping" | "post";
  known: Fields;
  /** By the field's index; undefined = missing, null = was there and has a problem. */
  values: (FieldValue | null | undefined)[];
  problems: FieldProblem[];
}

/**
 * Reads a lead as it was sent. All problems at once: what was sent, in its order, then what is missing, in the campaign's.
 * The result's fields stand in the campaign's order, so equal leads are equal JSON whatever order they were sent in.
 * Field names are matched whatever their case.
 */
export function parseFields(
  table: FieldTable,
  phase: "ping" | "post",
  input: Record<string, unknown>,
  known: Fields,
  unknown: "reject" | "ignore",
): Parsed {
  const reading: Reading = {
    table,
    phase,
    known,
    values: new Array(table.fields.length).fill(undefined),
    problems: [],
  };
  let strangers = 0;
  for (const key of Object.keys(input)) {
    const field = table.byName.get(key) ?? table.byName.get(key.toLowerCase());
    if (field) readField(reading, field, key, input[key]);
    else if (unknown === "reject" && strangers++ < MOST_UNKNOWN) reading.problems.push(stranger(key));
  }
  if (strangers > MOST_UNKNOWN) {
    reading.problems.push({
      field: "lead",
      code: "unknown",
      message: `has ${strangers - MOST_UNKNOWN} further unknown fields`,
    });
  }
  fillState(reading);
  reportMissing(reading);
  return reading.problems.length > 0
    ? { ok: false, problems: reading.problems }
    : { ok: true, fields: collect(reading) };
}

function stranger(key: string): FieldProblem {
  const field = REPEATABLE_NAME.test(key) ? key : "(unreadable name)";
  return { field, code: "unknown", message: "is not a field of this campaign: see its posting specification" };
}

type Finding = Pick<FieldProblem, "code" | "message">;

function readField(reading: Reading, field: TableField, key: string, raw: unknown): void {
  if (isMissing(raw)) return;
  const value = examine(reading, field, raw);
  if (typeof value === "object") {
    reading.problems.push({ field: key, ...value });
    reading.values[field.index] = null;
  } else if (reading.values[field.index] === undefined) reading.values[field.index] = value;
}

function examine(reading: Reading, field: TableField, raw: unknown): FieldValue | Finding {
  if (reading.phase === "ping" && field.class === "personal") return { code: "not_in_ping", message: notInPing(field) };
  if (typeof raw !== "string" && typeof raw !== "number" && typeof raw !== "boolean") {
    return { code: "invalid", message: "must be a single value" };
  }
  const value = field.read(raw);
  if (value instanceof Refusal) return { code: "invalid", message: value.message };
  const earlier = reading.values[field.index];
  if (earlier === undefined || earlier === null || earlier === value) return value;
  return { code: "conflict", message: "was sent under two names with different values" };
}

function notInPing(field: TableField): string {
  const refused = "is personal and not accepted in a ping";
  if (field.type === "phone")
    return `${refused}: send phone_hash, the SHA-256 of the number as +12125550123, and the number in the post`;
  if (field.type === "email")
    return `${refused}: send email_hash, the SHA-256 of the lower-case address, and the address in the post`;
  return `${refused}: send it in the post`;
}

/**
 * A campaign with `zip` and `state` gets a missing state from the ZIP. A state that was sent is never contradicted: some ZIPs
 * reach over a border. A post does not fill in what its ping had.
 */
function fillState({ table: { state, zip }, phase, known, values }: Reading): void {
  if (!state || !zip || values[state.index] !== undefined || Object.hasOwn(known, state.name)) return;
  if (phase === "ping" && state.class === "personal") return;
  const sent = values[zip.index];
  // A ZIP with a problem: that the state is missing too would be no news.
  if (sent === null) values[state.index] = null;
  const code = sent !== undefined ? sent : Object.hasOwn(known, zip.name) ? known[zip.name] : undefined;
  if (typeof code === "string")
    values[state.index] = stateOfZip(code) ?? (Object.hasOwn(MAGIC_ZIPS, code) ? MAGIC_STATE : undefined);
}

function reportMissing({ table, phase, known, values, problems }: Reading): void {
  for (const field of table.fields) {
    if (field.required === "never" || values[field.index] !== undefined) continue;
    if (phase === "ping" ? field.required !== "ping" : Object.hasOwn(known, field.name)) continue;
    problems.push({
      field: field.name,
      code: "required",
      message: `is required in a ${phase === "ping" ? "ping" : "post"}`,
    });
  }
}

function collect({ table, values }: Reading): Fields {
  const fields: Fields = {};
  for (const field of table.fields) {
    const value = values[field.index];
    if (value !== undefined && value !== null) fields[field.name] = value;
  }
  return fields;
}
