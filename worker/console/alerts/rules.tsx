import type { AlertKind } from "../../../schema/lists.ts";
import { ALERTS } from "../../alerts/catalogue.ts";
import { query } from "../shell/api.ts";
import type { ConsoleContext } from "../shell/context.ts";
import { errorOf } from "../shell/forms.tsx";
import { consolePage, doneAt, problemPage } from "../shell/page.tsx";
import { Badge, Check, Field, Fields, Section, Select } from "../shell/parts.tsx";
import { AlertTabs } from "./parts.tsx";
import { HOUSE_ONLY, memberLabel } from "./rule-words.ts";
import {
  type Refused,
  type Rules,
  recordShape,
  rulesShape,
  type Stored,
  type Typed,
  textOf,
  typedOf,
} from "./shapes.ts";

const recordOf = (buyer: string): string => (buyer === "" ? "main" : `buyer_${buyer}`);

/** The rules in force, and what the record of everybody (or of one buyer) sets of them. */
export async function rulesPage(c: ConsoleContext, refused?: Refused): Promise<Response> {
  const buyer = refused?.typed.buyer ?? c.req.query("buyer") ?? "";
  const [rules, stored] = await Promise.all([
    c.var.api.get(query("/alerts/rules", { buyer }), rulesShape),
    c.var.api.get(`/alerting/${encodeURIComponent(recordOf(buyer))}`, recordShape),
  ]);
  if (!rules.ok) return problemPage(c, rules.problem, "alerts");
  const record = stored.ok ? stored.value : null;
  return consolePage(c, {
    title: buyer === "" ? "Alerts: rules" : `Alerts: rules for ${buyer}`,
    area: "alerts",
    status: refused?.problem.status,
    notice: refused && { tone: "bad", text: refused.problem.detail || "The rules were not saved." },
    children: (
      <>
        <AlertTabs now="rules" />
        <form class="filters" method="get">
          <Field name="buyer" id="for" label="Buyer" value={buyer} hint="Empty: what holds for everybody." />
          <button type="submit">Show</button>
        </form>
        <p class="quiet">
          An empty input leaves it as {buyer === "" ? "the default" : "it is for everybody"}, which the input shows in
          grey.
        </p>
        <form method="post" action="/ops/alerts/rules">
          <input type="hidden" name="buyer" value={buyer} />
          <input type="hidden" name="version" value={refused?.typed.version ?? String(record?.version ?? 0)} />
          <Telling rules={rules.value} record={record} refused={refused} house={buyer === ""} />
          {rules.value.items
            .filter(({ name }) => buyer === "" || !HOUSE_ONLY.has(name))
            .map((rule) => (
              <Rule rule={rule} record={record} refused={refused} />
            ))}
          <Field
            name="reason"
            id="reason"
            label="Reason"
            hint="Kept with the version."
            value={refused?.typed.reason}
            error={errorOf(refused?.problem, "reason")}
          />
          <button type="submit" class="primary">
            Save
          </button>
        </form>
      </>
    ),
  });
}

type At = { record: Stored | null; refused?: Refused };
type Member = Record<string, unknown>;
const asMember = (value: unknown): Member => (typeof value === "object" && value !== null ? (value as Member) : {});

function Rule({ rule, record, refused }: At & { rule: Rules["items"][number] }) {
  const own = asMember(asMember(record?.record.rules)[rule.name]);
  const { on, ...members } = rule.settings;
  const facts = ALERTS[rule.name as AlertKind];
  const typed = (name: string, value: unknown) => refused?.typed[`${rule.name}.${name}`] ?? textOf(value);
  const switched = refused?.typed[`${rule.name}.on`] ?? (own.on === true ? "on" : own.on === false ? "off" : "");
  return (
    <Section
      title={facts.title}
      id={rule.name}
      hint={
        <>
          <code>{rule.name}</code> {!on && <Badge tone="warn">off</Badge>} {facts.next}
        </>
      }
    >
      <Fields>
        <Select
          name={`${rule.name}.on`}
          label="Switch"
          none={`as it is (${on ? "on" : "off"})`}
          value={switched}
          options={["on", "off"]}
        />
        {Object.entries(members).map(([name, inForce]) => (
          <Field
            name={`${rule.name}.${name}`}
            label={memberLabel(rule.name, name)}
            value={typed(name, own[name])}
            placeholder={String(inForce)}
            error={errorOf(refused?.problem, `rules.${rule.name}.${name}`)}
          />
        ))}
      </Fields>
    </Section>
  );
}

function Telling({ rules, record, refused, house }: At & { rules: Rules; house: boolean }) {
  const own = asMember(record?.record);
  const quiet = asMember(own.quiet);
  const typed = (name: string, value: unknown) => refused?.typed[name] ?? textOf(value);
  const none = refused ? refused.typed.no_quiet === "on" : own.quiet === null;
  const passes = refused ? refused.typed.critical_passes === "on" : quiet.critical_passes !== false;
  const error = (name: string) => errorOf(refused?.problem, name);
  return (
    <Section
      title="When it is told"
      hint={
        rules.silent
          ? "Nobody is told: the record is paused."
          : "Quiet hours go by the clock on the wall of their zone; what still holds when they end is told then."
      }
    >
      <Fields>
        <Field
          name="cooling_off_min"
          label="Cooling-off, minutes"
          value={typed("cooling_off_min", own.cooling_off_min)}
          placeholder={String(rules.cooling_off_min)}
          error={error("cooling_off_min")}
        />
        <Field
          name="quiet.from"
          label="Quiet from"
          value={typed("quiet.from", quiet.from)}
          placeholder={rules.quiet?.from ?? "22:00"}
          error={error("quiet.from")}
        />
        <Field
          name="quiet.to"
          label="Quiet until"
          value={typed("quiet.to", quiet.to)}
          placeholder={rules.quiet?.to ?? "07:00"}
          error={error("quiet.to")}
        />
        <Field
          name="quiet.time_zone"
          label="Zone"
          value={typed("quiet.time_zone", quiet.time_zone)}
          placeholder={rules.quiet?.time_zone ?? "America/New_York"}
          error={error("quiet.time_zone")}
        />
      </Fields>
      <Check name="critical_passes" label="Critical alerts are told in quiet hours too" checked={passes} />
      {!house && (
        <Check name="no_quiet" label="No quiet hours for this buyer, whatever holds for everybody" checked={none} />
      )}
    </Section>
  );
}

/** Number or text of an input; undefined: it was left empty. What is no number is for the API to refuse, with its field. */
const numberOf = (text: string | undefined): number | string | undefined =>
  text === undefined || text === "" ? undefined : Number.isNaN(Number(text)) ? text : Number(text);

function bodyOf(typed: Typed, record: Stored | null): Member {
  const rules: Record<string, Member> = {};
  for (const [name, text] of Object.entries(typed)) {
    const [rule = "", member] = name.split(".");
    if (member === undefined || rule === "quiet" || text === "") continue;
    rules[rule] = { ...rules[rule], [member]: member === "on" ? text === "on" : numberOf(text) };
  }
  const { "quiet.from": from, "quiet.to": to, "quiet.time_zone": time_zone, buyer = "" } = typed;
  const days = asMember(record?.record.quiet).days;
  const given = { ...(from ? { from } : {}), ...(to ? { to } : {}), ...(time_zone ? { time_zone } : {}) };
  const quiet =
    typed.no_quiet === "on"
      ? { quiet: null }
      : Object.keys(given).length === 0
        ? {}
        : {
            quiet: {
              ...given,
              ...(Array.isArray(days) ? { days } : {}),
              critical_passes: typed.critical_passes === "on",
            },
          };
  const cooling_off_min = numberOf(typed.cooling_off_min);
  return {
    ...(buyer === "" ? {} : { buyer_id: buyer }),
    rules,
    ...(cooling_off_min === undefined ? {} : { cooling_off_min }),
    ...quiet,
  };
}

export async function saveRules(c: ConsoleContext): Promise<Response> {
  const typed = await typedOf(c);
  const { buyer = "", version = "0", reason } = typed;
  const path = `/alerting/${encodeURIComponent(recordOf(buyer))}`;
  const stored = await c.var.api.get(path, recordShape);
  const body = bodyOf(typed, stored.ok ? stored.value : null);
  // Made from nothing: somebody who was faster must not be overwritten.
  const saved =
    version === "0"
      ? await c.var.api.send("POST", query("/alerting", { reason }), { ...body, id: recordOf(buyer) }, recordShape)
      : await c.var.api.send("PUT", query(path, { reason }), body, recordShape, { "if-match": `"${version}"` });
  if (!saved.ok) return rulesPage(c, { problem: saved.problem, typed });
  return doneAt(c, query("/ops/alerts/rules", { buyer }), "saved");
}
