import type { ConsoleContext } from "../shell/context.ts";
import { consolePage } from "../shell/page.tsx";
import { Confirm, Copy, Fact, Facts, Section } from "../shell/parts.tsx";
import { Postback, Samples } from "./contact.tsx";
import { Figures, ReasonTables } from "./figures.tsx";
import { Forms } from "./forms-part.tsx";
import { Keys } from "./keys-part.tsx";
import { Status } from "./list-page.tsx";
import type { Reasons, Summary } from "./records.ts";
import { type CampaignItem, type FormAnswer, type KeyAnswer, type PublisherAnswer, pathOf } from "./records.ts";
import { Reason, type Refused } from "./refused.tsx";

export interface PublisherView {
  publisher: PublisherAnswer;
  keys: KeyAnswer[];
  more_keys: boolean;
  forms: FormAnswer[];
  inbound: { id: string; record: { campaign_id?: string; status: string } }[];
  /** Those that it sells. */
  campaigns: CampaignItem[];
  summary: Summary | null;
  reasons: Reasons | null;
  refused?: Refused;
}

export function publisherPage(c: ConsoleContext, view: PublisherView): Response {
  const { publisher, refused } = view;
  const { id, record } = publisher;
  const origin = new URL(c.req.url).origin;
  return consolePage(c, {
    title: record.name || id,
    area: "publishers",
    status: refused?.problem.status,
    crumbs: [{ href: "/ops/publishers", label: "Publishers" }],
    notice: refused && { tone: "bad", text: refused.problem.detail || refused.problem.code },
    actions: (
      <>
        <a class="button" href={`${pathOf(id)}/edit`}>
          Edit
        </a>
        <Switch id={id} status={record.status} refused={refused} />
      </>
    ),
    children: (
      <>
        <Figures summary={view.summary} id={id} />
        <About publisher={publisher} />
        <ReasonTables reasons={view.reasons} />
        <Keys id={id} keys={view.keys} more={view.more_keys} refused={refused} />
        <Samples view={view} origin={origin} />
        <Postback publisher={publisher} />
        <Forms id={id} forms={view.forms} campaigns={view.campaigns} origin={origin} refused={refused} />
        <Inbound view={view} origin={origin} />
      </>
    ),
  });
}

function Switch({ id, status, refused }: { id: string; status: string; refused?: Refused }) {
  const pauses = status === "active";
  return (
    <Confirm
      action={`${pathOf(id)}/${pauses ? "pause" : "resume"}`}
      label={pauses ? "Pause" : "Resume"}
      tone={pauses ? "danger" : "primary"}
      open={refused?.at === "switch"}
    >
      <p>
        {pauses
          ? "Its requests are answered publisher_paused within two seconds. What it sold stays sold, and leads under way go on."
          : "Its requests are taken again within two seconds."}
      </p>
      <Reason refused={refused} at="switch" />
    </Confirm>
  );
}

function About({ publisher: { id, record, version, author } }: { publisher: PublisherAnswer }) {
  return (
    <Section
      title="Terms"
      actions={
        <a href={`/ops/audit?target=${encodeURIComponent(`publisher:${id}`)}`}>
          Version {version} by {author}
        </a>
      }
    >
      <Facts>
        <Fact name="Id">
          <Copy text={id} />
        </Fact>
        <Fact name="State">
          <Status status={record.status} />
        </Fact>
        <Fact name="Mode">{record.mode === "final" ? "final: resells elsewhere at once" : "pending: waits"}</Fact>
        {record.mode === "final" && (
          <Fact name="No answer at the deadline">
            {record.risk_rule === "accepted" ? "told yes, at our risk" : "told no"}
          </Fact>
        )}
        <Fact name="Share of the price">
          {record.publisher_share === undefined ? "the campaign's" : `${record.publisher_share} %`}
        </Fact>
        <Fact name="Below its ping's price">{record.allow_below_promise ? "allowed" : "never"}</Fact>
        <Fact name="Requests a second">{record.pings_per_second}</Fact>
        <Fact name="Campaigns">
          {record.campaigns.map((campaign, n) => (
            <>
              {n > 0 && ", "}
              <a href={`/ops/campaigns/${encodeURIComponent(campaign)}`}>{campaign}</a>
            </>
          ))}
        </Fact>
      </Facts>
      {record.notes && <p>{record.notes}</p>}
    </Section>
  );
}

function Inbound({ view, origin }: { view: PublisherView; origin: string }) {
  if (view.inbound.length === 0) return null;
  return (
    <Section title="Inbound addresses" hint="For systems that keep another exchange's language.">
      <ul>
        {view.inbound.map(({ id, record }) => (
          <li>
            <Copy text={`${origin}/in/${id}`} /> <Status status={record.status} />{" "}
            <small class="quiet">{record.campaign_id}</small>
          </li>
        ))}
      </ul>
    </Section>
  );
}
