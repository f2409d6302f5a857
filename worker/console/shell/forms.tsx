import type { Child } from "hono/jsx";
import { useContext } from "hono/jsx";
import type { OperatorRole } from "../../../schema/lists.ts";
import { mayAct } from "../../routes/admin/identity.ts";
import type { Problem } from "./api.ts";
import { ViewerContext } from "./viewer.ts";

/** What the API says of a field; `also`: other paths whose errors belong to this input. */
export function errorOf(problem: Problem | undefined, name: string, also: string[] = []): string | undefined {
  const names = [name, ...also];
  return problem?.errors.find(({ field }) => names.some((one) => field === one || field.startsWith(`${one}.`)))
    ?.message;
}

interface Common {
  name: string;
  label: string;
  hint?: Child;
  error?: string;
  required?: boolean;
  /** Where a page has two inputs of this name (several forms): tells them apart. Absent: the name. */
  id?: string;
}
/** Ids by which label, hint and error belong to the input. */
function described({ name, id = name, hint, error }: Common): { "aria-describedby"?: string; "aria-invalid"?: "true" } {
  const ids = [hint ? `${id}-hint` : "", error ? `${id}-error` : ""].filter((id) => id !== "");
  return {
    ...(ids.length > 0 ? { "aria-describedby": ids.join(" ") } : {}),
    ...(error ? { "aria-invalid": "true" } : {}),
  };
}
function Around(props: Common & { children: Child }) {
  const { name, id = name, label, hint, error, required, children } = props;
  return (
    <div class={error ? "field wrong" : "field"}>
      <label for={`f-${id}`}>
        {label}
        {required && <small> required</small>}
      </label>
      {children}
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error && (
        <p class="error" id={`${id}-error`}>
          {error}
        </p>
      )}
    </div>
  );
}

export interface FieldProps extends Common {
  value?: string | number;
  type?: "text" | "number" | "email" | "url" | "password" | "date" | "datetime-local" | "search" | "tel";
  placeholder?: string;
  step?: string;
  list?: string;
  autocomplete?: string;
}
export function Field(props: FieldProps) {
  const { name, id = name, value = "", type = "text", placeholder, step, list, autocomplete = "off", required } = props;
  return (
    <Around {...props}>
      <input
        id={`f-${id}`}
        {...{ name, type, placeholder, step, list, autocomplete, required }}
        value={String(value)}
        {...described(props)}
      />
    </Around>
  );
}

export interface SelectProps extends Common {
  value?: string;
  options: readonly (string | { value: string; label: string })[];
  /** A first entry for "none of them". */
  none?: string;
}
export function Select(props: SelectProps) {
  const { name, id = name, value = "", options, none, required } = props;
  return (
    <Around {...props}>
      <select id={`f-${id}`} {...{ name, required }} {...described(props)}>
        {none !== undefined && <option value="">{none}</option>}
        {options.map((option) => {
          const one = typeof option === "string" ? { value: option, label: option.replaceAll("_", " ") } : option;
          return (
            <option value={one.value} selected={one.value === value}>
              {one.label}
            </option>
          );
        })}
      </select>
    </Around>
  );
}

export function TextArea(props: Common & { value?: string; rows?: number; code?: boolean }) {
  const { name, id = name, value = "", rows = 4, code, required } = props;
  return (
    <Around {...props}>
      <textarea
        id={`f-${id}`}
        class={code ? "code" : undefined}
        spellcheck={!code}
        {...{ name, rows, required }}
        {...described(props)}
      >
        {value}
      </textarea>
    </Around>
  );
}

/** A box to tick; sent as `on`. The label says what it means when it is ticked. */
export function Check({ name, label, checked = false }: { name: string; label: Child; checked?: boolean }) {
  return (
    <label class="check">
      <input type="checkbox" name={name} checked={checked} /> <span>{label}</span>
    </label>
  );
}

/** Inputs side by side where there is room. */
export function Fields({ children }: { children: Child }) {
  return <div class="fields">{children}</div>;
}

interface Act {
  action: string;
  label: string;
  tone?: "plain" | "primary" | "danger";
  /** Hidden inputs. */
  values?: Record<string, string>;
  /** Who lacks it sees the button switched off, with the reason. */
  role?: OperatorRole;
}

/** A form that is one button. For what asks for a reason, or cannot be taken back: {@link Confirm}. */
export function Button({ action, label, tone = "plain", values = {}, role = "operator" }: Act) {
  const may = mayAct(useContext(ViewerContext).role, role);
  return (
    <form method="post" action={action} class="inline">
      <Hidden values={values} />
      <button type="submit" class={tone} disabled={!may} title={may ? undefined : `needs the role ${role}`}>
        {label}
      </button>
    </form>
  );
}

/** Opens to what will happen, the reason and the button; works without script. `open`: from the beginning, as when it was refused. */
export function Confirm(props: Act & { children: Child; submit?: string; open?: boolean }) {
  const { action, label, tone = "plain", values = {}, role = "operator", children, submit = label, open } = props;
  const may = mayAct(useContext(ViewerContext).role, role);
  if (!may)
    return (
      <button type="button" class={tone} disabled title={`needs the role ${role}`}>
        {label}
      </button>
    );
  return (
    <details class="confirm" open={open}>
      <summary class={tone}>{label}</summary>
      <form method="post" action={action}>
        <Hidden values={values} />
        {children}
        <button type="submit" class={tone === "plain" ? "primary" : tone}>
          {submit}
        </button>
      </form>
    </details>
  );
}

function Hidden({ values }: { values: Record<string, string> }) {
  return (
    <>
      {Object.entries(values).map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
    </>
  );
}
