import type { BuyerServer, Player } from "./buyers/index.ts";
import { play, type Sender, type Told } from "./leads.ts";
import { paint, say, until } from "./output.ts";
import { SCENARIOS } from "./scenarios.ts";
import { show } from "./show.ts";
import { wrap } from "./table.ts";

/** By id. A test lead's buyers have no records. */
export function namesOf(players: Player[]): Map<string, string> {
  const tests = ["a", "b", "c"].map((letter): [string, string] => [`test-${letter}`, `Test buyer ${letter}`]);
  return new Map([...players.map((player): [string, string] => [player.id, player.name]), ...tests]);
}

/** One after the other, those marked `aside` beside them; printed in the order in which they end, those at the last. */
export async function playAll(sender: Sender, names: ReadonlyMap<string, string>): Promise<Told[]> {
  const told: Told[] = [];
  const aside: Promise<Told>[] = [];
  const print = (one: Told) => show(told.push(one), one, names);
  for (const scenario of SCENARIOS) {
    if (!scenario.aside) print(await play(sender, scenario));
    else {
      const later = play(sender, scenario);
      // Awaited below: until then its failure must not end the process.
      later.catch(() => undefined);
      aside.push(later);
    }
  }
  for (const later of aside) print(await later);
  return told;
}

/** The other side's counts: what really arrived over HTTP. */
export async function reportTraffic(buyers: BuyerServer, players: Player[]): Promise<void> {
  const arrived = async () => buyers.received("leadstream").postback || null;
  const told = await until("LeadStream's postback", 8_000, arrived).catch(() => 0);
  const counts = players.map(({ id, name }) => `${name} ${buyers.received(id).ping}/${buyers.received(id).post}`);
  say(paint.bold("\nWhat arrived at the simulated buyers, pings/posts"));
  for (const line of wrap(counts.join(", "), 110)) say(`  ${line}`);
  say(`  LeadStream was told the end of its lead by ${told} signed postback${told === 1 ? "" : "s"}.`);
}
