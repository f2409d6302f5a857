import { errorOf } from "../shell/forms.tsx";
import { Confirm, Copy, Empty, Field, Section, Select, TextArea } from "../shell/parts.tsx";
import { Status } from "./list-page.tsx";
import { ADMIN, type CampaignItem, type FormAnswer, pathOf } from "./records.ts";
import { mineOf, type Part, Reason, type Refused, typedOf } from "./refused.tsx";

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
      hint="Like https://www.example.com. Empty, and every page may."
      error={errorOf(mineOf(refused, at), "allowed_origins")}
    />
  );
}
