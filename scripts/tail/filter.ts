import type { Entry } from "./entries.ts";

export interface Filter {
  publisher?: string;
  buyer?: string;
  campaign?: string;
  /** A result, a code, an outcome or an error class. */
  outcome?: string;
  /** A lead's or a ping's id, or its beginning. */
  lead?: string;
  /** `only`: tests alone; `none`: no tests. */
  tests?: "only" | "none";
}

const OUTCOME_WORDS = ["result", "code", "outcome", "class"];
const ID_WORDS = ["lead_id", "ping_id", "reservation"];

/** Whether an entry is to be shown. With a filter only lines that fit it are; without one everything passes. */
export function fits(entry: Entry, filter: Filter): boolean {
  const asked = Object.values(filter).some((value) => value !== undefined);
  if (!asked) return true;
  if (entry.kind !== "line") return false;
  const { line } = entry;
  const is = (name: string, wanted: string | undefined) => wanted === undefined || line[name] === wanted;
  return (
    is("publisher", filter.publisher) &&
    is("campaign", filter.campaign) &&
    is("buyer", filter.buyer) &&
    (filter.outcome === undefined || OUTCOME_WORDS.some((name) => line[name] === filter.outcome)) &&
    (filter.lead === undefined || ID_WORDS.some((name) => String(line[name] ?? "").startsWith(filter.lead ?? ""))) &&
    (filter.tests === undefined || (line.test === true) === (filter.tests === "only"))
  );
}
