import type { LogLine } from "../../worker/telemetry/log.ts";
import { paint } from "../shared/output.ts";
import type { Entry } from "./entries.ts";

type Line = LogLine & { event: string };
type Colour = (text: string) => string;

/** An entry as one line of text for a terminal. */
export function shown(entry: Entry): string {
  if (entry.kind === "other") return entry.text;
  const time = entry.at === null ? "" : paint.dim(`${clock(entry.at)} `);
  if (entry.kind === "words") {
    const colour: Colour = entry.level === "error" ? paint.red : entry.level === "warn" ? paint.yellow : paint.dim;
    return `${time}${colour(entry.text)}`;
  }
  const { line } = entry;
  if (line.event === "auction") return `${time}${auction(line)}`;
  if (line.event === "delivery") return `${time}${delivery(line)}`;
  return `${time}${other(line)}`;
}

/** In UTC, as the records have it. */
const clock = (at: number): string => new Date(at).toISOString().slice(11, 23);
const word = (value: LogLine[string]): string => (value === null || value === undefined ? "–" : String(value));
const amount = (value: LogLine[string]): string => (typeof value === "number" ? value.toFixed(2) : "–");
const mark = (line: Line): string => (line.test === true ? paint.cyan(" test") : "");

function auction(line: Line): string {
  const sold = line.result === "accepted";
  const colour = sold ? paint.green : paint.yellow;
  const end = sold
    ? `${amount(line.price)} to the publisher, ${amount(line.bid)} bid by ${word(line.winner)}`
    : word(line.code);
  return [
    colour(`auction  ${sold ? "✓" : "✗"}`),
    paint.bold(word(line.publisher).padEnd(12)),
    `${word(line.campaign).padEnd(16)} ${colour(end)}`,
    paint.dim(`${counts(line)} · ${word(line.took_ms)} ms · ${word(line.ping_id)}`),
  ]
    .join(" ")
    .concat(mark(line));
}

/** Of the buyers that were asked, what is not nothing. */
function counts(line: Line): string {
  const parts = (["bids", "no_bids", "timeouts", "errors", "not_attempted", "late"] as const).flatMap((name) =>
    typeof line[name] === "number" && line[name] > 0 ? [`${line[name]} ${name.replaceAll("_", " ")}`] : [],
  );
  return `${word(line.asked)} asked${parts.length > 0 ? `: ${parts.join(", ")}` : ""}`;
}

const OUTCOME: Readonly<Record<string, { sign: string; colour: Colour }>> = {
  accepted: { sign: "✓", colour: paint.green },
  rejected: { sign: "✗", colour: paint.yellow },
  duplicate: { sign: "✗", colour: paint.yellow },
  not_taken: { sign: "…", colour: paint.yellow },
  unknown: { sign: "?", colour: paint.red },
  set_up_error: { sign: "!", colour: paint.red },
};

function delivery(line: Line): string {
  const { sign, colour } = OUTCOME[word(line.outcome)] ?? { sign: "·", colour: paint.red };
  const why = line.class === "ok" ? "" : ` (${word(line.class)})`;
  const again =
    Number(line.attempt) > 1 || Number(line.round) > 1
      ? `, try ${word(line.attempt)} of round ${word(line.round)}`
      : "";
  return [
    colour(`${line.kind === "status" ? "status  " : "delivery"} ${sign}`),
    paint.bold(word(line.buyer).padEnd(12)),
    `${word(line.contract).padEnd(16)} ${colour(`${word(line.outcome)}${why}`)}`,
    paint.dim(`HTTP ${word(line.http_status)} · ${word(line.ms)} ms${again} · ${word(line.lead_id)}`),
  ]
    .join(" ")
    .concat(mark(line));
}

const BAD = /error|failed|broken|lost|refused/;

function other({ event, ...rest }: Line): string {
  const words = Object.entries(rest).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${word(value)}`],
  );
  const bad = BAD.test(event) || rest.ok === false;
  return `${(bad ? paint.red : paint.dim)(event.padEnd(10))} ${paint.dim(words.join(" "))}`;
}
