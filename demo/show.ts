import type { Told } from "./leads.ts";
import { paint, say } from "./output.ts";
import { auctionTable, saleLine, wrap } from "./table.ts";

const width = (): number => Math.max(90, Math.min(process.stdout.columns ?? 130, 160));

/** One scenario: its title, what to watch, what the publisher saw, the auction as a table, the end. */
export function show(number: number, told: Told, names: ReadonlyMap<string, string>): void {
  const { scenario, lines, lead, auction } = told;
  const columns = width();
  say(`\n${paint.bold(`${number}. ${scenario.title}`)}`);
  for (const line of wrap(scenario.watch, columns - 3)) say(`   ${paint.dim(line)}`);
  for (const line of lines) say(`   ${scenario.by}: ${line}`);
  const trace = lead ?? auction;
  if (trace) for (const line of auctionTable(trace, names, paint, columns - 3)) say(`   ${line}`);
  if (lead) say(`   ${saleLine(lead, names, paint)}`);
  else if (auction)
    say(`   ${paint.yellow(paint.bold("NO OFFER"))} (${auction.auction?.code ?? auction.auction?.result ?? ""})`);
}
