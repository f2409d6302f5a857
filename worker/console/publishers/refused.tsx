import type { Problem } from "../shell/api.ts";
import { errorOf } from "../shell/forms.tsx";
import { Field } from "../shell/parts.tsx";

/** What was refused on the publisher's page, with what was typed. `at`: whose form it was. */
export interface Refused {
  at: string;
  problem: Problem;
  typed: Record<string, string>;
}
export interface Part {
  id: string;
  refused?: Refused;
}

export function Reason({ refused, at }: { refused?: Refused; at: string }) {
  const mine = refused?.at === at ? refused : undefined;
  return (
    <Field
      name="reason"
      id={`reason-${at}`}
      label="Reason"
      required
      value={mine?.typed.reason}
      hint="Kept in the audit. Nothing personal."
      error={errorOf(mine?.problem, "reason")}
    />
  );
}

export const mineOf = (refused: Refused | undefined, at: string): Problem | undefined =>
  refused?.at === at ? refused.problem : undefined;
export const typedOf = (refused: Refused | undefined, at: string): Record<string, string> =>
  refused?.at === at ? refused.typed : {};
