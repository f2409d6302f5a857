import type { breakerSettingsSchema } from "../../../schema/config/breaker.ts";
import type { Problem } from "../shell/api.ts";
import { errorOf } from "../shell/forms.tsx";
import { Field, Fields, Section, Select, TextArea } from "../shell/parts.tsx";
import { Refused } from "./edit-buyer.tsx";
import { numberOf, optional, set, type Typed, text } from "./form.ts";
import type { EndpointRecord } from "./shapes.ts";

const BREAKER: Record<keyof typeof breakerSettingsSchema.shape, string> = {
  failures: "Opens after failures in a row",
  within_s: "Within seconds",
  failure_rate: "Or at failed calls (%)",
  slow_ms: "Slow is more than (ms)",
  slow_rate: "Or at slow calls (%)",
  window_s: "Of a window of seconds",
  min_calls: "With calls of at least",
  pause_s: "First pause (s)",
  max_pause_s: "Longest pause (s)",
};
const MEMBERS = Object.keys(BREAKER) as (keyof typeof BREAKER)[];
const YES_NO = [
  { value: "yes", label: "yes" },
  { value: "no", label: "no" },
];

export function typedEndpoint({ version, record }: EndpointRecord): Typed {
  const {
    name,
    notes,
    ping_timeout_ms,
    post_timeout_ms,
    idempotent,
    accepts_test,
    client_certificate,
    breaker,
    dialect,
  } = record;
  return {
    version: String(version),
    name,
    notes,
    ping_timeout_ms: String(ping_timeout_ms),
    post_timeout_ms: String(post_timeout_ms),
    idempotent: idempotent ? "yes" : "no",
    accepts_test: accepts_test ? "yes" : "no",
    client_certificate: client_certificate ?? "",
    dialect: JSON.stringify(dialect, null, 2),
    ...Object.fromEntries(MEMBERS.map((member) => [`breaker.${member}`, String(breaker[member] ?? "")])),
  };
}

/** As the admin API takes it; null: the dialect is no JSON. */
export function endpointChange(typed: Typed): Record<string, unknown> | null {
  const dialect = parsed(typed.dialect ?? "");
  if (dialect === undefined) return null;
  return {
    ...set({
      name: text(typed, "name"),
      ping_timeout_ms: numberOf(typed, "ping_timeout_ms"),
      post_timeout_ms: numberOf(typed, "post_timeout_ms"),
      client_certificate: optional(text(typed, "client_certificate")),
    }),
    notes: text(typed, "notes"),
    idempotent: typed.idempotent === "yes",
    accepts_test: typed.accepts_test === "yes",
    breaker: set(Object.fromEntries(MEMBERS.map((member) => [member, numberOf(typed, `breaker.${member}`)]))),
    dialect,
  };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

export const NO_JSON: Problem = {
  status: 422,
  code: "invalid_fields",
  detail: "",
  errors: [{ field: "dialect", message: "is no JSON: a comma too many, or a quote too few" }],
};

export function EndpointForm({ path, typed, problem }: { path: string; typed: Typed; problem?: Problem }) {
  const field = (name: string) => ({ name, value: typed[name] ?? "", error: errorOf(problem, name) });
  const inDialect = problem?.errors.filter((error) => error.field.startsWith("dialect.")) ?? [];
  return (
    <form method="post" action={`${path}/edit`}>
      <Refused problem={problem} />
      <input type="hidden" name="version" value={typed.version ?? ""} />
      <Section title="The endpoint">
        <Fields>
          <Field {...field("name")} label="Name" required />
          <Field {...field("ping_timeout_ms")} label="Ping timeout (ms)" type="number" hint="50 to 25,000" />
          <Field
            {...field("post_timeout_ms")}
            label="Post timeout (ms)"
            type="number"
            hint="500 to 25,000, all requests of a post together"
          />
          <Select
            {...field("idempotent")}
            label="Knows a repeated post"
            options={YES_NO}
            hint="By its reservation id: a repeat is answered as the first time."
          />
          <Select
            {...field("accepts_test")}
            label="Takes tests"
            options={YES_NO}
            hint="Without it neither test leads nor checks are sent."
          />
          <Field {...field("client_certificate")} label="Client certificate" hint="Name of a binding, like MTLS_ACME" />
        </Fields>
        <TextArea {...field("notes")} label="Notes" rows={3} />
      </Section>
      <Section title="Breaker" hint="When it is left out, and for how long. A rate of 100 is switched off.">
        <Fields>
          {MEMBERS.map((member) => (
            <Field {...field(`breaker.${member}`)} label={BREAKER[member]} type="number" />
          ))}
        </Fields>
      </Section>
      <Section title="Dialect" hint="What it is sent and how its answers are read, as JSON.">
        <TextArea {...field("dialect")} label="Dialect" rows={24} code />
        {inDialect.length > 0 && (
          <ul>
            {inDialect.map(({ field: at, message }) => (
              <li>
                <code>{at}</code> {message}
              </li>
            ))}
          </ul>
        )}
      </Section>
      <Field {...field("reason")} label="Reason of the change" hint="Kept in the history, with your name." />
      <button type="submit" class="primary">
        Save
      </button>
    </form>
  );
}
