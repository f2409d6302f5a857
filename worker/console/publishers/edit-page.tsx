import type { Problem } from "../shell/api.ts";
import type { ConsoleContext } from "../shell/context.ts";
import { errorOf } from "../shell/forms.tsx";
import { consolePage } from "../shell/page.tsx";
import { Check, Field, Fields, Section, Select, TextArea } from "../shell/parts.tsx";
import type { Draft } from "./draft.ts";
import { type CampaignItem, pathOf } from "./records.ts";

interface Edit {
  /** null: a new one. */
  id: string | null;
  version: string;
  draft: Draft;
  campaigns: CampaignItem[];
  problem?: Problem;
}

export function editPage(c: ConsoleContext, { id, version, draft, campaigns, problem }: Edit): Response {
  const to = id === null ? "/ops/publishers/new" : `${pathOf(id)}/edit`;
  return consolePage(c, {
    title: id === null ? "New publisher" : `Edit ${draft.values.name || id}`,
    area: "publishers",
    status: problem?.status,
    crumbs: [
      { href: "/ops/publishers", label: "Publishers" },
      ...(id === null ? [] : [{ href: pathOf(id), label: id }]),
    ],
    notice: problem && { tone: "bad", text: problem.detail || problem.code },
    children: (
      <form method="post" action={to}>
        <input type="hidden" name="version" value={version} />
        <About draft={draft} fresh={id === null} campaigns={campaigns} problem={problem} />
        <Selling draft={draft} problem={problem} />
        <Postback draft={draft} problem={problem} />
        <Section title="Save">
          <Field
            name="reason"
            label="Reason"
            value={draft.values.reason}
            hint="Kept with the change, for whoever reads the history."
            error={errorOf(problem, "reason")}
          />
          <button type="submit" class="primary">
            {id === null ? "Make the publisher" : "Save"}
          </button>
        </Section>
      </form>
    ),
  });
}

interface Part {
  draft: Draft;
  problem?: Problem;
}

function About({ draft, problem, fresh, campaigns }: Part & { fresh: boolean; campaigns: CampaignItem[] }) {
  const wrong = errorOf(problem, "campaigns");
  return (
    <Section title="Who, and what it sells">
      <Fields>
        {fresh && (
          <Field
            name="id"
            label="Id"
            required
            value={draft.values.id}
            hint="For ever: small letters, digits, _ and -. It is in logs and reports."
            error={errorOf(problem, "id")}
          />
        )}
        <Field name="name" label="Name" required value={draft.values.name} error={errorOf(problem, "name")} />
      </Fields>
      <fieldset class={wrong ? "field wrong" : "field"} aria-describedby={wrong ? "campaigns-error" : undefined}>
        <legend>Campaigns</legend>
        {choices(campaigns, draft).map(({ id, name }) => (
          <label class="check">
            <input type="checkbox" name="campaigns" value={id} checked={draft.campaigns.includes(id)} />{" "}
            <span>
              {name} <small class="quiet">{id}</small>
            </span>
          </label>
        ))}
        {campaigns.length + draft.campaigns.length === 0 && (
          <p class="quiet">There is no campaign yet: make one first.</p>
        )}
        {wrong && (
          <p class="error" id="campaigns-error">
            {wrong}
          </p>
        )}
      </fieldset>
    </Section>
  );
}

/** Those that were read, and the publisher's own beyond them: what stands in no box would be taken away with the next saving. */
function choices(campaigns: readonly CampaignItem[], draft: Draft): { id: string; name: string }[] {
  const read = campaigns.map(({ id, record }) => ({ id, name: record.name || id }));
  const known = new Set(read.map(({ id }) => id));
  return [...read, ...draft.campaigns.filter((id) => !known.has(id)).map((id) => ({ id, name: id }))];
}

function Selling({ draft: { values }, problem }: Part) {
  return (
    <Section title="How it sells">
      <Fields>
        <Select
          name="mode"
          label="Mode"
          value={values.mode}
          options={[
            { value: "final", label: "final: resells elsewhere at once" },
            { value: "pending", label: "pending: waits for a postback" },
          ]}
          error={errorOf(problem, "mode")}
        />
        <Select
          name="risk_rule"
          label="No answer at the deadline"
          hint="Of a buyer; in final mode."
          value={values.risk_rule}
          options={[
            { value: "rejected", label: "the publisher is told no" },
            { value: "accepted", label: "the publisher is told yes, at our risk" },
          ]}
          error={errorOf(problem, "risk_rule")}
        />
        <Field
          name="publisher_share"
          label="Share, percent"
          value={values.publisher_share}
          hint="Of the buyer's price. Empty: the campaign's."
          error={errorOf(problem, "publisher_share")}
        />
        <Field
          name="pings_per_second"
          label="Requests a second"
          required
          value={values.pings_per_second}
          hint="Of each kind of call."
          error={errorOf(problem, "pings_per_second")}
        />
      </Fields>
      <Check
        name="allow_below_promise"
        label="A post may be sold below its ping's price"
        checked={values.allow_below_promise === "on"}
      />
      <TextArea
        name="notes"
        label="Notes"
        value={values.notes}
        hint="For operators. Nothing personal."
        error={errorOf(problem, "notes")}
      />
    </Section>
  );
}

function Postback({ draft: { values }, problem }: Part) {
  return (
    <Section title="Postback" hint="Where the end of a pending lead is told.">
      <Fields>
        <Field
          name="postback_url"
          label="Address"
          value={values.postback_url}
          hint="GET may hold {lead_id} {result} {code} {price} {click_id} {sub_id1} … {sub_id5}. Empty: none."
          error={errorOf(problem, "postback.url") ?? errorOf(problem, "postback")}
        />
        <Select
          name="postback_method"
          label="Method"
          value={values.postback_method}
          options={[
            { value: "POST", label: "POST, signed" },
            { value: "GET", label: "GET, by macros" },
          ]}
          error={errorOf(problem, "postback.method")}
        />
      </Fields>
    </Section>
  );
}
