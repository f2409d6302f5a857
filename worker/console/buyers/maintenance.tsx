import { DAYS } from "../../../schema/config/filter.ts";
import type { Problem } from "../shell/api.ts";
import { errorOf } from "../shell/forms.tsx";
import { Badge, Confirm, Field, Fields, Section, Table, When } from "../shell/parts.tsx";
import { instantOf, numberOf, optional, set, type Typed, text } from "./form.ts";
import type { Window } from "./shapes.ts";

/** Planned windows of a buyer or an endpoint, and the forms that plan another. `path`: of the console, without a slash at its end. */
export function Maintenance(props: {
  path: string;
  windows: Window[];
  zone: string;
  now: number;
  typed: Typed;
  problem?: Problem;
}) {
  const { path, windows, zone, now, typed, problem } = props;
  const of = (kind: string) => (typed.plan === kind ? { typed, problem } : { typed: {} });
  return (
    <>
      <Section
        title="Planned windows"
        hint="While one lasts, nothing new is posted and nobody is pinged. It begins and ends by itself; what the buyer may have already is still asked about."
      >
        <Table
          caption="Maintenance windows"
          rows={windows}
          empty="Nothing is planned."
          columns={[
            { head: "When", cell: (window) => <Times window={window} now={now} /> },
            { head: "Why", cell: ({ reason }) => reason },
            { head: "Id", cell: ({ id }) => <code>{id}</code> },
            {
              head: "",
              cell: ({ id, weekly, from }) => (
                <Confirm
                  action={`${path}/maintenance/end`}
                  values={{ window: id }}
                  label={!weekly && from && Date.parse(from) <= now ? "End now" : "Call off"}
                  tone="danger"
                >
                  <Field name="reason" id={`reason-${id}`} label="Reason" required />
                </Confirm>
              ),
            },
          ]}
        />
      </Section>
      <div class="columns">
        <Plan title="From now on" kind="now" path={path} {...of("now")}>
          <Field
            name="minutes"
            label="For how many minutes"
            type="number"
            required
            {...given(of("now"), "minutes", "60")}
          />
        </Plan>
        <Plan title="At a time" kind="once" path={path} {...of("once")}>
          <Fields>
            <Field
              name="from"
              label="From"
              type="datetime-local"
              required
              hint={`On the clock of ${zone}`}
              {...given(of("once"), "from", "", ["maintenance"])}
            />
            <Field
              name="to"
              label="To"
              type="datetime-local"
              required
              hint="The end is outside."
              {...given(of("once"), "to")}
            />
          </Fields>
        </Plan>
        <Plan title="Each week" kind="weekly" path={path} {...of("weekly")}>
          <Weekly {...of("weekly")} zone={zone} />
        </Plan>
      </div>
    </>
  );
}

type Of = { typed: Typed; problem?: Problem };
const given = ({ typed, problem }: Of, name: string, otherwise = "", also: string[] = []) => ({
  value: typed[name] ?? otherwise,
  error: errorOf(problem, name, also),
});

function Weekly({ zone, ...of }: Of & { zone: string }) {
  const days = (of.typed.days ?? "sun").split(",");
  return (
    <>
      <fieldset class="days">
        <legend>Days</legend>
        {DAYS.map((day) => (
          <label>
            <input
              type="checkbox"
              name={`day_${day}`}
              value="1"
              checked={of.typed[`day_${day}`] === "1" || (!of.typed.plan && days.includes(day))}
            />{" "}
            {day}
          </label>
        ))}
      </fieldset>
      <Fields>
        <Field
          name="hour_from"
          label="From"
          required
          placeholder="02:00"
          {...given(of, "hour_from", "02:00", ["weekly.from", "maintenance"])}
        />
        <Field
          name="hour_to"
          label="To"
          required
          placeholder="04:00"
          hint="24:00 ends a day; over midnight: two windows."
          {...given(of, "hour_to", "04:00", ["weekly.to"])}
        />
        <Field name="time_zone" label="On the clock of" required {...given(of, "time_zone", zone)} />
      </Fields>
    </>
  );
}

function Plan(props: Of & { title: string; kind: string; path: string; children: unknown }) {
  const { title, kind, path, children, problem, typed } = props;
  return (
    <Section title={title}>
      <form method="post" action={`${path}/maintenance`}>
        {problem && (
          <p class="notice bad" role="alert">
            {problem.detail}
          </p>
        )}
        <input type="hidden" name="plan" value={kind} />
        {children}
        <Field
          name="reason"
          id={`reason-for-${kind}`}
          label="Reason"
          required
          value={typed.reason ?? ""}
          error={errorOf(problem, "reason")}
          hint="Shown wherever a lead passes it over."
        />
        <button type="submit" class="primary">
          {kind === "now" ? "Begin now" : "Plan"}
        </button>
      </form>
    </Section>
  );
}

function Times({ window, now }: { window: Window; now: number }) {
  const { from, to, weekly, time_zone } = window;
  if (weekly)
    return (
      <>
        each {weekly.days.join(", ")} {weekly.from} to {weekly.to} <small class="quiet">{time_zone}</small>
      </>
    );
  const [begins, ends] = [Date.parse(from ?? ""), Date.parse(to ?? "")];
  return (
    <>
      <When at={begins} /> to <When at={ends} />{" "}
      {ends <= now ? (
        <Badge>over</Badge>
      ) : begins <= now ? (
        <Badge tone="warn">now</Badge>
      ) : (
        <Badge tone="info">planned</Badge>
      )}
    </>
  );
}

/** What the form says, as the admin call takes it. */
export function planOf(typed: Typed, zone: string): Record<string, unknown> {
  const reason = text(typed, "reason");
  if (typed.plan === "weekly")
    return set({
      weekly: {
        days: DAYS.filter((day) => typed[`day_${day}`] === "1"),
        from: text(typed, "hour_from"),
        to: text(typed, "hour_to"),
      },
      time_zone: optional(text(typed, "time_zone")),
      reason,
    });
  if (typed.plan === "once")
    return set({ from: instantOf(text(typed, "from"), zone), to: instantOf(text(typed, "to"), zone), reason });
  return set({ minutes: numberOf(typed, "minutes"), reason });
}
