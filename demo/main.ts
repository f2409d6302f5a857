import { Admin } from "./api.ts";
import { type BuyerServer, behavioursOf, everyBuyer, type Player, startBuyers } from "./buyers/index.ts";
import { type Gateway, migrate, startGateway } from "./gateway.ts";
import { guide } from "./guide.ts";
import { play, type Told } from "./leads.ts";
import { checkLedger } from "./once.ts";
import { HELP, type Options, readOptions } from "./options.ts";
import { DemoError, paint, say, step, until } from "./output.ts";
import { type Place, secretsFor, takePlace, varsOf } from "./place.ts";
import { pickPort } from "./ports.ts";
import { SCENARIOS } from "./scenarios.ts";
import { seed, waitForConfiguration } from "./seed.ts";
import { show } from "./show.ts";
import { siteHandler } from "./site.ts";
import { LEGEND, wrap } from "./table.ts";

/** What has to be undone, newest first. */
const closers: (() => Promise<void> | void)[] = [];
let closing: Promise<void> | null = null;
async function closeAll(): Promise<void> {
  for (const close of closers.splice(0).reverse()) await Promise.resolve(close()).catch(() => undefined);
}
const finish = (code: number): Promise<void> => {
  closing ??= closeAll().finally(() => process.exit(code));
  return closing;
};

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options.help) return say(HELP);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      if (!closing) say("\nEnding the gateway and the buyers …");
      void finish(options.once ? 130 : 0);
    });
  }
  const from = Date.now();
  const { place, gateway, site, players, admin, token, buyers } = await start(options);
  const seeded = await seed(admin, players, site);
  action = `${gateway.url}/f/${seeded.form_key}`;
  await waitForConfiguration(gateway.url, seeded);
  step("the gateway has read its configuration; sending leads");
  say(`\n${LEGEND}`);
  const names = namesOf(players);
  const told = await playAll({ gateway: gateway.url, admin, seeded }, names);
  await reportTraffic(buyers, players);
  const leads = told.flatMap((one) => (one.lead ? [one.lead] : []));
  if (options.once) return finish((await verdict(admin, leads, from)) ? 0 : 1);
  const sold = leads.find(({ lead, sale }) => sale !== null && !lead.test);
  guide({
    gateway: gateway.url,
    site,
    admin_token: token,
    seeded,
    log: place.log,
    lead_id: sold?.lead.lead_id ?? null,
  });
}

/** The other side's counts: what really arrived over HTTP. */
async function reportTraffic(buyers: BuyerServer, players: Player[]): Promise<void> {
  const told = await until(
    "LeadStream's postback",
    8_000,
    async () => buyers.received("leadstream").postback || null,
  ).catch(() => 0);
  const counts = players.map(({ id, name }) => `${name} ${buyers.received(id).ping}/${buyers.received(id).post}`);
  say(paint.bold("\nWhat arrived at the simulated buyers, pings/posts"));
  for (const line of wrap(counts.join(", "), 110)) say(`  ${line}`);
  say(`  LeadStream was told the end of its lead by ${told} signed postback${told === 1 ? "" : "s"}.`);
}

/** A test lead's buyers have no records. */
function namesOf(players: Player[]): Map<string, string> {
  const tests = ["a", "b", "c"].map((letter): [string, string] => [`test-${letter}`, `Test buyer ${letter}`]);
  return new Map([...players.map((player): [string, string] => [player.id, player.name]), ...tests]);
}

/** Where the form's page posts to, once there is a gateway. */
let action: string | null = null;

interface Running {
  place: Place;
  gateway: Gateway;
  site: string;
  players: Player[];
  admin: Admin;
  token: string;
  buyers: BuyerServer;
}

/** Buyers, database and gateway, each with what ends it. */
async function start(options: Options): Promise<Running> {
  const place = takePlace(options.keep);
  closers.push(place.leave);
  const secrets = secretsFor(place);
  const port = await pickPort("the gateway", 8787, "--port", options.port);
  const sitePort = await pickPort("the pages and simulated buyers", 8788, "--site-port", options.site_port);
  const site = `http://127.0.0.1:${sitePort}`;
  const players = everyBuyer(site);
  const buyers = await startBuyers({
    port: sitePort,
    buyers: behavioursOf(players),
    otherwise: siteHandler(() => action),
  });
  closers.push(buyers.close);
  step(`${players.length} simulated buyers and the form listen on ${site}`);
  await migrate(place);
  step("database: migrations applied");
  const gateway = await startGateway(port, place, varsOf(secrets));
  closers.push(gateway.close);
  void gateway.ended.then(() => {
    if (closing) return;
    say(paint.red(`The gateway ended unexpectedly; see ${place.log}`));
    void finish(1);
  });
  step(`the gateway runs at ${gateway.url}`);
  return { place, gateway, site, players, admin: new Admin(gateway.url, secrets.admin), token: secrets.admin, buyers };
}

/** One after the other, those marked `aside` beside them; printed in the order in which they end, those at the last. */
async function playAll(sender: Parameters<typeof play>[0], names: ReadonlyMap<string, string>): Promise<Told[]> {
  const told: Told[] = [];
  const aside: Promise<Told>[] = [];
  const print = (one: Told) => show(told.push(one), one, names);
  for (const scenario of SCENARIOS) {
    if (!scenario.aside) print(await play(sender, scenario));
    else {
      const later = play(sender, scenario);
      later.catch(() => undefined);
      aside.push(later);
    }
  }
  for (const later of aside) print(await later);
  return told;
}

async function verdict(admin: Admin, leads: Parameters<typeof checkLedger>[1], from: number): Promise<boolean> {
  say(paint.bold("\nEvery printed sale against the ledger: price, payout, margin, and movements that sum to zero"));
  const good = await checkLedger(admin, leads, from, paint);
  say(
    good ? paint.green("All printed sales are in the ledger.") : paint.red("The ledger differs from what was printed."),
  );
  return good;
}

main().catch((error: unknown) => {
  say(
    paint.red(
      error instanceof DemoError
        ? `\nThe demo stopped: ${error.message}`
        : `\nThe demo stopped: ${error instanceof Error ? error.stack : String(error)}`,
    ),
  );
  void finish(1);
});
