import type { Problem } from "../shell/api.ts";
import { errorOf } from "../shell/forms.tsx";
import { Field, Fields, Section, TextArea } from "../shell/parts.tsx";
import { numberOf, optional, set, type Typed, text } from "./form.ts";
import type { BuyerRecord, Contact } from "./shapes.ts";

const CONTACT = ["name", "role", "email", "phone", "note"] as const;
const SLA_FIELDS = [
  { name: "ping_p95_ms", label: "Pings answered within (ms, p95)" },
  { name: "post_p95_ms", label: "Posts answered within (ms, p95)" },
  { name: "delivery_percent", label: "Delivery at least (%)" },
  { name: "acceptance_percent", label: "Acceptance at least (%)" },
] as const;
/** Empty lines for further contacts. */
const SPARE = 2;
const MOST_CONTACTS = 20;

/** A buyer's record as the form shows it. */
export function typedBuyer({ version, record }: BuyerRecord): Typed {
  const { name, credit_limit, notes, sla, contacts } = record;
  const people = contacts.flatMap((contact, i) =>
    CONTACT.map((member) => [`contacts.${i}.${member}`, contact[member] ?? ""]),
  );
  return {
    version: String(version),
    name,
    credit_limit: credit_limit === null ? "" : String(credit_limit),
    notes,
    support_hours: String(sla.support_hours ?? ""),
    ...Object.fromEntries(SLA_FIELDS.map((field) => [field.name, String(sla[field.name] ?? "")])),
    ...Object.fromEntries(people),
  };
}

const contactAt = (typed: Typed, i: number): Contact =>
  Object.fromEntries(CONTACT.map((member) => [member, text(typed, `contacts.${i}.${member}`)])) as Record<
    (typeof CONTACT)[number],
    string
  >;
const isEmpty = (contact: Contact): boolean => CONTACT.every((member) => (contact[member] ?? "") === "");
const contactsIn = (typed: Typed): Contact[] =>
  Array.from({ length: MOST_CONTACTS + SPARE }, (_, i) => contactAt(typed, i)).filter((contact) => !isEmpty(contact));

/** Without the empty lines between contacts, so that what the API says of the second is shown at the second. */
export function tidied(typed: Typed): Typed {
  const rest = Object.fromEntries(Object.entries(typed).filter(([name]) => !name.startsWith("contacts.")));
  const people = contactsIn(typed).flatMap((contact, i) =>
    CONTACT.map((member) => [`contacts.${i}.${member}`, contact[member] ?? ""]),
  );
  return { ...rest, ...Object.fromEntries(people) };
}

/** As the admin API takes it. */
export function buyerChange(typed: Typed): Record<string, unknown> {
  const sla = SLA_FIELDS.map(({ name }) => [name, numberOf(typed, name)]);
  return {
    name: text(typed, "name"),
    credit_limit: text(typed, "credit_limit") === "" ? null : text(typed, "credit_limit"),
    notes: text(typed, "notes"),
    sla: set({ ...Object.fromEntries(sla), support_hours: optional(text(typed, "support_hours")) }),
    contacts: contactsIn(typed).map(({ name, role, email = "", phone = "", note = "" }) => ({
      name,
      role,
      ...set({ email: optional(email), phone: optional(phone), note: optional(note) }),
    })),
  };
}

/** Why nothing was saved; what is wrong with a field stands at the field. */
export function Refused({ problem }: { problem?: Problem }) {
  if (!problem) return null;
  return (
    <p class="notice bad" role="alert">
      {problem.errors.length > 0 ? "Nothing was saved: see the marked fields." : problem.detail}
    </p>
  );
}

export function BuyerForm({ id, typed, problem }: { id?: string; typed: Typed; problem?: Problem }) {
  const field = (name: string, also: string[] = []) => ({
    name,
    value: typed[name] ?? "",
    error: errorOf(problem, name, also),
  });
  const rows = Math.min(MOST_CONTACTS, contactsIn(typed).length + SPARE);
  return (
    <form method="post" action={id ? `/ops/buyers/${id}/edit` : "/ops/buyers/new"}>
      <Refused problem={problem} />
      {id && <input type="hidden" name="version" value={typed.version ?? ""} />}
      <Section title="The buyer">
        <Fields>
          {!id && (
            <Field
              {...field("id")}
              label="Id"
              required
              hint="In addresses, logs and reports: acme_auto. It never changes."
            />
          )}
          <Field {...field("name")} label="Name" required />
          <Field
            {...field("credit_limit")}
            label="Credit limit"
            hint="0: prepaid. An amount: so far below zero. Empty: no limit, invoiced."
          />
        </Fields>
        <TextArea {...field("notes")} label="Notes" rows={3} />
      </Section>
      <Section title="What was agreed" hint="Shown beside what is measured; nobody enforces it.">
        <Fields>
          {SLA_FIELDS.map(({ name, label }) => (
            <Field {...field(name, [`sla.${name}`])} label={label} />
          ))}
          <Field
            {...field("support_hours", ["sla.support_hours"])}
            label="Somebody is there"
            hint="In words: weekdays 9 to 5, New York."
          />
        </Fields>
      </Section>
      <Section title="Contacts" hint="Name, role, and e-mail or phone. An emptied line is taken away.">
        {Array.from({ length: rows }, (_, i) => (
          <fieldset class="contact">
            <legend>{`Contact ${i + 1}`}</legend>
            <Fields>
              <Field {...field(`contacts.${i}.name`)} label="Name" />
              <Field {...field(`contacts.${i}.role`)} label="Role" placeholder="billing" />
              <Field {...field(`contacts.${i}.email`)} label="E-mail" type="email" />
              <Field {...field(`contacts.${i}.phone`)} label="Phone" type="tel" />
              <Field {...field(`contacts.${i}.note`)} label="Note" />
            </Fields>
            {problem?.errors.some((error) => error.field === `contacts.${i}`) && (
              <p class="error">{problem.errors.find((error) => error.field === `contacts.${i}`)?.message}</p>
            )}
          </fieldset>
        ))}
      </Section>
      {id && <Field {...field("reason")} label="Reason of the change" hint="Kept in the history, with your name." />}
      <button type="submit" class="primary">
        {id ? "Save" : "Make the buyer"}
      </button>
    </form>
  );
}
