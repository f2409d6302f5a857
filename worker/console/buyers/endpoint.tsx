import type { BuyerHealth } from "../../../schema/api/buyer-health.ts";
import type { ConsoleContext } from "../shell/context.ts";
import { count, duration } from "../shell/format.ts";
import { consolePage } from "../shell/page.tsx";
import { Ago, CodeBlock, Fact, Facts, Money, Section, Stat, Stats, Table } from "../shell/parts.tsx";
import { apartColumns } from "./apart.tsx";
import { type Attempt, Attempts } from "./attempts.tsx";
import { BreakerSection } from "./breakers.tsx";
import { type Drift, DriftSection } from "./drift.tsx";
import { noticeOf, SwitchButton } from "./frame.tsx";
import type { EndpointRecord } from "./shapes.ts";
import { TestSection } from "./tests.tsx";
import { ms, RangeLinks, Standing, share, standingText, successTone } from "./words.tsx";

export interface EndpointView {
  health: BuyerHealth;
  endpoint: EndpointRecord;
  attempts: readonly Attempt[];
  more: number;
  drifts: readonly Drift[];
  hours: number;
}

/** One endpoint: how it does, its breakers, what it speaks, what it was sent, and what can be done. */
export function endpointPage(c: ConsoleContext, view: EndpointView): Response {
  const { health, endpoint } = view;
  const path = `/ops/buyers/${health.id}/endpoints/${endpoint.id}`;
  const { record } = endpoint;
  return consolePage(c, {
    title: record.name,
    area: "buyers",
    crumbs: [
      { href: "/ops/buyers", label: "Buyers" },
      { href: `/ops/buyers/${health.id}`, label: health.name },
    ],
    notice: noticeOf(c),
    actions: (
      <>
        <SwitchButton path={path} paused={record.status === "paused"} what="endpoint" />
        <a class="button" href={`${path}/maintenance`}>
          Maintenance
        </a>
        <a class="button" href={`${path}/credentials`}>
          Credentials
        </a>
        <a class="button" href={`${path}/edit`}>
          Edit
        </a>
      </>
    ),
    children: <Body {...view} path={path} />,
  });
}

function Body({ health, endpoint, attempts, more, drifts, hours, path }: EndpointView & { path: string }) {
  const own = health.endpoints.find(({ id }) => id === endpoint.id);
  const contracts = health.contracts.filter(({ endpoint_id }) => endpoint_id === endpoint.id);
  const { record, secrets } = endpoint;
  return (
    <>
      <p>
        <code>{endpoint.id}</code> {own && <Standing word={own.standing} />}{" "}
        {own && own.standing !== "ok" && <span class="quiet">{standingText(own.standing)}</span>}{" "}
        {own?.maintenance && (
          <span class="quiet">
            {own.maintenance.reason}; ends <Ago at={own.maintenance.until} />
          </span>
        )}
      </p>
      <RangeLinks path={path} hours={hours} />
      {own && <Figures of={own.figures} />}
      <BreakerSection health={health} own={own} path={path} />
      <ContractsSection contracts={contracts} />
      <TestSection path={path} contracts={contracts.map(({ id }) => id)} accepts={record.accepts_test} />
      <DriftSection path={path} drifts={drifts} />
      <Attempts buyer={health.id} items={attempts} more={more} />
      <Section
        title="Set-up"
        actions={
          <a class="button" href={`${path}/edit`}>
            Edit
          </a>
        }
      >
        <Facts>
          <Fact name="Ping timeout">{duration(record.ping_timeout_ms)}</Fact>
          <Fact name="Post timeout">{duration(record.post_timeout_ms)}</Fact>
          <Fact name="Knows a repeated post">{record.idempotent ? "yes" : "no"}</Fact>
          <Fact name="Takes tests">{record.accepts_test ? "yes" : "no"}</Fact>
          <Fact name="Client certificate">{record.client_certificate ?? "none"}</Fact>
          <Fact name="Credentials" hint="Names only: values are sealed.">
            {secrets.length === 0 ? "none" : secrets.map((name) => <code>{name} </code>)}
          </Fact>
          <Fact name="Version">
            {endpoint.version}, <Ago at={endpoint.updated_at} /> by {endpoint.author}
          </Fact>
        </Facts>
        {record.notes !== "" && <p class="notes">{record.notes}</p>}
        <h3>Dialect</h3>
        <details>
          <summary>What it is sent, and how its answers are read</summary>
          <CodeBlock text={JSON.stringify(record.dialect, null, 2)} />
        </details>
      </Section>
    </>
  );
}

function Figures({ of }: { of: BuyerHealth["endpoints"][number]["figures"] }) {
  return (
    <Stats>
      <Stat
        name="Delivery"
        value={share(of.delivery_success)}
        tone={successTone(of.delivery_success)}
        hint="Posts with an answer that says what became of the lead."
        note={`${count(of.posts_answered)} of ${count(of.posts)} posts`}
      />
      <Stat
        name="Acceptance"
        value={share(of.post_acceptance)}
        hint="Share of the yes among yes and no."
        note={`${count(of.posts_accepted)} yes, ${count(of.posts_rejected)} no`}
      />
      <Stat name="Post p50" value={ms(of.post_p50)} hint="Half of the posts took no longer." />
      <Stat name="Post p95" value={ms(of.post_p95)} hint="95 % of the posts took no longer." />
      <Stat name="Post p99" value={ms(of.post_p99)} hint="99 % of the posts took no longer." />
      <Stat
        name="Unknown"
        value={count(of.posts_unknown)}
        tone={of.posts_unknown > 0 ? "warn" : "quiet"}
        hint="Neither a yes nor a no could be read."
      />
      <Stat
        name="Set-up errors"
        value={count(of.posts_set_up_error)}
        tone={of.posts_set_up_error > 0 ? "bad" : "quiet"}
        hint="Refused for what is wrong in our set-up."
      />
    </Stats>
  );
}

function ContractsSection({ contracts }: { contracts: BuyerHealth["contracts"] }) {
  return (
    <Section title="Contracts through it" hint="Pings are counted by contract, best effort; posts and money are exact.">
      <Table
        caption="Contracts"
        rows={contracts}
        empty="No contract goes through it."
        columns={[
          { head: "Contract", cell: ({ id, name }) => <a href={`/ops/contracts/${id}`}>{name}</a> },
          { head: "Status", cell: ({ status, stage }) => (status === "paused" ? "paused" : stage) },
          { head: "Asked", number: true, cell: ({ figures }) => count(figures.asked) },
          { head: "Too late", number: true, cell: ({ figures }) => count(figures.too_late) },
          ...apartColumns,
          { head: "Ping p50", number: true, cell: ({ figures }) => ms(figures.ping_p50) },
          { head: "p95", number: true, cell: ({ figures }) => ms(figures.ping_p95) },
          { head: "p99", number: true, cell: ({ figures }) => ms(figures.ping_p99) },
          { head: "Won", number: true, cell: ({ figures }) => share(figures.win_rate) },
          { head: "Posts", number: true, cell: ({ figures }) => count(figures.posts) },
          { head: "Revenue", number: true, cell: ({ figures }) => <Money amount={figures.revenue} /> },
        ]}
      />
    </Section>
  );
}
