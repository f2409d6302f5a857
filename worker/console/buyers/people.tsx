import type { BuyerHealth } from "../../../schema/api/buyer-health.ts";
import { Badge, Empty, Section, Table } from "../shell/parts.tsx";
import { SLA } from "./overview.tsx";
import type { BuyerRecord } from "./shapes.ts";

/** Whom to call, what was agreed, and what else is known. */
export function People({ buyer, sla }: { buyer: BuyerRecord; sla: BuyerHealth["sla"] }) {
  const { contacts, notes, sla: agreed } = buyer.record;
  const edit = (
    <a class="button" href={`/ops/buyers/${buyer.id}/edit`}>
      Edit
    </a>
  );
  return (
    <>
      <Section title="Contacts" actions={edit} hint="For operators: nothing is sent to them by the gateway.">
        <Table
          caption="Contacts"
          rows={contacts}
          empty="Nobody is named: add whom to call when this buyer's system is down."
          columns={[
            { head: "Name", cell: ({ name }) => name },
            { head: "Role", cell: ({ role }) => role },
            { head: "E-mail", cell: ({ email }) => (email ? <a href={`mailto:${email}`}>{email}</a> : "–") },
            {
              head: "Phone",
              cell: ({ phone }) => (phone ? <a href={`tel:${phone.replace(/[^+\d]/g, "")}`}>{phone}</a> : "–"),
            },
            { head: "Note", cell: ({ note }) => note ?? "" },
          ]}
        />
      </Section>
      <div class="columns">
        <Section
          title="What was agreed"
          hint="Beside what was measured over the range. Nobody enforces it: it is for the talk with the buyer."
        >
          <Table
            caption="Agreements"
            rows={sla}
            empty="Nothing was agreed on times or rates."
            columns={[
              { head: "Of", cell: ({ name }) => SLA[name].label },
              { head: "Agreed", cell: ({ name, agreed: value }) => SLA[name].say(value) },
              {
                head: "Measured",
                cell: ({ name, measured }) => (measured === null ? "nothing" : SLA[name].unit(measured)),
              },
              {
                head: "",
                cell: ({ kept }) =>
                  kept === null ? null : <Badge tone={kept ? "good" : "bad"}>{kept ? "kept" : "not kept"}</Badge>,
              },
            ]}
          />
          {typeof agreed.support_hours === "string" && <p>Somebody is there: {agreed.support_hours}</p>}
        </Section>
        <Section title="Notes">{notes === "" ? <Empty>No notes.</Empty> : <p class="notes">{notes}</p>}</Section>
      </div>
    </>
  );
}
