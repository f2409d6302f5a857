import type { Mapping } from "../../buyers/dialects/mapping.ts";
import type { Finding, PhaseReport } from "./report.ts";
import type { SetUp } from "./set-up.ts";

/** What is missing or odd, in sentences that say what to do. */
export function findingsOf({ contract, campaign }: SetUp, mapping: Mapping, phases: PhaseReport[]): Finding[] {
  const found: Finding[] = [];
  const add = (level: Finding["level"], code: string, message: string): void =>
    void found.push({ level, code, message });
  for (const name of mapping.consent_unmapped)
    add("error", "consent_unmapped", `${name} must travel with every post, and no template of the post carries it`);
  for (const { path, field } of mapping.unknown)
    add("error", "unknown_field", `${path} uses {{${field}}}, which is no field of campaign ${campaign.config.id}`);
  for (const { path, field } of mapping.hidden_in_ping)
    add(
      "warning",
      "hidden_in_ping",
      `${path} uses {{${field}}}, which this contract's pings do not see${hint(campaign.classOf(field))}`,
    );
  const required = new Set(campaign.config.fields.filter((one) => one.required !== "never").map(({ name }) => name));
  const missed = mapping.unused.filter((name) => !contract.config.not_needed.includes(name));
  const unused = (needed: boolean) => missed.filter((name) => required.has(name) === needed).join(", ");
  if (unused(true) !== "")
    add("warning", "unused_field", `every lead has these, and no template of the post uses them: ${unused(true)}`);
  if (unused(false) !== "") add("note", "unused_field", `no template of the post uses: ${unused(false)}`);
  if (
    contract.config.consent.brand !== undefined &&
    !JSON.stringify(contract.endpoint.dialect.post).includes("consent.brand")
  )
    add("note", "brand_unmapped", "the contract names a brand, and no template of the post carries {{consent.brand}}");
  for (const phase of phases) found.push(...ofPhase(phase));
  return found.sort((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level));
}

const LEVELS: readonly string[] = ["error", "warning", "note"];
const hint = (kind: string | undefined): string =>
  kind === "personal" ? ": it is personal" : ": name it in the contract's disclose";

function ofPhase({ phase, outcome, reason, empty, schema, exchanges }: PhaseReport): Finding[] {
  const found: Finding[] = [];
  const add = (level: Finding["level"], code: string, message: string): void =>
    void found.push({ level, code, message: `${phase}: ${message}` });
  if (outcome === "not_sent") add("error", "not_sent", reason ?? "could not be sent");
  for (const { path, name } of empty) add("warning", "empty", `${path}: {{${name}}} has no value in this lead`);
  for (const { path, message } of schema?.violations ?? [])
    add("error", "schema", `the buyer's schema: ${path === "" ? "the document" : path} ${message}`);
  if (schema && schema.unchecked.length > 0)
    add(
      "note",
      "schema_unchecked",
      `the buyer's schema also says what is not checked here: ${schema.unchecked.join(", ")}`,
    );
  const last = exchanges.at(-1);
  if (last && !last.answer) add("error", "no_answer", reason ?? "there was no answer");
  if (last?.explained?.weak)
    add(
      "warning",
      "weak_answer",
      "the answer is not in the dialect's format, or a 5xx or redirect: only what it says counts, not what it lacks",
    );
  const rules = last?.explained?.rules ?? [];
  if (last?.explained && rules.length > 0 && !rules.some(({ matched }) => matched))
    add("warning", "no_rule", "no rule of the dialect matched this answer; the defaults decided");
  return found;
}
