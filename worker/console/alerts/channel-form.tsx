import { CHANNEL_TYPES, SEVERITIES } from "../../../schema/lists.ts";
import { Check, Field, Fields, Section, Select, TextArea } from "../shell/parts.tsx";
import { type Filled, filled, listOf, type Typed } from "./shapes.ts";

/** One channel's form: all types' inputs, of which its own are saved. */
export function ChannelForm(props: Filled) {
  const { id } = props;
  const { value, error, version } = filled(props);
  return (
    <form method="post" action={`/ops/alerts/channels/${id}`}>
      <input type="hidden" name="version" value={version} />
      <Section title="Channel">
        <Fields>
          {id === "new" && (
            <Field
              name="id"
              label="Id"
              required
              value={value("id")}
              error={error("id")}
              hint="Small letters, digits, _ and -. It never changes."
            />
          )}
          <Field name="name" label="Name" required value={value("name")} error={error("name")} />
          <Select
            name="type"
            label="Type"
            value={value("type") || "webhook"}
            options={CHANNEL_TYPES}
            error={error("type")}
          />
        </Fields>
      </Section>
      <Where {...props} />
      <Hears {...props} />
      <button type="submit" class="primary">
        Save
      </button>
    </form>
  );
}

function Where(props: Filled) {
  const { value, lines, error, kept } = filled(props);
  return (
    <Section title="Where" hint="Fill in what belongs to the type.">
      <Fields>
        <Field name="url" label="Webhook: address" type="url" value={value("url")} error={error("url")} />
        <Field
          name="secret"
          label="Webhook: secret"
          type="password"
          error={error("secret")}
          hint={kept("secret") ?? "whsec_ and 24 to 64 bytes in base64: openssl rand -base64 32"}
        />
        <Field
          name="hook_url"
          label="Slack: hook address"
          type="password"
          error={error("hook_url")}
          hint={kept("hook_url") ?? "It is a secret: whoever knows it may write there."}
        />
        <Field name="from" label="E-mail: from" type="email" value={value("from")} error={error("from")} />
        <TextArea
          name="to"
          label="E-mail: to"
          rows={2}
          value={lines("to")}
          error={error("to")}
          hint="One address a line."
        />
      </Fields>
    </Section>
  );
}

function Hears(props: Filled) {
  const { value, lines, error, ticked } = filled(props);
  return (
    <Section title="What it hears">
      <Fields>
        <Select
          name="min_severity"
          label="At least"
          value={value("min_severity") || "warning"}
          options={SEVERITIES}
          error={error("min_severity")}
        />
        <TextArea
          name="buyers"
          label="Only about these buyers"
          rows={2}
          value={lines("buyers")}
          error={error("buyers")}
          hint="Ids, one a line. Empty: everything."
        />
        <TextArea
          name="kinds"
          label="Only these alerts"
          rows={2}
          value={lines("kinds")}
          error={error("kinds")}
          hint="Their names, one a line, like breaker_open. Empty: all."
        />
      </Fields>
      <Check name="tell_resolved" label="Also when an alert is over" checked={ticked("tell_resolved")} />
    </Section>
  );
}

/** Members of other types are left out: the form shows all, the record holds its own. */
export function channelBody(typed: Typed): Record<string, unknown> {
  const { type = "", name = "" } = typed;
  const of = (members: Record<string, string | string[] | undefined>) =>
    Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined && value.length > 0));
  const { url, secret, hook_url, from } = typed;
  const where = { email: of({ from, to: listOf(typed.to) }), webhook: of({ url, secret }), slack: of({ hook_url }) }[
    type
  ];
  return {
    name,
    type,
    ...where,
    // What was kept for another type is taken away.
    ...(type === "webhook" ? {} : { secret: null }),
    ...(type === "slack" ? {} : { hook_url: null }),
    ...of({ buyers: listOf(typed.buyers), kinds: listOf(typed.kinds) }),
    min_severity: typed.min_severity,
    tell_resolved: typed.tell_resolved === "on",
  };
}
