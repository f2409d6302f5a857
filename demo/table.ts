import { dollars, type Paint } from "./output.ts";
import type { AuctionTrace, LeadTrace, TraceAttempt, TraceBuyer } from "./trace.ts";

export const LEGEND = `How to read a table. One row for each buyer with an order for this kind of lead, the winner first.
  answer    what it said when it was asked for a price: bid, no bid, timeout, error; "fixed" has a standing price
            and is not asked; "not asked" was left out beforehand
  ms        from sending the question to its answer
  bid       what the buyer would pay; "you get" is the publisher's share of it
  outcome   the post (the full lead, with name and phone) goes to the highest bid alone; everyone else reads why not`;

interface Row {
  cells: [string, string, string, string, string];
  outcome: string;
  tone: "won" | "bad" | "quiet" | "plain";
}
const HEAD: Row["cells"] = ["buyer", "answer", "ms", "bid", "you get"];
const RIGHT = [false, false, true, true, true];

/**
 * An auction as lines of text: bidders by rank, then those who were asked, then those who were not.
 * @param names a buyer's id to its name; an unknown id stands for itself.
 * @param width columns of the terminal; the last column is wrapped within it.
 */
export function auctionTable(
  trace: AuctionTrace & Partial<LeadTrace>,
  names: ReadonlyMap<string, string>,
  paint: Paint,
  width = 120,
): string[] {
  const order = [...trace.buyers].sort((a, b) => standing(a) - standing(b));
  const rows = order.map((buyer) => rowOf(buyer, trace.attempts ?? [], names));
  const widths = HEAD.map((title, i) => Math.max(title.length, ...rows.map((row) => row.cells[i]?.length ?? 0)));
  const line = (cells: string[]) =>
    cells.map((cell, i) => (RIGHT[i] ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0))).join("  ");
  const left = widths.reduce((sum, one) => sum + one + 2, 0);
  const tones = { won: paint.green, bad: paint.red, quiet: paint.dim, plain: (text: string) => text };
  const lines = [paint.bold(`${line(HEAD)}  outcome`), paint.dim("─".repeat(Math.min(width, left + 46)))];
  for (const row of rows) {
    const [first = "", ...more] = wrap(row.outcome, Math.max(30, width - left));
    lines.push(
      tones[row.tone](`${line(row.cells)}  ${first}`.trimEnd()),
      ...more.map((text) => tones[row.tone](" ".repeat(left) + text)),
    );
  }
  return lines;
}

/** Bidders by rank, bids that did not count by amount, the other answers, then who was not asked, filters last. */
function standing(buyer: TraceBuyer): number {
  if (buyer.rank != null) return buyer.rank;
  if (buyer.outcome === null && buyer.bid == null) return buyer.reason === "filter" ? 4e9 : 3e9;
  return buyer.bid == null ? 2e9 : 1e9 - buyer.bid;
}

function rowOf(buyer: TraceBuyer, attempts: TraceAttempt[], names: ReadonlyMap<string, string>): Row {
  const own = attempts.filter((one) => one.contract_id === buyer.contract_id);
  const won = buyer.post?.status === "accepted";
  const bad = own.length > 0 && !won;
  return {
    cells: [
      names.get(buyer.buyer_id) ?? buyer.buyer_id,
      answerOf(buyer),
      buyer.ms == null ? "" : String(Math.round(buyer.ms)),
      buyer.bid == null ? "" : dollars(buyer.bid),
      buyer.payout == null ? "" : dollars(buyer.payout),
    ],
    outcome: outcomeOf(buyer, own),
    tone: won ? "won" : bad ? "bad" : buyer.outcome === null && buyer.rank == null ? "quiet" : "plain",
  };
}

function answerOf(buyer: TraceBuyer): string {
  if (buyer.outcome === null) return buyer.rank != null || buyer.bid != null ? "fixed" : "not asked";
  return buyer.outcome.replaceAll("_", " ");
}

/** The post's story where there was one, else why not. */
function outcomeOf(buyer: TraceBuyer, attempts: TraceAttempt[]): string {
  const posts = attempts.map((one) => `${one.outcome.replaceAll("_", " ")} after ${Math.round(one.ms)} ms`);
  const rank = buyer.rank == null ? "" : `#${buyer.rank} `;
  if (buyer.post?.status === "accepted") return `${rank}WON; post ${posts.join(", asked again: ") || "accepted"}`;
  if (posts.length > 0) return `${rank}post ${posts.join(", asked again: ")}`;
  if (buyer.post?.refusal)
    return `${rank}not posted: ${REFUSED[buyer.post.refusal] ?? buyer.post.refusal.replaceAll("_", " ")}`;
  if (buyer.outcome === "error") return faultOf(buyer);
  if (buyer.reason === "filter") return "its filter does not take this lead";
  const why = buyer.why ?? buyer.reason?.replaceAll("_", " ");
  return why ? `${rank}${why}` : `${rank}not posted`;
}

/** Why a buyer that would have won got no post: it was asked to hold money and a place for the lead, and refused. */
const REFUSED: Record<string, string> = {
  balance: "its balance does not cover the bid",
  cap_reached: "its cap is reached",
  duplicate: "it has had this consumer already",
  breaker_open: "its endpoint is failing and rests",
  consent: "the consent that its contract requires is missing",
  bid_expired: "its bid had expired",
};

function faultOf(buyer: TraceBuyer): string {
  switch (buyer.error) {
    case "http_status":
      return `answered HTTP ${buyer.http_status ?? "?"}: not a bid`;
    case "redirect":
      return `answered a redirect (HTTP ${buyer.http_status ?? "3xx"}): not followed`;
    case "unreadable":
      return "its answer cannot be read as a bid or a no";
    case "bid_invalid":
      return "its bid is not a usable amount";
    default:
      return buyer.why ?? "answered with an error";
  }
}

export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** The end of a lead in one line. */
export function saleLine(trace: LeadTrace, names: ReadonlyMap<string, string>, paint: Paint): string {
  const { lead, sale } = trace;
  const winner = trace.buyers.find((buyer) => buyer.post?.status === "accepted");
  const name = winner ? (names.get(winner.buyer_id) ?? winner.buyer_id) : "a buyer";
  const id = paint.dim(`lead ${lead.lead_id}`);
  if (lead.test) {
    const would = sale ? `it would have sold for ${dollars(sale.price)}` : `it ended ${lead.state}`;
    return `${paint.green("TEST")}: ${would}; no buyer was called and nothing is booked  ${id}`;
  }
  if (sale) {
    return `${paint.green(paint.bold("SOLD"))} to ${paint.bold(name)} for ${dollars(sale.price)}: publisher gets ${dollars(sale.payout)}, margin ${dollars(sale.margin)}  ${id}`;
  }
  const code = lead.code ? ` (${lead.code})` : "";
  if (lead.state === "review") {
    return `${paint.yellow(paint.bold("REVIEW"))}${code}: nobody knows whether ${lastAsked(trace, names)} has it, so nobody else gets it and nothing is charged  ${id}`;
  }
  return `${paint.yellow(paint.bold(lead.state.toUpperCase()))}${code}  ${id}`;
}

function lastAsked(trace: LeadTrace, names: ReadonlyMap<string, string>): string {
  const id = trace.attempts.at(-1)?.buyer_id;
  return id ? (names.get(id) ?? id) : "the buyer";
}
