import { type Reader, Refusal } from "./reading.ts";
import { clean } from "./text.ts";

const WORDS = new Map<string, boolean>([
  ...["true", "1", "yes", "y", "t", "on"].map((word) => [word, true] as const),
  ...["false", "0", "no", "n", "f", "off"].map((word) => [word, false] as const),
]);
const NOT_BOOLEAN = new Refusal("must be true or false (1/0, yes/no, y/n, on/off are read too)");

export const readBoolean: Reader = (raw) => {
  if (typeof raw === "boolean") return raw;
  return WORDS.get(String(raw).trim().toLowerCase()) ?? NOT_BOOLEAN;
};

/** Values named in a refusal; a longer list is in the posting specification. */
const NAMED_VALUES = 30;

/** Matches a declared value whatever its case; the result is the value as declared. */
export function enumReader(values: readonly string[]): Reader {
  const table = new Map<string, string>();
  for (const value of values) if (!table.has(value.toLowerCase())) table.set(value.toLowerCase(), value);
  // Declared spelling last: two values that differ only in case are still told apart.
  for (const value of values) table.set(value, value);
  const refusal = new Refusal(
    values.length <= NAMED_VALUES
      ? `must be one of: ${values.join(", ")}`
      : "must be one of the values in the posting specification",
  );
  return (raw) => {
    const exact = String(raw);
    const known = table.get(exact);
    if (known !== undefined) return known;
    return table.get(clean(exact)?.toLowerCase() ?? "") ?? refusal;
  };
}
