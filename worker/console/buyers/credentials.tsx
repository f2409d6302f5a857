import type * as z from "zod";
import type { Problem } from "../shell/api.ts";
import { errorOf } from "../shell/forms.tsx";
import { Confirm, Field, Fields, Section, Select, Table, When } from "../shell/parts.tsx";
import type { Typed } from "./form.ts";
import type { credentialsSchema } from "./shapes.ts";

type Row = { name: string; group: "credentials" | "test_credentials" };
const ADMIN = "admin";
const GROUP = { credentials: "live", test_credentials: "test" } as const;

/** Names of an endpoint's credentials, and the form that gives one a new value. Values are never shown. */
export function Credentials(props: {
  path: string;
  known: z.output<typeof credentialsSchema>;
  typed: Typed;
  problem?: Problem;
}) {
  const { path, known, typed, problem } = props;
  const rows: Row[] = [
    ...known.credentials.map((name) => ({ name, group: "credentials" as const })),
    ...known.test_credentials.map((name) => ({ name, group: "test_credentials" as const })),
  ];
  const wrong = problem?.errors.find(({ field }) => /^(?:test_)?credentials/.test(field))?.message;
  return (
    <Section
      title="Credentials"
      hint={
        <>
          Sealed when they are written; nobody sees them again. Record last changed <When at={known.updated_at} /> by{" "}
          {known.author}.
        </>
      }
    >
      <Table
        caption="Names of credentials"
        rows={rows}
        empty="None: its dialect uses no {{secret.…}}."
        columns={[
          { head: "Name", cell: ({ name }) => <code>{name}</code> },
          { head: "For", cell: ({ group }) => (group === "credentials" ? "live leads" : "test leads") },
          {
            head: "",
            cell: ({ name, group }) => (
              <Confirm
                action={`${path}/credentials`}
                values={{ name, group, remove: "1" }}
                label="Take away"
                tone="danger"
                role={ADMIN}
              >
                <p>
                  Requests that need <code>{name}</code> cannot be built any more.
                </p>
                <Field name="reason" id={`reason-${group}-${name}`} label="Reason" required />
              </Confirm>
            ),
          },
        ]}
      />
      <h3>Rotate or add</h3>
      <form method="post" action={`${path}/credentials`}>
        {problem && (
          <p class="notice bad" role="alert">
            {problem.errors.length > 0 ? "Nothing was changed: see the marked fields." : problem.detail}
          </p>
        )}
        <Fields>
          <Field
            name="name"
            label="Name"
            required
            list="credential-names"
            value={typed.name ?? ""}
            error={errorOf(problem, "name")}
          />
          <Field
            name="value"
            label="New value"
            type="password"
            required
            autocomplete="new-password"
            error={wrong}
            hint="Requests under way end with the old one; new ones carry it within two seconds."
          />
          <Select
            name="group"
            label="For"
            value={typed.group ?? "credentials"}
            options={[
              { value: "credentials", label: `${GROUP.credentials} leads` },
              { value: "test_credentials", label: `${GROUP.test_credentials} leads` },
            ]}
          />
          <Field name="reason" label="Reason" required value={typed.reason ?? ""} error={errorOf(problem, "reason")} />
        </Fields>
        <datalist id="credential-names">
          {known.credentials.map((name) => (
            <option value={name} />
          ))}
        </datalist>
        <button type="submit" class="primary">
          Seal it
        </button>
      </form>
    </Section>
  );
}

/** As the admin call takes it. */
export function credentialChange(typed: Typed): Record<string, unknown> {
  const group = typed.group === "test_credentials" ? "test_credentials" : "credentials";
  const value = typed.remove === "1" ? null : (typed.value ?? "");
  return { [group]: { [(typed.name ?? "").trim()]: value }, reason: (typed.reason ?? "").trim() };
}
