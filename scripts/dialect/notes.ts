import type { DialectConfig } from "../../schema/config/dialect.ts";
import { dialectNames } from "../../worker/buyers/dialects/index.ts";
import { emptyNames, leadField, type MappedPhase } from "../../worker/buyers/dialects/mapping.ts";
import { type Given, pingFactsOf, postFactsOf, shippedClasses } from "./facts.ts";

/** What the request that was built does not show: names without a value, and what a real ping may not carry. */
export function buildNotes(dialect: DialectConfig, phase: MappedPhase, given: Given): string[] {
  const facts = phase === "ping" ? pingFactsOf(dialect, given) : postFactsOf(dialect, given);
  const classOf = shippedClasses();
  const classAt = (name: string): string | undefined => classOf(leadField(name) ?? "");
  const why = (name: string): string => {
    if (phase === "ping" && classAt(name) === "personal") return "is personal: no ping carries it";
    if (leadField(name) === null || classAt(name) !== undefined) return "has no value in this lead";
    return given.lead === undefined
      ? "has no value: auto insurance has no such field (--lead brings another lead)"
      : "has no value in this lead";
  };
  const empty = emptyNames(dialect, phase, facts);
  const asked = dialectNames(dialect).filter(
    ({ path, name }) => phase === "ping" && path.startsWith("ping.") && classAt(name) === "quasi",
  );
  const disclosed = asked.filter(({ name }) => !empty.some((one) => one.name === name));
  return [
    ...empty.map(({ path, name }) => `${path}: {{${name}}} ${why(name)}`),
    ...disclosed.map(({ path, name }) => `${path}: {{${name}}} is sent only where the contract's disclose names it`),
  ];
}
