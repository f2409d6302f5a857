import { ANSWER_CODES } from "../../../schema/lists.ts";
import { dateOf, shifted } from "../../flows/reports/range.ts";
import { ANSWER_TEXTS } from "../../routes/messages.ts";
import { query } from "../shell/api.ts";
import type { ConsoleContext } from "../shell/context.ts";
import { count, money, percent } from "../shell/format.ts";
import { Empty, Section, Stat, Stats, Table } from "../shell/parts.tsx";
import { type Reasons, reasonsAnswer, type Summary, summaryAnswer } from "./records.ts";

/** Days that the figures of these pages look back; the reports have every other range. */
const DAYS = 7;
const SHOWN = "pings,ping_acceptance,leads,sell_through,accepted_share,earned,answer_p95,average_offer";

/** The first of the last days, by the viewer's calendar: one of them may be an hour shorter or longer. */
const since = ({ var: { now, zone } }: ConsoleContext): string => shifted(dateOf(now, zone), 1 - DAYS);

const range = (c: ConsoleContext) => ({ from: since(c), zone: c.var.zone });

/** Figures by publisher, or of one. null: the reports could not be read; the page goes without. */
export async function figuresOf(c: ConsoleContext, publisher?: string): Promise<Summary | null> {
  const filter = publisher === undefined ? { group: "publisher" } : { publisher };
  const path = query("/reports/summary", { ...range(c), ...filter, figures: SHOWN });
  const answer = await c.var.api.get(path, summaryAnswer);
  return answer.ok ? answer.value : null;
}

export async function reasonsOf(c: ConsoleContext, publisher: string): Promise<Reasons | null> {
  const answer = await c.var.api.get(query("/reports/reasons", { ...range(c), publisher }), reasonsAnswer);
  return answer.ok ? answer.value : null;
}

/** A figure as people read it; what is not known is a dash. */
export function shown(
  summary: Summary | null,
  values: Record<string, number | null> | undefined,
  name: string,
): string {
  const value = values?.[name];
  if (value === null || value === undefined) return "–";
  const unit = summary?.figures.find((figure) => figure.name === name)?.unit;
  if (unit === "money") return money(value);
  if (unit === "percent") return percent(value / 100);
  return unit === "ms" ? `${count(value)} ms` : count(value);
}

const WORDS: readonly [string, string][] = [
  ["pings", "Pings"],
  ["ping_acceptance", "Offer rate"],
  ["answer_p95", "Answer time, p95"],
  ["leads", "Leads"],
  ["sell_through", "Sell-through"],
  ["average_offer", "Average offer"],
  ["earned", "Payout"],
];

export function Figures({ summary, id }: { summary: Summary | null; id: string }) {
  const reports = query("/ops/reports", { publisher: id });
  return (
    <Section title={`Last ${DAYS} days`} actions={<a href={reports}>All reports</a>}>
      {summary === null ? (
        <Empty>The reports cannot be read right now.</Empty>
      ) : (
        <Stats>
          {WORDS.map(([name, title]) => (
            <Stat
              name={title}
              value={shown(summary, summary.total, name)}
              hint={summary.figures.find((figure) => figure.name === name)?.sentence}
            />
          ))}
        </Stats>
      )}
    </Section>
  );
}

/** Lists that a publisher's pings and leads have. */
const LISTS = ["ping_code", "lead_code"];
const known = (word: string): word is (typeof ANSWER_CODES)[number] => ANSWER_CODES.some((code) => code === word);

export function ReasonTables({ reasons }: { reasons: Reasons | null }) {
  if (reasons === null) return null;
  return (
    <div class="columns">
      {reasons.lists
        .filter(({ name }) => LISTS.includes(name))
        .map(({ name, title }) => (
          <Section title={title}>
            <Table
              caption={title}
              rows={reasons.rows.filter(({ list, count: n }) => list === name && n > 0)}
              empty={`None in the last ${DAYS} days.`}
              columns={[
                {
                  head: "Why",
                  cell: ({ word }) => (
                    <span>
                      <code>{word}</code> {known(word) && <small class="quiet">{ANSWER_TEXTS[word].happened}</small>}
                    </span>
                  ),
                },
                { head: "How often", number: true, cell: (row) => count(row.count) },
                { head: "Share", number: true, cell: ({ share }) => percent(share / 100) },
              ]}
            />
          </Section>
        ))}
    </div>
  );
}
