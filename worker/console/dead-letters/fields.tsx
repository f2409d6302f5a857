import { errorOf } from "../shell/forms.tsx";
import { Check, Empty, Field, Fields, Select } from "../shell/parts.tsx";
import { Reason } from "./bulk.tsx";
import type { RefusedForm } from "./letter.tsx";
import type { Letter, LetterField } from "./schemas.ts";

/** Every field that may be mended, each with what is wrong with it; sealed values stay unseen unless they were opened. */
export function FieldsForm({ one, open, refused }: { one: Letter; open: boolean; refused?: RefusedForm }) {
  if (one.erased) return <Empty>Its personal data was erased: nothing is left to be edited.</Empty>;
  if (one.editable.length === 0) return <Empty>Its campaign is configured no more.</Empty>;
  const free = one.editable.filter(({ locked }) => locked === null);
  // What the lead has or lacks comes first; what it need not have is a click away.
  const first = free.filter((field) => field.present || field.problem !== null || touched(field, refused));
  const rest = free.filter((field) => !first.includes(field));
  const locked = one.editable.filter(({ locked }) => locked !== null);
  const wrong = one.editable.filter(({ problem }) => problem !== null);
  const nothing = refused?.problem.errors.some(({ field }) => field === "lead");
  const mayEdit = one.actions.some(({ action, possible }) => action === "edit" && possible);
  return (
    <>
      <p>
        {wrong.length === 0
          ? "Its fields are as the campaign asks for them."
          : `Not as the campaign asks for: ${wrong.map(({ name, problem }) => `${name} ${problem}`).join("; ")}.`}
      </p>
      {mayEdit && (
        <form method="post" action={`/ops/dead-letters/${one.lead_id}/edit`} data-guard>
          {open && <input type="hidden" name="opened" value="1" />}
          <Fields>
            {first.map((field) => (
              <One field={field} open={open} refused={refused} />
            ))}
          </Fields>
          {rest.length > 0 && (
            <details class="more">
              <summary>{rest.length} fields that it does not have</summary>
              <Fields>
                {rest.map((field) => (
                  <One field={field} open={open} refused={refused} />
                ))}
              </Fields>
            </details>
          )}
          {nothing && <p class="error">Nothing was changed: fill in what is to be mended.</p>}
          <Reason form="edit" refused={refused} />
          <button type="submit" class="primary">
            Save the fields
          </button>
        </form>
      )}
      {locked.length > 0 && (
        <p class="quiet">Evidence of the consent, never edited: {locked.map(({ name }) => name).join(", ")}.</p>
      )}
    </>
  );
}

const touched = ({ name }: LetterField, refused: RefusedForm | undefined): boolean =>
  (refused?.typed[`lead.${name}`] ?? "") !== "" || errorOf(refused?.problem, `lead.${name}`) !== undefined;

function One({ field, open, refused }: { field: LetterField; open: boolean; refused?: RefusedForm }) {
  const name = `lead.${field.name}`;
  const was = open && field.value !== null && field.value !== undefined ? String(field.value) : "";
  const common = {
    name,
    label: field.label ?? field.name,
    value: refused?.typed[name] ?? was,
    error: errorOf(refused?.problem, name) ?? (refused === undefined ? (field.problem ?? undefined) : undefined),
    hint: hintOf(field, open),
  };
  return (
    <div>
      {open && <input type="hidden" name={`was.${field.name}`} value={was} />}
      {field.values ? (
        <Select {...common} none={open ? "–" : "As it is"} options={withOwn(field.values, was)} />
      ) : (
        <Field {...common} placeholder={field.present && !open ? "••••••" : undefined} />
      )}
      {!open && field.present && !field.required && (
        <Check
          name={`drop.${field.name}`}
          label="Take it away"
          checked={refused?.typed[`drop.${field.name}`] === "on"}
        />
      )}
    </div>
  );
}

/** A value that the list lacks by now is in it here: else saving another field would take this one away. */
const withOwn = (values: string[], was: string): string[] =>
  was === "" || values.includes(was) ? values : [was, ...values];

function hintOf(field: LetterField, open: boolean): string {
  const kind = `${field.class}, ${field.type.replaceAll("_", " ")}`;
  if (!field.present) return `${kind}; the lead has none`;
  return open ? kind : `${kind}; empty: stays as it is`;
}

/** What a form changes: of an opened lead what differs from before, else what was filled in; null takes a field away. */
export function changesOf(typed: Record<string, string>): Record<string, string | null> {
  const opened = typed.opened === "1";
  const changes: Record<string, string | null> = {};
  for (const [key, text] of Object.entries(typed)) {
    const name = /^lead\.(.+)$/.exec(key)?.[1];
    if (name === undefined) continue;
    const value = text.trim();
    if (typed[`drop.${name}`] === "on") changes[name] = null;
    else if (!opened && value !== "") changes[name] = value;
    else if (opened && value !== (typed[`was.${name}`] ?? "")) changes[name] = value === "" ? null : value;
  }
  return changes;
}
