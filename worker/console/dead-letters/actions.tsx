import type { Child } from "hono/jsx";
import { errorOf } from "../shell/forms.tsx";
import { Confirm, Field, Money, Section, Select } from "../shell/parts.tsx";
import { AcceptRisk, Reason } from "./bulk.tsx";
import type { RefusedForm } from "./letter.tsx";
import type { Letter, LetterAction } from "./schemas.ts";

interface Props {
  one: Letter;
  refused?: RefusedForm;
}

/** Each thing that can be done, what it would do, and why not where it cannot. */
export function Actions({ one, refused }: Props) {
  const of = (name: string) => one.actions.filter(({ action }) => action === name);
  return (
    <Section title="What you can do" id="actions">
      <ul class="choices">
        {of("replay_same").map((action) => (
          <Choice action={action} title="Ask again">
            <Replay one={one} form="replay-same" to="same" label="Replay" refused={refused} />
          </Choice>
        ))}
        {of("replay_others").map((action) => (
          <Choice action={action} title="Ask others">
            <Replay one={one} form="replay-others" to="others" label="Replay to others" refused={refused} />
          </Choice>
        ))}
        {of("replay_contract").map((action) => (
          <Choice action={action} title="Ask one contract">
            <Replay one={one} form="replay-contract" to="contract" label="Replay to a contract" refused={refused} />
          </Choice>
        ))}
        {one.may_have_it.map((bidder, i) => {
          const action = of("close_sold")[i];
          return (
            action && (
              <Choice action={action} title={`Accepted by ${bidder.contract_id}`}>
                <Close
                  one={one}
                  form={`sold-${bidder.contract_id}`}
                  values={{ as: "sold", contract_id: bidder.contract_id }}
                  label="Resolve as sold"
                  refused={refused}
                >
                  <p>
                    {bidder.buyer_id} is charged <Money amount={bidder.price} />; the publisher gets{" "}
                    <Money amount={bidder.payout} />.
                  </p>
                </Close>
              </Choice>
            )
          );
        })}
        {of("close_unsold").map((action) => (
          <Choice action={action} title="Rejected, or nobody has it">
            <Close one={one} form="unsold" values={{ as: "unsold" }} label="Close unsold" danger refused={refused}>
              <p>{action.effect}</p>
            </Close>
          </Choice>
        ))}
      </ul>
    </Section>
  );
}

function Choice({ action, title, children }: { action: LetterAction; title: string; children: Child }) {
  return (
    <li>
      <div>
        <strong>{title}</strong>
        <p>{action.effect.replace("needs accept_risk, and", "that needs your consent, for it")}</p>
        {!action.possible && <p class="quiet">Not possible: {action.why_not}.</p>}
      </div>
      {action.possible && children}
    </li>
  );
}

function Replay(props: Props & { form: string; to: "same" | "others" | "contract"; label: string }) {
  const { one, form, to, label } = props;
  const refused = props.refused?.form === form ? props.refused : undefined;
  return (
    <Confirm
      action={`/ops/dead-letters/${one.lead_id}/replay`}
      label={label}
      submit="Send it on"
      open={refused !== undefined}
      values={{ form, ...(to === "contract" ? {} : { to }) }}
    >
      {to === "contract" && <Target one={one} refused={refused} />}
      {to !== "same" && one.may_have_it.length > 0 && <AcceptRisk on={refused?.typed.accept_risk === "on"} />}
      <Reason form={form} refused={refused} />
    </Confirm>
  );
}

function Target({ one, refused }: Props) {
  return (
    <>
      <Select
        name="contract_id"
        label="Contract"
        required
        none="Choose one"
        value={refused?.typed.contract_id}
        error={errorOf(refused?.problem, "to.contract_id", ["to"]) ?? atContract(refused)}
        options={one.contracts.map(({ contract_id, name, buyer_id, fixed, status }) => ({
          value: contract_id,
          label: `${name} (${buyer_id}${fixed ? ", fixed price" : ""}${status ? `, ${status.replaceAll("_", " ")}` : ""})`,
        }))}
      />
      <Field
        name="price"
        label="Price"
        type="text"
        value={refused?.typed.price}
        hint={`Empty: its fixed price, else its earlier bid. The publisher must get at least ${one.promise}.`}
        error={errorOf(refused?.problem, "to.price") ?? atPrice(refused)}
      />
    </>
  );
}

/** Refusals that are about one input, though the API names no field. */
const at = (codes: string[]) => (refused: RefusedForm | undefined) =>
  refused && codes.includes(refused.problem.code) ? refused.problem.detail : undefined;
const atPrice = at(["price_needed", "below_promise"]);
const atContract = at(["no_such_contract"]);

function Close(
  props: Props & { form: string; values: Record<string, string>; label: string; danger?: boolean; children: Child },
) {
  const { one, form, values, label, danger, children } = props;
  const refused = props.refused?.form === form ? props.refused : undefined;
  return (
    <Confirm
      action={`/ops/dead-letters/${one.lead_id}/close`}
      label={label}
      tone={danger ? "danger" : "plain"}
      open={refused !== undefined}
      values={{ form, ...values }}
    >
      {children}
      <Reason
        form={form}
        refused={refused}
        label="Evidence"
        hint="Who said so, when and where: kept with the verdict. Nothing personal."
      />
    </Confirm>
  );
}
