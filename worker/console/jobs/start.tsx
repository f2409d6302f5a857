import { errorOf } from "../shell/forms.tsx";
import { Check, Confirm, Field } from "../shell/parts.tsx";
import type { RefusedStart } from "./list.tsx";

/** Work that an operator starts; what it does is said before it is done. */
export function Start({ refused }: { refused?: RefusedStart }) {
  const of = (kind: string) => (refused?.kind === kind ? refused : undefined);
  const act = (kind: string) => ({ action: `/ops/jobs/${kind}`, open: of(kind) !== undefined });
  return (
    <>
      <Confirm {...act("reconcile")} label="Reconcile" submit="Compare the books">
        <p>Compares books, accounts and ledger for what has not changed for five minutes. Nothing is mended by it.</p>
        <Check name="full" label="Also what has not changed since the last complete run" />
      </Confirm>
      <Confirm {...act("rebuild")} label="Rebuild" role="admin">
        <p>Every object sends its rows to the ledger again. What the ledger has stays; repeats change nothing.</p>
        <Reason form="rebuild" refused={of("rebuild")} />
      </Confirm>
      <Confirm {...act("rewrap")} label="Rewrap" role="admin">
        <p>Everything that is sealed with an older key of the ring is sealed with the newest.</p>
        <Reason form="rewrap" refused={of("rewrap")} />
      </Confirm>
      <Confirm {...act("erase")} label="Erase a person" submit="Erase" tone="danger" role="admin">
        <Erase refused={of("erase")} />
      </Confirm>
    </>
  );
}

/** Phone and e-mail are not put back into the page after an error: they are the person's. */
function Erase({ refused }: { refused?: RefusedStart }) {
  const on = (name: string) => refused === undefined || refused.typed[name] === "on";
  return (
    <>
      <p>Every lead of this phone or e-mail loses its personal data, in all campaigns. It cannot be taken back.</p>
      <Field name="phone" label="Phone" type="tel" error={errorOf(refused?.problem, "phone")} />
      <Field name="email" label="E-mail" type="email" error={errorOf(refused?.problem, "email")} />
      <Check name="suppress" label="Never sell this person again" checked={on("suppress")} />
      <Check
        name="keep_consent"
        label="Keep the proof of consent for the campaign's term"
        checked={on("keep_consent")}
      />
      <Reason form="erase" refused={refused} />
    </>
  );
}

function Reason({ form, refused }: { form: string; refused?: RefusedStart }) {
  return (
    <Field
      name="reason"
      id={`${form}-reason`}
      label="Reason"
      required
      value={refused?.typed.reason}
      error={errorOf(refused?.problem, "reason")}
      hint="Kept in the audit. Nothing personal."
    />
  );
}
