import { Admin } from "./api.ts";
import { type BuyerServer, behavioursOf, everyBuyer, type Player, startBuyers } from "./buyers/index.ts";
import type { Closers } from "./closers.ts";
import { type Gateway, migrate, startGateway } from "./gateway.ts";
import type { Options } from "./options.ts";
import { paint, say, step } from "./output.ts";
import { secretsFor, takePlace, varsOf } from "./place.ts";
import { pickPort } from "./ports.ts";
import { siteHandler } from "./site.ts";

export interface Running {
  gateway: Gateway;
  /** Address of the demo's pages and of the simulated buyers. */
  site: string;
  players: Player[];
  admin: Admin;
  /** The operator's token, printed for the person who tries the calls. */
  token: string;
  buyers: BuyerServer;
  /** File with the gateway's log lines. */
  log: string;
  /** The form's page answers from now on, and posts there. */
  openForm(action: string): void;
}

/** Starts buyers, database and gateway; what ends each goes to `closers`. */
export async function start(options: Options, closers: Closers): Promise<Running> {
  const place = takePlace(options.keep);
  closers.add(place.leave);
  const secrets = secretsFor(place);
  const port = await pickPort("the gateway", 8787, "--port", options.port);
  const sitePort = await pickPort("the pages and simulated buyers", 8788, "--site-port", options.site_port);
  const site = `http://127.0.0.1:${sitePort}`;
  const players = everyBuyer(site);
  let action: string | null = null;
  const otherwise = siteHandler(() => action);
  const buyers = await startBuyers({ port: sitePort, buyers: behavioursOf(players), otherwise });
  closers.add(buyers.close);
  step(`${players.length} simulated buyers and the form listen on ${site}`);
  await migrate(place);
  step("database: migrations applied");
  // Simulated buyers are on this machine, and so is the address at which they may call back.
  const vars = { ...varsOf(secrets), PUBLIC_URL: `http://127.0.0.1:${port}` };
  const gateway = await startGateway(port, place, vars);
  closers.add(gateway.close);
  void gateway.ended.then(() => {
    if (closers.closing) return;
    say(paint.red(`\nThe gateway ended unexpectedly; see ${place.log}`));
    void closers.finish(1);
  });
  step(`the gateway runs at ${gateway.url}`);
  const openForm = (to: string) => {
    action = to;
  };
  const admin = new Admin(gateway.url, secrets.admin);
  return { gateway, site, players, admin, token: secrets.admin, buyers, log: place.log, openForm };
}
