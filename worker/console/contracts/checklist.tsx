import { CONTRACTS, pageOf } from "../records/room.ts";
import { Badge, Bar, Check, Confirm, Field, Section } from "../shell/parts.tsx";
import type { Refused } from "./contract-page.tsx";
import type { ChecklistAnswer } from "./shapes.ts";

const TONES = { done: "good", open: "warn", not_needed: "quiet" } as const;

/** The way from a draft to a live contract, with its buttons. */
export function Checklist({
  id,
  checklist,
  refused,
}: {
  id: string;
  checklist: ChecklistAnswer;
  refused?: Refused["problem"];
}) {
  const { stage, next, ready, steps, ramp } = checklist;
  const page = pageOf(CONTRACTS, id);
  if (next === null) return null;
  return (
    <Section title="Going live" hint={`It is ${stage}; the next stage is ${next}.`}>
      <ul>
        {steps.map(({ state, text }) => (
          <li>
            <Badge tone={TONES[state]}>{state.replaceAll("_", " ")}</Badge> {text}
          </li>
        ))}
      </ul>
      {ramp.sold !== null && (
        <Bar
          used={ramp.sold}
          limit={ramp.records}
          label="ramp"
          text={`${ramp.sold} of ${ramp.records} leads of the ramp`}
        />
      )}
      {refused?.errors.map(({ field, message }) => (
        <p class="error">
          <code>{field}</code> {message}
        </p>
      ))}
      <div class="actions">
        <Confirm action={`${page}/sign-off`} label="Sign off" role="admin">
          <Field name="note" id="sign-off-note" label="Who agreed, and to what" required />
        </Confirm>
        <Confirm
          action={`${page}/go-live`}
          label={`Make it ${next}`}
          tone="primary"
          role="admin"
          open={refused !== undefined}
        >
          <Field name="reason" id="go-live-reason" label="Reason" required />
          {!ready && <Check name="force" label="Although points are open; the audit keeps the reason" />}
        </Confirm>
      </div>
    </Section>
  );
}
