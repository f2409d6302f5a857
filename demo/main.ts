import { Closers } from "./closers.ts";
import { guide } from "./guide.ts";
import { checkLedger } from "./once.ts";
import { HELP, readOptions } from "./options.ts";
import { DemoError, paint, say, step } from "./output.ts";
import { namesOf, playAll, reportTraffic } from "./run.ts";
import { seed, waitForConfiguration } from "./seed.ts";
import { start } from "./start.ts";
import { LEGEND } from "./table.ts";

const closers = new Closers();

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options.help) return say(HELP);
  closers.onSignals(() => say("\nEnding the gateway and the buyers …"), options.once ? 130 : 0);
  const from = Date.now();
  const demo = await start(options, closers);
  const { gateway, site, players, admin, buyers } = demo;
  const seeded = await seed(admin, players, site);
  demo.openForm(`${gateway.url}/f/${seeded.form_key}`);
  await waitForConfiguration(gateway.url, seeded);
  step("the gateway has read its configuration; sending leads");
  say(`\n${LEGEND}`);
  const told = await playAll({ gateway: gateway.url, admin, seeded }, namesOf(players));
  await reportTraffic(buyers, players);
  const leads = told.flatMap((one) => (one.lead ? [one.lead] : []));
  if (options.once) {
    say(paint.bold("\nEvery printed sale against the ledger: price, payout, margin, and where the money went"));
    const good = await checkLedger(admin, leads, from, paint);
    const words = good ? "All printed sales are in the ledger." : "The ledger differs from what was printed.";
    say(good ? paint.green(words) : paint.red(words));
    return closers.finish(good ? 0 : 1);
  }
  const sold = leads.find(({ lead, sale }) => sale !== null && !lead.test);
  guide({
    gateway: gateway.url,
    site,
    admin_token: demo.token,
    seeded,
    log: demo.log,
    lead_id: sold?.lead.lead_id ?? null,
  });
}

main().catch((error: unknown) => {
  if (closers.closing) return;
  const why = error instanceof DemoError ? error.message : error instanceof Error ? error.stack : String(error);
  say(paint.red(`\nThe demo stopped: ${why}`));
  void closers.finish(1);
});
