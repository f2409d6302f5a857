import type * as z from "zod";
import { findAnswer, leadsAnswer, namesPerson, personAnswer } from "../../../schema/api/search.ts";
import { ANSWER_CODES, LEAD_STATES } from "../../../schema/lists.ts";
import { type Problem, query } from "../shell/api.ts";
import type { ConsoleContext } from "../shell/context.ts";
import { errorOf } from "../shell/forms.tsx";
import { consolePage, problemPage } from "../shell/page.tsx";
import { Empty, Field, Pager, Section, Select, Tabs } from "../shell/parts.tsx";
import { Styles } from "./auction-parts.tsx";
import { between, TESTS, Times } from "./filters.tsx";
import { LeadTable } from "./lead-table.tsx";
import { auctionPath, leadPath, pageOf } from "./links.ts";

const TABS = [
  { id: "leads", href: "/ops/leads", label: "Leads" },
  { id: "auctions", href: "/ops/auctions", label: "Auctions" },
  { id: "person", href: "/ops/leads/person", label: "A person's leads" },
];
export const ListTabs = ({ now }: { now: "leads" | "auctions" | "person" }) => (
  <Tabs label="Lists" tabs={TABS} now={now} />
);

const FILTERS = ["state", "publisher", "campaign", "buyer", "code", "click_id", "sub_id", "test", "after"] as const;

/** Leads, newest first; `q` looks up an id and goes straight to what has it. */
export async function leadList(c: ConsoleContext): Promise<Response> {
  const given = c.req.query();
  if (given.q !== undefined && given.q.trim() !== "") return lookUp(c, given.q.trim());
  const asked = Object.fromEntries(FILTERS.map((name) => [name, given[name] ?? ""]));
  const call = query("/leads", { ...asked, ...between(given, c.var.zone), limit: 50 });
  const answer = await c.var.api.get(call, leadsAnswer);
  if (!answer.ok && answer.status !== 422) return problemPage(c, answer.problem, "leads");
  const problem = answer.ok ? undefined : answer.problem;
  return consolePage(c, {
    title: "Leads",
    area: "leads",
    status: answer.ok ? 200 : answer.status,
    children: (
      <>
        <Styles />
        <ListTabs now="leads" />
        <Filters given={given} problem={problem} />
        {answer.ok && <Found found={answer.value} given={given} />}
      </>
    ),
  });
}

function Filters({ given, problem }: { given: Record<string, string>; problem?: Problem }) {
  const field = (name: string, label: string, placeholder?: string) => (
    <Field name={name} label={label} value={given[name]} placeholder={placeholder} error={errorOf(problem, name)} />
  );
  return (
    <form method="get" action="/ops/leads" class="filters">
      <Select name="state" label="State" options={LEAD_STATES} value={given.state} none="any" />
      <Select name="code" label="Told" options={ANSWER_CODES} value={given.code} none="anything" />
      {field("publisher", "Publisher", "its id")}
      {field("campaign", "Campaign", "its id")}
      {field("buyer", "Sold to", "a buyer's id")}
      {field("click_id", "click_id")}
      {field("sub_id", "A sub id")}
      <Select name="test" label="Tests" options={TESTS} value={given.test} none="with the others" />
      <Times given={given} problem={problem} />
      <button type="submit" class="primary">
        Search
      </button>
      <a class="button" href="/ops/leads">
        Clear
      </a>
    </form>
  );
}

function Found({ found, given }: { found: z.infer<typeof leadsAnswer>; given: Record<string, string> }) {
  const { after, ...asked } = given;
  return (
    <Section title="Found" hint={`Newest first, from the ledger: a second or two behind.`}>
      <LeadTable rows={found.items} empty={emptyText(found.next)} />
      <Pager
        first={after ? query("/ops/leads", asked) : null}
        next={found.next && query("/ops/leads", { ...asked, after: found.next })}
      />
    </Section>
  );
}

export const emptyText = (next: string | null): string =>
  next === null
    ? "Nothing fits these filters."
    : "Nothing fits among those looked at so far; the next page looks further back.";

/** One thing with this id: its page. Several: a choice. */
async function lookUp(c: ConsoleContext, q: string): Promise<Response> {
  // A number or an address that was typed here goes where a person is looked for, and not along.
  if (namesPerson(q)) return c.redirect("/ops/leads/person", 303);
  const answer = await c.var.api.get(query("/find", { q }), findAnswer);
  if (!answer.ok)
    return problemPage(
      c,
      { ...answer.problem, detail: answer.problem.errors[0]?.message ?? answer.problem.detail },
      "leads",
    );
  const { items } = answer.value;
  const lead = items.find((one) => one.kind === "lead");
  // A ping's id: its lead, where it was posted, has the auction on its page.
  if (items.length === 1 || (items.length === 2 && lead && items.some((one) => one.kind === "auction"))) {
    const page = items[0] && pageOfFound(lead ?? items[0]);
    if (page) return c.redirect(page, 303);
  }
  return consolePage(c, {
    title: "What has this id",
    area: "leads",
    status: items.length === 0 ? 404 : 200,
    crumbs: [{ href: "/ops/leads", label: "Leads" }],
    children:
      items.length === 0 ? (
        <Empty>Nothing in the ledger has this id. What came a second ago may not be there yet.</Empty>
      ) : (
        <ul>
          {items.map((one) => (
            <li>
              {one.kind} <a href={pageOfFound(one) ?? "/ops"}>{one.id}</a> {one.text}
            </li>
          ))}
        </ul>
      ),
  });
}

function pageOfFound({ kind, id }: { kind: string; id: string }): string | null {
  if (kind === "lead") return leadPath(id);
  return kind === "auction" ? auctionPath(id) : (pageOf(`${kind}:${id}`) ?? `/ops/audit?target=${kind}%3A${id}`);
}

/** A person's leads. The number goes in a body and is not written into the page. */
export async function personSearch(c: ConsoleContext): Promise<Response> {
  const form: Record<string, unknown> = c.req.method === "POST" ? await c.req.parseBody() : {};
  const text = (name: string): string => (typeof form[name] === "string" ? form[name].trim() : "");
  const given = Object.fromEntries(
    ["phone", "email", "reason"].flatMap((name) => (text(name) ? [[name, text(name)]] : [])),
  );
  const answer = c.req.method === "POST" ? await c.var.api.send("POST", "/leads/search", given, personAnswer) : null;
  if (answer && !answer.ok && answer.status !== 422) return problemPage(c, answer.problem, "leads");
  const problem = answer && !answer.ok ? answer.problem : undefined;
  return consolePage(c, {
    title: "A person's leads",
    area: "leads",
    status: problem ? 422 : 200,
    children: (
      <>
        <Styles />
        <ListTabs now="person" />
        <PersonForm reason={text("reason")} problem={problem} />
        {answer?.ok && (
          <Section title="Found">
            <LeadTable
              rows={answer.value.items}
              empty="No lead of this person is in the ledger, or its data was destroyed."
            />
          </Section>
        )}
      </>
    ),
  });
}

function PersonForm({ reason, problem }: { reason: string; problem?: Problem }) {
  return (
    <Section
      title="By phone or e-mail"
      hint="Hashed at once, and kept nowhere. That you searched, and why, is written to the audit."
    >
      <form method="post" action="/ops/leads/person" class="filters">
        <Field name="phone" label="Phone" type="tel" error={errorOf(problem, "phone")} />
        <Field name="email" label="or e-mail" type="email" error={errorOf(problem, "email")} />
        <Field name="reason" label="Reason" value={reason} required error={errorOf(problem, "reason")} />
        <button type="submit" class="primary">
          Search
        </button>
      </form>
    </Section>
  );
}
