import type { Problem } from "../shell/api.ts";
import { count as counted } from "../shell/format.ts";
import { errorOf } from "../shell/forms.tsx";
import { Check, Confirm, Field, Select } from "../shell/parts.tsx";
import type { Filter } from "./list.tsx";

export interface Refused {
  problem: Problem;
  typed: Record<string, string>;
}

/** Many at once: a job on everything that the filter takes. Without a filter there is no such button, lest a slip moves all. */
export function Bulk({ filter, count, refused }: { filter: Filter; count: number; refused?: Refused }) {
  if (count === 0) return null;
  if (Object.keys(filter).length === 0) return <span class="quiet">Filter to work on many at once.</span>;
  const all = count === 1 ? "this one" : `these ${counted(count)}`;
  const words = Object.entries(filter).map(([name, value]) => `${name} ${value.replaceAll("_", " ")}`);
  const values = filter as Record<string, string>;
  const of = (action: string) => (refused?.typed.action === action ? refused : undefined);
  return (
    <>
      <Confirm
        action="/ops/dead-letters/bulk"
        label={`Replay ${all}`}
        submit="Start the job"
        open={of("replay") !== undefined}
        values={{ ...values, action: "replay" }}
      >
        <p>
          Every lead of <strong>{words.join(", ")}</strong> is sent on, one after the other. Each is judged by itself;
          what is refused is named in the job.
        </p>
        <ToFields refused={of("replay")} />
        <Reason form="replay" refused={of("replay")} />
      </Confirm>
      <Confirm
        action="/ops/dead-letters/bulk"
        label={`Close ${all} unsold`}
        submit="Close them unsold"
        open={of("close") !== undefined}
        tone="danger"
        values={{ ...values, action: "close" }}
      >
        <p>
          Every lead of <strong>{words.join(", ")}</strong> ends unsold: holds go back, nobody is charged.
        </p>
        <Reason form="close" refused={of("close")} />
      </Confirm>
    </>
  );
}

function ToFields({ refused }: { refused?: Refused }) {
  return (
    <>
      <Select
        name="to"
        label="To whom"
        value={refused?.typed.to}
        error={errorOf(refused?.problem, "to")}
        options={[
          { value: "same", label: "Whoever is in doubt or wrongly set up" },
          { value: "others", label: "Those not asked yet, then an auction" },
        ]}
      />
      <AcceptRisk on={refused?.typed.accept_risk === "on"} />
    </>
  );
}

export function AcceptRisk({ on = false }: { on?: boolean }) {
  return (
    <Check
      name="accept_risk"
      checked={on}
      label="Somebody may have it: ask others all the same. It can be sold twice."
    />
  );
}

/** `form`: which of the page's forms it belongs to. */
export function Reason(props: { form: string; refused?: Refused; hint?: string; label?: string }) {
  const { form, refused, hint = "Kept with the change. Nothing personal.", label = "Reason" } = props;
  return (
    <Field
      name="reason"
      id={`${form}-reason`}
      label={label}
      required
      value={refused?.typed.reason}
      hint={hint}
      error={errorOf(refused?.problem, "reason")}
    />
  );
}
