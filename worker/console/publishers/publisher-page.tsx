import type { ConsoleContext } from "../shell/context.ts";
import { consolePage } from "../shell/page.tsx";
import { Badge, CodeBlock, Confirm, Copy, Fact, Facts, Section } from "../shell/parts.tsx";
import { Forms, Keys, Reason, type Refused } from "./access.tsx";
import { Figures, ReasonTables } from "./figures.tsx";
import { Status } from "./list-page.tsx";
import type { Reasons, Summary } from "./records.ts";
import { ADMIN, type CampaignItem, type FormAnswer, type KeyAnswer, type PublisherAnswer, pathOf } from "./records.ts";

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

/** What the publisher is sent: the specification's address, and a command that works with its own key. */
function Samples({ view, origin }: { view: PublisherView; origin: string }) {
  const { campaigns, keys } = view;
  const key =
    keys.find(({ status, test }) => status === "active" && test) ?? keys.find((one) => one.status === "active");
  const named = key
    ? `${key.prefix}…   # the key ${key.label === "" ? "" : `“${key.label}”, `}${key.test ? "test" : "live"}`
    : "…   # make a key above";
  return (
    <Section
      title="For the publisher"
      id="samples"
      hint="The posting specification holds everything for a first test sale: fields, programs to run, test values, every answer."
    >
      <ul>
        {campaigns.map(({ id, record }) => (
          <li>
            {record.name || id}: <Copy text={`${origin}/specs/${id}`} label="Copy the specification's address" />{" "}
            <a href={`/specs/${id}`}>open</a>{" "}
            {record.specs !== "public" && (
              <Badge tone="warn" title="The campaign's `specs`">
                {record.specs === "off" ? "shown to nobody" : "only with a key"}
              </Badge>
            )}
          </li>
        ))}
      </ul>
      {campaigns[0] && (
        <CodeBlock
          text={[
            `export KEY=${named}`,
            `curl -s ${origin}/v1/leads/none -H "Authorization: Bearer $KEY"   # lead_not_found: the key is good`,
            `curl -s ${origin}/specs/${campaigns[0].id}?format=markdown -H "Authorization: Bearer $KEY"`,
          ].join("\n")}
        />
      )}
    </Section>
  );
}

function Postback({ publisher: { id, record, secrets } }: { publisher: PublisherAnswer }) {
  const { postback } = record;
  const signed = secrets.includes("postback_secret");
  return (
    <Section
      title="Postback"
      id="postback"
      hint="Tells a pending publisher how its lead ended; seven tries within four and a half hours, then an alert."
      actions={
        <Confirm
          action={`${pathOf(id)}/postback-secret`}
          label={signed ? "Replace the secret" : "Make a secret"}
          role={ADMIN}
          tone={signed ? "danger" : "plain"}
        >
          <p>Shown once. {signed ? "The old one is worth nothing from then on." : "Postbacks are signed with it."}</p>
        </Confirm>
      }
    >
      {postback ? (
        <Facts>
          <Fact name="Address">
            <code>{postback.url}</code>
          </Fact>
          <Fact name="Method">{postback.method}</Fact>
          <Fact name="Signature">
            {postback.method === "GET" ? (
              "GET is not signed"
            ) : signed ? (
              "Standard Webhooks"
            ) : (
              <Badge tone="bad">no secret: none is sent</Badge>
            )}
          </Fact>
        </Facts>
      ) : (
        <p class="quiet">
          {record.mode === "pending"
            ? "None: a pending publisher without one has to ask for each lead."
            : "None. A final publisher needs none."}{" "}
          <a href={`${pathOf(id)}/edit`}>Set it</a>
        </p>
      )}
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
