import * as z from "zod";
import { CONTRACTS, callOf, crumbsOf, pageOf, type RecordAnswer, recordAnswer } from "../records/room.ts";
import { query } from "../shell/api.ts";
import type { ConsoleContext } from "../shell/context.ts";
import { consolePage, problemPage } from "../shell/page.tsx";
import { Ago, Badge, Confirm, Fact, Facts, Field, Section, Table } from "../shell/parts.tsx";
import { Breakers, Caps } from "./account-parts.tsx";
import { Checklist } from "./checklist.tsx";
import { Standing } from "./list.tsx";
import { PriceTable } from "./price-part.tsx";
import { accountAnswer, attemptList, checklistAnswer } from "./shapes.ts";
import { filterSentences, scheduleSentences } from "./words.ts";

/** A contract in one look: what it takes, what it pays, how it stands. */
export async function contractPage(c: ConsoleContext, id: string, refused?: Refused): Promise<Response> {
  const { api } = c.var;
  const stored = await api.get(callOf(CONTRACTS, id), recordAnswer);
  if (!stored.ok) return problemPage(c, stored.problem, "contracts");
  const { record } = stored.value;
  const [account, checklist, attempts] = await Promise.all([
    api.get(`/buyers/${encodeURIComponent(String(record.buyer_id))}/account?reservations=false`, accountAnswer),
    api.get(`${callOf(CONTRACTS, id)}/checklist`, checklistAnswer),
    api.get(query(`${callOf(CONTRACTS, id)}/attempts`, { limit: 10 }), attemptList),
  ]);
  const view = account.ok ? account.value : null;
  return consolePage(c, {
    title: String(record.name ?? id),
    area: "contracts",
    status: refused?.problem.status,
    crumbs: crumbsOf(CONTRACTS),
    actions: <Actions id={id} record={record} />,
    notice: refused && { tone: "bad", text: refused.problem.detail || refused.problem.code },
    children: (
      <>
        <About stored={stored.value} />
        <Terms record={record} />
        <PriceTable id={id} record={record} refused={refused?.at === "prices" ? refused.problem : undefined} />
        <Caps caps={(view?.caps ?? []).filter((cap) => cap.contract_id === id)} known={view !== null} />
        {checklist.ok && (
          <Checklist
            id={id}
            checklist={checklist.value}
            refused={refused?.at === "stage" ? refused.problem : undefined}
          />
        )}
        <Breakers
          breakers={(view?.breakers ?? []).filter((one) => one.endpoint_id === record.endpoint_id)}
          buyer={String(record.buyer_id)}
        />
        <LastResults id={id} items={attempts.ok ? attempts.value.items : []} />
      </>
    ),
  });
}

export interface Refused {
  at: "prices" | "stage" | "switch";
  problem: { status: number; code: string; detail: string; errors: { field: string; message: string }[] };
}

function Actions({ id, record }: { id: string; record: Record<string, unknown> }) {
  const page = pageOf(CONTRACTS, id);
  const word = record.status === "paused" ? "resume" : "pause";
  return (
    <>
      <a class="button primary" href={`${page}/edit`}>
        Edit
      </a>
      <a class="button" href={`${page}/history`}>
        Versions
      </a>
      <Confirm
        action={`${page}/${word}`}
        label={word === "pause" ? "Pause" : "Resume"}
        tone={word === "pause" ? "danger" : "plain"}
      >
        <p>
          {word === "pause"
            ? "No ping and no post reaches it any more; what a buyer has already is finished."
            : "It takes part in auctions again within two seconds."}
        </p>
        <Field name="reason" label="Reason" required />
      </Confirm>
    </>
  );
}

function About({ stored: { id, record, version, author, updated_at } }: { stored: RecordAnswer }) {
  return (
    <Section title="What it is">
      <Facts>
        <Fact name="State">
          <Standing record={record} />
        </Fact>
        <Fact name="Buyer">
          <a href={`/ops/buyers/${record.buyer_id}`}>{String(record.buyer_id)}</a>
        </Fact>
        <Fact name="Campaign">
          <a href={`/ops/campaigns/${record.campaign_id}`}>{String(record.campaign_id)}</a>
        </Fact>
        <Fact name="Endpoint">
          <a href={`/ops/buyers/${record.buyer_id}/endpoints/${record.endpoint_id}`}>{String(record.endpoint_id)}</a>
        </Fact>
        <Fact name="Id">
          <code>{id}</code>
        </Fact>
        <Fact name="Version">
          {version}, by {author} <Ago at={updated_at} />
        </Fact>
      </Facts>
    </Section>
  );
}

function Terms({ record }: { record: Record<string, unknown> }) {
  const zone = String(record.time_zone ?? "America/New_York");
  const share =
    record.publisher_share === undefined ? "the publisher's or the campaign's" : `${record.publisher_share} %`;
  return (
    <Section title="What it takes">
      <Facts>
        <Fact name="Leads">
          <Lines lines={filterSentences(record.filter)} />
        </Fact>
        <Fact name="Hours">
          <Lines lines={scheduleSentences(record.schedule, zone)} />
        </Fact>
        <Fact name="Sources">{sourceWords(record.sources)}</Fact>
        <Fact name="Priority" hint="1 is asked to win before 2 (mode priority_tiers); a tie-break otherwise.">
          {String(record.priority ?? 100)}
        </Fact>
        <Fact name="Publisher's share">{share}</Fact>
        <Fact name="Same consumer again">after {String(record.duplicate_window_days ?? 30)} days</Fact>
        <Fact name="When in doubt">{String(record.on_unknown ?? "review").replaceAll("_", " ")}</Fact>
      </Facts>
    </Section>
  );
}

export function Lines({ lines, most = 12 }: { lines: string[]; most?: number }) {
  return (
    <>
      {lines.slice(0, most).map((line, at) => (
        <>
          {at > 0 && <br />}
          {line}
        </>
      ))}
      {lines.length > most && (
        <>
          <br />
          <span class="quiet">and {lines.length - most} more</span>
        </>
      )}
    </>
  );
}

const sources = z.object({ allow: z.array(z.string()).optional(), deny: z.array(z.string()).optional() });
function sourceWords(value: unknown): string {
  const read = sources.safeParse(value ?? {});
  const { allow, deny = [] } = read.success ? read.data : {};
  const from = allow === undefined ? "all publishers" : allow.length === 0 ? "nobody" : allow.slice(0, 10).join(", ");
  return deny.length === 0 ? from : `${from}; not ${deny.slice(0, 10).join(", ")}`;
}

function LastResults({ id, items }: { id: string; items: z.output<typeof attemptList>["items"] }) {
  return (
    <Section title="Last results" hint="Its newest attempts of the last 31 days.">
      <Table
        caption="Last results"
        rows={items}
        empty={`Nothing was posted by ${id} in the last 31 days.`}
        columns={[
          { head: "When", cell: ({ at }) => <Ago at={at} /> },
          { head: "Lead", cell: ({ lead_id }) => <a href={`/ops/leads/${lead_id}`}>{lead_id.slice(0, 12)}…</a> },
          {
            head: "Outcome",
            cell: ({ outcome }) => (
              <Badge tone={outcome === "accepted" ? "good" : outcome === "rejected" ? "quiet" : "warn"}>
                {outcome.replaceAll("_", " ")}
              </Badge>
            ),
          },
          { head: "Took", number: true, cell: ({ ms }) => <span>{Math.round(ms)} ms</span> },
        ]}
      />
    </Section>
  );
}
