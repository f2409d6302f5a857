import type { Problem } from "../shell/api.ts";
import type { ConsoleContext } from "../shell/context.ts";
import { consolePage, problemPage } from "../shell/page.tsx";
import { Ago, Badge, Button, Copy, Empty, Fact, Facts, Money, Section, Table, When } from "../shell/parts.tsx";
import { Actions } from "./actions.tsx";
import { Attempts } from "./attempts.tsx";
import { FieldsForm } from "./fields.tsx";
import { type Letter, letter, type PlanBidder, trace } from "./schemas.ts";
import { LeadLink, State, toldText, Why, whatToDo } from "./words.tsx";

/** What an operator's form said that was refused: shown again at its place. `form`: replay, close or edit. */
export interface RefusedForm {
  form: string;
  problem: Problem;
  typed: Record<string, string>;
}

/** One letter, explained, with all that can be done about it. `open`: with its personal values, which is in the audit then. */
export async function letterPage(
  c: ConsoleContext,
  lead_id: string,
  { open = false, refused }: { open?: boolean; refused?: RefusedForm } = {},
): Promise<Response> {
  const id = encodeURIComponent(lead_id);
  const [found, story] = await Promise.all([
    c.var.api.get(`/dead-letters/${id}${open ? "?open=true" : ""}`, letter),
    c.var.api.get(`/leads/${id}/trace${open ? "?open=true" : ""}`, trace),
  ]);
  if (!found.ok && found.problem.code === "not_resting" && story.ok)
    return movedOn(c, lead_id, story.value.lead.state, refused?.problem);
  if (!found.ok) return problemPage(c, found.problem, "dead-letters");
  const one = found.value;
  const attempts = story.ok ? story.value.attempts : [];
  return consolePage(c, {
    title: "Dead letter",
    area: "dead-letters",
    crumbs: [{ href: "/ops/dead-letters", label: "Dead letters" }],
    status: refused?.problem.status,
    notice: refused && { tone: "bad", text: refused.problem.detail },
    actions: <a href={`/ops/leads/${one.lead_id}`}>The whole trace</a>,
    children: (
      <>
        <Explained one={one} />
        <Actions one={one} refused={refused} />
        <Bidders one={one} />
        <Attempts attempts={attempts} lead_id={one.lead_id} open={open} />
        <Section
          title="Fields"
          hint="What the campaign's rules say of each, and a form that mends them. Nothing is sent until the lead is replayed."
          actions={
            !open &&
            !one.erased && <Button action={`/ops/dead-letters/${one.lead_id}/open`} label="Open the values (audited)" />
          }
        >
          <FieldsForm one={one} open={open} refused={refused?.form === "edit" ? refused : undefined} />
        </Section>
        <Section title="What happened">
          <ol class="steps">
            {one.happened.map(({ at, text }) => (
              <li>
                <When at={at} /> {text}
              </li>
            ))}
          </ol>
        </Section>
      </>
    ),
  });
}

function Explained({ one }: { one: Letter }) {
  const next = whatToDo(one.why);
  return (
    <section>
      <p class="lead">
        <State state={one.state} /> <Why why={one.why} /> {one.test && <Badge>test</Badge>}
      </p>
      <p>
        <strong>{one.why_text}</strong> {next}
      </p>
      <Facts>
        <Fact name="Lead">
          <Copy text={one.lead_id} />
        </Fact>
        <Fact name="Rests since">
          <Ago at={one.resting_since} />
        </Fact>
        <Fact name="Money at risk" hint="What buyers that may have it were to pay.">
          <Money amount={one.money_at_risk} />
        </Fact>
        <Fact name="Publisher">
          <a href={`/ops/publishers/${one.publisher}`}>{one.publisher}</a> ({one.mode})
        </Fact>
        <Fact name="Campaign">
          <a href={`/ops/campaigns/${one.campaign}`}>{one.campaign}</a>
        </Fact>
        <Fact name="Publisher heard" hint="What it was told for good.">
          {toldText(one.told)}
        </Fact>
        <Fact name="Promised" hint="The least that a sale may bring the publisher.">
          <Money amount={one.promise} />
        </Fact>
      </Facts>
    </section>
  );
}

function Bidders({ one }: { one: Letter }) {
  const rows = [...one.may_have_it, ...one.wrongly_set_up, ...one.not_asked];
  return (
    <Section title="Its buyers" hint="Who may have it, whose endpoint must be repaired, and who was not asked yet.">
      <Table
        caption="Buyers of this lead's plan"
        rows={rows}
        empty="Its plan names no buyer that could still have it."
        columns={[
          { head: "Contract", cell: (row) => <a href={`/ops/contracts/${row.contract_id}`}>{row.contract_id}</a> },
          { head: "Buyer", cell: (row) => <a href={`/ops/buyers/${row.buyer_id}`}>{row.buyer_id}</a> },
          { head: "Stands at", cell: (row) => <Standing row={row} /> },
          { head: "Pays", number: true, cell: (row) => <Money amount={row.price} /> },
          { head: "Publisher gets", number: true, cell: (row) => <Money amount={row.payout} /> },
          { head: "Sent", number: true, cell: (row) => row.attempts },
          { head: "Hold ends", cell: (row) => <Ago at={row.hold_ends_at} /> },
        ]}
      />
    </Section>
  );
}

const STANDING: Record<string, string> = {
  unknown: "may have it",
  accepted: "said yes; waits for you",
  set_up_error: "wrongly set up",
  untried: "not asked yet",
  in_flight: "asked, no answer kept",
};
function Standing({ row }: { row: PlanBidder }) {
  const tone = row.status === "untried" ? "quiet" : "warn";
  return (
    <span>
      <Badge tone={tone}>{STANDING[row.status] ?? row.status.replaceAll("_", " ")}</Badge>{" "}
      {row.status === "set_up_error" && (
        <span>
          repair <code>{row.endpoint_id}</code>.{" "}
        </span>
      )}
      {row.last_text && (
        <small class="quiet">
          {row.last_text}
          {row.http_status !== null && ` HTTP ${row.http_status}.`}
        </small>
      )}
    </span>
  );
}

/** It is no dead letter any more: it is on its way, or has come to its end. Looks again by itself while it is on its way. */
function movedOn(c: ConsoleContext, lead_id: string, state: string, problem?: Problem): Response {
  return consolePage(c, {
    title: "Dead letter",
    area: "dead-letters",
    crumbs: [{ href: "/ops/dead-letters", label: "Dead letters" }],
    notice: problem && { tone: "bad", text: problem.detail },
    children: (
      <>
        <MovedOn lead_id={lead_id} state={state} />
        <p>
          <a href="/ops/dead-letters">Back to the dead letters</a>
        </p>
      </>
    ),
  });
}

const ENDS: Record<string, string> = {
  open: "It is on its way again.",
  sold: "It is sold.",
  unsold: "It ended unsold.",
  returned: "It was sold, and given back.",
  review: "It rests again.",
  parked: "It is parked again.",
};
export function MovedOn({ lead_id, state }: { lead_id: string; state: string }) {
  const look = { "hx-get": `/ops/dead-letters/${lead_id}/state`, "hx-trigger": "every 2s", "hx-swap": "outerHTML" };
  const rests = state === "review" || state === "parked";
  return (
    <div role="status" {...(state === "open" ? look : {})}>
      <Empty>
        <State state={state} /> {ENDS[state] ?? state} Lead <LeadLink id={lead_id} />.{" "}
        {rests && <a href={`/ops/dead-letters/${lead_id}`}>See why</a>}
      </Empty>
    </div>
  );
}
