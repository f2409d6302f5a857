import { errorOf } from "../shell/forms.tsx";
import { Ago, Badge, Confirm, Field, Section, Select, Table } from "../shell/parts.tsx";
import { Status } from "./list-page.tsx";
import { ADMIN, type KeyAnswer, pathOf } from "./records.ts";
import { mineOf, type Part, Reason } from "./refused.tsx";

export function Keys({ id, keys, more, refused }: Part & { keys: KeyAnswer[]; more: boolean }) {
  return (
    <Section
      title="API keys"
      id="keys"
      hint="A key is shown once, when it is made; only its digest is kept. Everything sent with a test key is a test."
      actions={
        <Confirm
          action={`${pathOf(id)}/keys`}
          label="New key"
          tone="primary"
          open={refused?.at === "key"}
          role={ADMIN}
          submit="Make the key"
        >
          <Field
            name="label"
            id="label-key"
            label="Label"
            hint="To tell the keys apart."
            error={errorOf(mineOf(refused, "key"), "label")}
          />
          <Select
            name="test"
            id="test-key"
            label="Kind"
            value="yes"
            options={[
              { value: "yes", label: "test: can never sell anything" },
              { value: "no", label: "live" },
            ]}
          />
        </Confirm>
      }
    >
      <KeyTable id={id} keys={keys} refused={refused} />
      {more && <p class="quiet">There are more: the API lists them all.</p>}
    </Section>
  );
}

function KeyTable({ id, keys, refused }: Part & { keys: KeyAnswer[] }) {
  return (
    <Table
      caption="API keys"
      rows={keys}
      empty="No key yet: without one the publisher can only use a form or an inbound address."
      columns={[
        { head: "Key", cell: ({ prefix }) => <code>{prefix}…</code> },
        { head: "Label", cell: ({ label }) => label || <span class="quiet">–</span> },
        {
          head: "Kind",
          cell: ({ test }) => <Badge tone={test ? "info" : "quiet"}>{test ? "test" : "live"}</Badge>,
        },
        {
          head: "State",
          cell: ({ status }) => (status === "active" ? <Status status={status} /> : <Badge tone="bad">revoked</Badge>),
        },
        {
          head: "Changed",
          cell: ({ updated_at, author }) => (
            <span>
              <Ago at={updated_at} /> <small class="quiet">by {author}</small>
            </span>
          ),
        },
        {
          head: "",
          cell: (key) =>
            key.status === "active" && (
              <Confirm
                action={`${pathOf(id)}/keys/${key.id}/revoke`}
                label="Revoke"
                tone="danger"
                open={refused?.at === `key-${key.id}`}
                role={ADMIN}
              >
                <p>Requests with this key are refused within two seconds. It cannot be taken back.</p>
                <Reason refused={refused} at={`key-${key.id}`} />
              </Confirm>
            ),
        },
      ]}
    />
  );
}
