import type { Problem } from "../shell/api.ts";
import { errorOf } from "../shell/forms.tsx";
import { Ago, Badge, Confirm, Copy, Empty, Field, Section, Select, Table, TextArea } from "../shell/parts.tsx";
import { Status } from "./list-page.tsx";
import { ADMIN, type CampaignItem, type FormAnswer, type KeyAnswer, pathOf } from "./records.ts";

/** What was refused on the publisher's page, with what was typed. `at`: whose form it was. */
export interface Refused {
  at: string;
  problem: Problem;
  typed: Record<string, string>;
}
interface Part {
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
            cell: ({ status }) =>
              status === "active" ? <Status status={status} /> : <Badge tone="bad">revoked</Badge>,
          },
          {
            head: "Changed",
            cell: ({ updated_at, author }) => (
              <>
                <Ago at={updated_at} /> <small class="quiet">by {author}</small>
              </>
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
      {more && <p class="quiet">There are more: the API lists them all.</p>}
    </Section>
  );
}

const mineOf = (refused: Refused | undefined, at: string): Problem | undefined =>
  refused?.at === at ? refused.problem : undefined;

interface FormsProps extends Part {
  forms: FormAnswer[];
  campaigns: CampaignItem[];
  origin: string;
}

export function Forms({ id, forms, campaigns, origin, refused }: FormsProps) {
  return (
    <Section
      title="Forms and their pages"
      id="forms"
      hint="A browser's form posts to its address without a key; only pages of the allowed origins may."
      actions={
        <Confirm
          action={`${pathOf(id)}/forms`}
          label="New form"
          open={refused?.at === "form"}
          role={ADMIN}
          submit="Make the form"
        >
          <Select
            name="campaign_id"
            label="Campaign"
            required
            options={campaigns.map((one) => ({ value: one.id, label: one.record.name || one.id }))}
            value={typedOf(refused, "form").campaign_id}
            error={errorOf(mineOf(refused, "form"), "campaign_id")}
          />
          <Origins at="form" refused={refused} value={[]} />
          <Field
            name="thank_you_url"
            label="Thank-you page"
            value={typedOf(refused, "form").thank_you_url}
            error={errorOf(mineOf(refused, "form"), "thank_you_url")}
          />
        </Confirm>
      }
    >
      {forms.length === 0 ? (
        <Empty>No form.</Empty>
      ) : (
        forms.map((form) => <FormCard id={id} form={form} origin={origin} refused={refused} />)
      )}
    </Section>
  );
}

const typedOf = (refused: Refused | undefined, at: string): Record<string, string> =>
  refused?.at === at ? refused.typed : {};

function FormCard({ id, form, origin, refused }: Part & { form: FormAnswer; origin: string }) {
  const { record } = form;
  const at = `form-${form.id}`;
  return (
    <article>
      <p>
        <Copy text={`${origin}/f/${form.id}`} label="Copy the form's address" /> <Status status={record.status} />{" "}
        <small class="quiet">
          {record.campaign_id}
          {form.secrets.length > 0 && ", with Turnstile"}
          {record.test && ", tests only"}
        </small>
      </p>
      <p class="row-reason">
        {record.allowed_origins.length > 0
          ? `Pages of: ${record.allowed_origins.join(", ")}`
          : "Any page may send it: name its origins."}
      </p>
      <div class="actions">
        <Confirm
          action={`${pathOf(id)}/forms/${form.id}`}
          label="Change origins"
          open={refused?.at === at}
          role={ADMIN}
          submit="Save"
        >
          <Origins at={at} refused={refused} value={record.allowed_origins} />
        </Confirm>
        <Confirm
          action={`${pathOf(id)}/forms/${form.id}/${record.status === "active" ? "pause" : "resume"}`}
          label={record.status === "active" ? "Pause" : "Resume"}
          open={refused?.at === `${at}-switch`}
        >
          <Reason refused={refused} at={`${at}-switch`} />
        </Confirm>
      </div>
    </article>
  );
}

function Origins({ at, refused, value }: { at: string; refused?: Refused; value: string[] }) {
  return (
    <TextArea
      name="allowed_origins"
      id={`origins-${at}`}
      label="Allowed origins, one a line"
      rows={3}
      value={typedOf(refused, at).allowed_origins ?? value.join("\n")}
      hint="Like https://www.example.com. Empty: any page."
      error={errorOf(mineOf(refused, at), "allowed_origins")}
    />
  );
}
