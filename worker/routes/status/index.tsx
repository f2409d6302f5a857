import type { StatusAnswer } from "../../../schema/api/status.ts";
import type { PublicContext } from "../context.ts";
import { BLOCK_STYLE } from "../pages/blocks.tsx";
import { Navigation, Page, page } from "../pages/layout.tsx";
import { refuse } from "../refuse.ts";

/** One look is good for so long, in an isolate and in whatever stands before it: many readers cost as much as one. */
const KEPT_S = 10;

/** The last look of an isolate; readers who come while it is being made wait for the same one. */
export interface StatusMemory {
  at: number;
  look: Promise<StatusAnswer> | null;
}

/** GET /status: whether the gateway sells, for everybody: as a page or as data. */
export async function statusPage(ctx: PublicContext, memory: StatusMemory, request: Request): Promise<Response> {
  const format = new URL(request.url).searchParams.get("format") ?? "html";
  if (format !== "html" && format !== "json")
    return refuse("invalid_fields", {
      errors: [{ field: "format", code: "invalid", message: "must be html or json" }],
    });
  const now = ctx.now();
  if (memory.look === null || now - memory.at >= KEPT_S * 1_000 || now < memory.at) {
    memory.at = now;
    memory.look = ctx.status();
  }
  const status = await memory.look.catch((error: unknown) => {
    memory.look = null;
    throw error;
  });
  const headers = { "cache-control": `public, max-age=${KEPT_S}` };
  return format === "json" ? Response.json(status, { headers }) : page(<Status status={status} />, 200, headers);
}

const WORDS: Readonly<Record<StatusAnswer["status"], { title: string; text: string }>> = {
  operational: { title: "Selling", text: "Pings are answered and leads are sold." },
  degraded: { title: "Selling, with trouble", text: "Leads are sold; something below needs us." },
  paused: { title: "Paused", text: "Switched off by its operator: requests are answered gateway_paused." },
  down: { title: "Not selling", text: "There is no configuration to sell by. Requests are answered 503: repeat them." },
};
const AFFECTS: Readonly<Record<StatusAnswer["incidents"][number]["affects"], string>> = {
  selling: "selling",
  some_buyers: "some buyers",
  bookkeeping: "bookkeeping, not selling",
};

function Status({ status }: { status: StatusAnswer }) {
  const { pings, leads, availability } = status;
  const { title, text } = WORDS[status.status];
  return (
    <Page title={`Status: ${title}`} head={BLOCK_STYLE}>
      <Navigation />
      <h1>{title}</h1>
      <p>{text}</p>
      <h2>Incidents</h2>
      {status.incidents.length === 0 ? <p>None.</p> : <Incidents incidents={status.incidents} />}
      <h2>Figures</h2>
      <table>
        <thead>
          <tr>
            {["", "last hour", "last 24 hours"].map((cell) => (
              <th scope="col">{cell}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          <Figure
            name="Half of the pings answered within"
            hour={ms(pings?.last_hour.p50_ms)}
            day={ms(pings?.last_day.p50_ms)}
          />
          <Figure name="95 % answered within" hour={ms(pings?.last_hour.p95_ms)} day={ms(pings?.last_day.p95_ms)} />
          <Figure name="99 % answered within" hour={ms(pings?.last_hour.p99_ms)} day={ms(pings?.last_day.p99_ms)} />
          <Figure name="Leads decided before their deadline" day={percent(leads?.decided_in_time_percent)} />
          <Figure name="Time without trouble in selling" day={percent(availability?.last_day_percent)} />
        </tbody>
      </table>
      <p>
        Answer times are the gateway's own, from a ping's arrival to our answer, without the way between us; they are
        read from sums of quarter hours and rounded up. Fewer than twenty are not shown.
        {status.configuration_age_s !== null &&
          ` The configuration that is sold by is ${status.configuration_age_s} s old.`}
        {availability?.watched === false && " The gateway's own watch has not looked for five minutes."} Test traffic is
        in no figure. As <a href="/status?format=json">data</a>. Looked at <At time={status.at} />.
      </p>
    </Page>
  );
}

const ms = (value: number | null | undefined): string => (typeof value === "number" ? `${value} ms` : "–");
const percent = (value: number | null | undefined): string => (typeof value === "number" ? `${value} %` : "–");
/** For everybody's eyes: UTC, to the minute. */
function At({ time }: { time: string }) {
  return <time datetime={time}>{`${time.slice(0, 10)} ${time.slice(11, 16)} UTC`}</time>;
}

function Figure({ name, hour = "", day = "" }: { name: string; hour?: string; day?: string }) {
  return (
    <tr>
      <td>{name}</td>
      <td data-label={hour === "" ? undefined : "last hour"}>{hour}</td>
      <td data-label={day === "" ? undefined : "last 24 hours"}>{day}</td>
    </tr>
  );
}

function Incidents({ incidents }: { incidents: StatusAnswer["incidents"] }) {
  return (
    <ul>
      {incidents.map(({ title, affects, since }) => (
        <li>
          {title} Affects: {AFFECTS[affects]}. Since <At time={since} />.
        </li>
      ))}
    </ul>
  );
}
