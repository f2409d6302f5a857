import { Field, Fields, Section, Select, TextArea } from "../shell/parts.tsx";
import { type Filled, filled } from "./shapes.ts";

/** What is sent, how often, and what must come back. */
export function SyntheticForm(props: Filled) {
  const { id } = props;
  const { version } = filled(props);
  return (
    <form method="post" action={`/ops/alerts/synthetics/${id}`}>
      <input type="hidden" name="version" value={version} />
      <Sent {...props} />
      <Expected {...props} />
      <button type="submit" class="primary">
        Save
      </button>
    </form>
  );
}

function Sent(props: Filled) {
  const { own, value, error, kept } = filled(props);
  const lead = props.refused?.typed.lead ?? (own.lead ? JSON.stringify(own.lead) : "");
  return (
    <Section title="What is sent">
      <Fields>
        {props.id === "new" && <Field name="id" label="Id" required value={value("id")} error={error("id")} />}
        <Field name="name" label="Name" required value={value("name")} error={error("name")} />
        <Field name="campaign_id" label="Campaign" required value={value("campaign_id")} error={error("campaign_id")} />
        <Field
          name="key"
          label="Test key of a publisher"
          type="password"
          error={error("key")}
          hint={kept("key") ?? "pk_test_…, made on the publisher's page"}
        />
        <Select name="way" label="Way" value={value("way") || "two_step"} options={["two_step", "one_step"]} />
        <TextArea
          name="lead"
          label="In place of the samples"
          rows={2}
          code
          value={lead}
          error={error("lead")}
          hint='JSON. {"zip": "00001"} sells to a simulated buyer.'
        />
      </Fields>
    </Section>
  );
}

function Expected(props: Filled) {
  const { value, error } = filled(props);
  const number = (name: string, label: string, usual: string) => (
    <Field name={name} label={label} type="number" value={value(name) || usual} error={error(name)} />
  );
  return (
    <Section title="What is expected">
      <Fields>
        {number("every_min", "Every, minutes", "15")}
        <Select
          name="expect"
          label="Result"
          value={value("expect") || "accepted"}
          options={["accepted", "rejected", "pending"]}
        />
        {number("slow_ms", "Slow is over, ms", "3000")}
        {number("failures", "Failures in a row", "1")}
      </Fields>
    </Section>
  );
}
