import { Badge, CodeBlock, Confirm, Copy, Fact, Facts, Section } from "../shell/parts.tsx";
import type { PublisherView } from "./publisher-page.tsx";
import { ADMIN, type PublisherAnswer, pathOf } from "./records.ts";

/** What the publisher is sent: the specification's address, and a command that works with its own key. */
export function Samples({ view, origin }: { view: PublisherView; origin: string }) {
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
            `curl -s "${origin}/specs/${campaigns[0].id}?format=markdown" -H "Authorization: Bearer $KEY"`,
          ].join("\n")}
        />
      )}
    </Section>
  );
}

export function Postback({ publisher: { id, record, secrets } }: { publisher: PublisherAnswer }) {
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
