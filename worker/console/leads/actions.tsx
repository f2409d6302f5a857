import type { ActionTrace, LeadTrace } from "../../../schema/api/trace.ts";
import type { Problem } from "../shell/api.ts";
import { errorOf } from "../shell/forms.tsx";
import { Check, Confirm, Field, Section, TextArea } from "../shell/parts.tsx";
import { leadPath } from "./links.ts";

/** What was typed into a form that was refused: nothing of it is lost. */
export interface Refused {
  action: string;
  problem: Problem;
  typed: Record<string, string>;
}

const LABELS: Record<ActionTrace["action"], string> = {
  close_unsold: "End it unsold",
  close_sold: "End it sold",
  replay_same: "Ask the same buyer again",
  replay_others: "Offer it to others",
  return: "Take the sale back",
  erase: "Erase the person's data",
};
const DANGER: ReadonlySet<ActionTrace["action"]> = new Set(["return", "erase", "close_unsold", "close_sold"]);

/** What can be done with the lead now; the API decides anew when it is done. */
export function Actions({ trace, refused }: { trace: LeadTrace; refused?: Refused }) {
  const possible = trace.actions.filter((action) => action.possible);
  const not = trace.actions.filter((action) => !action.possible);
  const rests = trace.lead.state === "review" || trace.lead.state === "parked";
  return (
    <Section
      title="What can be done"
      id="actions"
      hint={rests ? <DeadLetter lead_id={trace.lead.lead_id} /> : undefined}
    >
      <div class="actions">
        {possible.map((action) => (
          <Act action={action} trace={trace} refused={refused} />
        ))}
      </div>
      {not.length > 0 && (
        <ul class="row-reason">
          {not.map(({ action, why_not }) => (
            <li>
              {LABELS[action]}: not now, {why_not}.
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

const DeadLetter = ({ lead_id }: { lead_id: string }) => (
  <>
    It rests. <a href={`/ops/dead-letters/${encodeURIComponent(lead_id)}`}>Its dead letter</a> has more: edit its
    fields, send it to a buyer of your choice.
  </>
);

/** What the form says without being asked: whose sale, and which one, where the lead was sold before. */
function valuesOf({ action, contract_id }: ActionTrace, { sale }: LeadTrace): Record<string, string> {
  return {
    ...(contract_id === null ? {} : { contract_id }),
    ...(action === "return" && sale?.reservation_id ? { reservation_id: sale.reservation_id } : {}),
  };
}

function Act({ action, trace, refused }: { action: ActionTrace; trace: LeadTrace; refused?: Refused }) {
  const { contract_id } = action;
  const { lead_id } = trace.lead;
  const label = action.action === "close_sold" ? `${LABELS.close_sold} to ${contract_id}` : LABELS[action.action];
  const mine = refused?.action === action.action ? refused : undefined;
  return (
    <Confirm
      action={`${leadPath(lead_id)}/do/${action.action}`}
      label={label}
      tone={DANGER.has(action.action) ? "danger" : "plain"}
      role={action.role}
      values={valuesOf(action, trace)}
      open={mine !== undefined}
    >
      <p>{action.effect}</p>
      {action.action === "erase" && <Person mine={mine} />}
      {action.action === "return" && (
        <Check name="re_auction" label="Offer it to others" checked={mine?.typed.re_auction === "on"} />
      )}
      {action.action.startsWith("replay") && (
        <Check
          name="accept_risk"
          label="Also where somebody may have it: it can be sold twice"
          checked={mine?.typed.accept_risk === "on"}
        />
      )}
      <TextArea
        name="reason"
        id={`reason-${action.action}-${contract_id ?? "all"}`}
        label="Reason"
        rows={2}
        required
        value={mine?.typed.reason}
        error={errorOf(mine?.problem, "reason")}
        hint="Kept in the audit. Nothing personal."
      />
    </Confirm>
  );
}

function Person({ mine }: { mine?: Refused }) {
  return (
    <>
      <Field name="phone" label="Phone" type="tel" error={errorOf(mine?.problem, "phone")} />
      <Field name="email" label="E-mail" type="email" error={errorOf(mine?.problem, "email")} />
      <Check name="suppress" label="Never sell this person again" checked={mine?.typed.suppress === "on"} />
      <Check name="drop_consent" label="Destroy the proof of consent too" checked={mine?.typed.drop_consent === "on"} />
    </>
  );
}

/** The call that an action makes. null: there is no such action. */
export function callOf(
  action: string,
  lead_id: string,
  form: Record<string, string>,
): { path: string; body: Record<string, unknown>; done: string } | null {
  const { reason = "", contract_id, reservation_id } = form;
  const lead = encodeURIComponent(lead_id);
  const risk = form.accept_risk === "on";
  switch (action) {
    case "close_unsold":
      return { path: `/leads/${lead}/resolve`, body: { as: "unsold", reason }, done: "ended unsold" };
    case "close_sold":
      return { path: `/leads/${lead}/resolve`, body: { as: "sold", contract_id, reason }, done: "ended sold" };
    case "replay_same":
      return {
        path: `/dead-letters/${lead}/replay`,
        body: { to: "same", accept_risk: risk, reason },
        done: "asked again",
      };
    case "replay_others":
      return {
        path: `/dead-letters/${lead}/replay`,
        body: { to: "others", accept_risk: risk, reason },
        done: "offered to others",
      };
    case "return":
      return {
        path: `/leads/${lead}/return`,
        body: {
          reason,
          refund: true,
          re_auction: form.re_auction === "on",
          ...(reservation_id ? { reservation_id } : {}),
        },
        done: "the sale was taken back",
      };
    case "erase":
      return { path: "/erasures", body: personOf(form, reason), done: "the erasure has begun" };
    default:
      return null;
  }
}

function personOf(form: Record<string, string>, reason: string): Record<string, unknown> {
  return {
    ...(form.phone ? { phone: form.phone } : {}),
    ...(form.email ? { email: form.email } : {}),
    suppress: form.suppress === "on",
    keep_consent: form.drop_consent !== "on",
    reason,
  };
}
