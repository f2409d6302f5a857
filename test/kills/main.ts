import { rmSync, writeFileSync } from "node:fs";
import { Admin } from "../../demo/api.ts";
import { Closers } from "../../demo/closers.ts";
import { DemoError, pause, say, step } from "../../demo/output.ts";
import { seededRandom } from "../support/random.ts";
import { audit, type Seen } from "./audit.ts";
import { unheard } from "./audit-told.ts";
import { BuyerBook } from "./buyer-book.ts";
import { BuyerServer } from "./buyers.ts";
import { Killer } from "./killer.ts";
import { type Ledger, readLedger } from "./ledger.ts";
import { HELP, type Options, readOptions } from "./options.ts";
import { MOST_PEOPLE } from "./people.ts";
import { GatewayProcess, placeOf } from "./process.ts";
import { Publishers } from "./publishers.ts";
import { print, resultOf } from "./report.ts";
import { Purse, seed, waitForBids } from "./seed.ts";
import { PARTIES } from "./world.ts";

/** A run that hangs ends itself: what it takes per kill, and what the drain may take. */
const limitMs = ({ kills }: Options): number => (kills * 30 + 600) * 1_000;
const MOST_LEADS = Math.min(MOST_PEOPLE, 40_000);

const closers = new Closers();

async function main(options: Options): Promise<boolean> {
  const began = Date.now();
  const random = seededRandom(options.seed);
  const dir = placeOf("kills");
  closers.add(() => (options.keep ? say(`State and log: ${dir}`) : rmSync(dir, { recursive: true, force: true })));
  step("building the Worker, making a database");
  const gateway = await GatewayProcess.prepare(dir);
  closers.add(() => gateway.kill());
  const book = new BuyerBook();
  const buyers = new BuyerServer(PARTIES, book, random);
  const site = await buyers.listen();
  closers.add(() => buyers.close());
  await gateway.start();
  const admin = new Admin(gateway.url, gateway.admin_token);
  const purse = new Purse(book);
  const keys = await seed(admin, site, purse);
  await waitForBids(gateway.url, Object.values(keys)[0] ?? "");
  step(`load: ${options.clients} clients`);
  const publishers = new Publishers(gateway.url, keys, MOST_LEADS, random);
  const load = publishers.work(options.clients);
  const killer = new Killer({ gateway, admin, book, purse, random });
  await killer.run(options.kills, publishers);
  await pause(3_000);
  publishers.stopping = true;
  await load;
  step(`${publishers.errands.length} leads were sent; the gateway ends the rest by itself`);
  await killer.settle();
  await killer.look();
  const ids = PARTIES.map(({ id }) => id);
  step("every lead that a kill broke is asked for once more, and one in ten of the others");
  await askAgain(publishers, random);
  const ledger = await whenHeard(publishers, buyers, () => readLedger(admin, ids, Object.keys(keys)));
  const seen: Seen = {
    ...{ errands: publishers.errands, book, postbacks: buyers.postbacks, ledger },
    ...{ deposits: purse.deposits, live: killer.live },
  };
  const found = audit(seen);
  const seconds = Math.round((Date.now() - began) / 1_000);
  const result = resultOf({ seed: options.seed, seconds }, killer.kills, seen, found);
  print(result, found);
  if (options.json) writeFileSync(options.json, `${JSON.stringify({ ...result, found }, null, 2)}\n`);
  return result.ok;
}

/** The ledger, once every end that a publisher waits for was told by postback; or after two minutes as it is. */
async function whenHeard(publishers: Publishers, buyers: BuyerServer, read: () => Promise<Ledger>): Promise<Ledger> {
  for (let tries = 0; ; tries++) {
    const ledger = await read();
    const left = unheard({ errands: publishers.errands, postbacks: buyers.postbacks, ledger });
    if (left.length === 0 || tries >= 24) return ledger;
    step(`waiting: ${left.length} postbacks`);
    await pause(5_000);
  }
}

/** The same request once more, after everything has ended: the answer must be the first one. */
async function askAgain(publishers: Publishers, random: () => number): Promise<void> {
  const again = publishers.errands.filter((one) => one.told.length > 0 && (one.broken > 0 || random() < 0.1));
  let next = 0;
  const client = async () => {
    for (let one = again[next++]; one; one = again[next++]) await publishers.sell(one);
  };
  await Promise.all(Array.from({ length: 8 }, client));
}

try {
  const options = readOptions(process.argv.slice(2));
  closers.onSignals(() => say("\nending"), 130);
  setTimeout(() => {
    say("the run took too long");
    void closers.finish(1);
  }, limitMs(options)).unref();
  await closers.finish((await main(options)) ? 0 : 1);
} catch (error) {
  say(error instanceof DemoError ? error.message : String((error as Error).stack ?? error));
  if (!(error instanceof DemoError) || !error.message.includes(HELP)) say("FAILED");
  await closers.finish(1);
}
