import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Admin } from "../../demo/api.ts";
import { behavioursOf, everyBuyer, startBuyers } from "../../demo/buyers/index.ts";
import { migrate, startGateway } from "../../demo/gateway.ts";
import { secretsFor, varsOf } from "../../demo/place.ts";
import { pickPort } from "../../demo/ports.ts";
import { namesOf, playAll } from "../../demo/run.ts";
import { seed, waitForConfiguration } from "../../demo/seed.ts";

/** One operator of each role. */
export type Tokens = Record<"viewer" | "operator" | "admin", string>;
export interface World {
  url: string;
  tokens: Tokens;
  /** Publishers' API keys. */
  keys: Record<string, string>;
  stop(): Promise<void>;
}

const digest = (text: string): string => createHash("sha256").update(text).digest("hex");

/** The demo's whole world in a database of its own: the gateway on workerd, simulated buyers over real HTTP, all scenarios played. */
export async function startWorld(): Promise<World> {
  const dir = mkdtempSync(join(tmpdir(), "gateway-browser-"));
  const place = {
    state: join(dir, "state"),
    log: join(dir, "gateway.log"),
    leave: () => rmSync(dir, { recursive: true, force: true }),
  };
  mkdirSync(place.state);
  writeFileSync(place.log, "");
  const tokens: Tokens = { viewer: token(), operator: token(), admin: token() };
  const site = `http://127.0.0.1:${await pickPort("the buyers", 0, "", 0)}`;
  const players = everyBuyer(site);
  const buyers = await startBuyers({
    port: Number(new URL(site).port),
    buyers: behavioursOf(players),
    otherwise: (_, response) => void response.writeHead(404).end(),
  });
  await migrate(place);
  const port = await pickPort("the gateway", 0, "", 0);
  const operators = Object.entries(tokens).map(([role, secret]) => [role, { sha256: digest(secret), role }]);
  const vars = {
    ...varsOf(secretsFor(place)),
    ADMIN_TOKENS: JSON.stringify(Object.fromEntries(operators)),
    PUBLIC_URL: `http://127.0.0.1:${port}`,
  };
  const gateway = await startGateway(port, place, vars);
  const stop = async () => {
    await gateway.close();
    await buyers.close();
    place.leave();
  };
  try {
    const admin = new Admin(gateway.url, tokens.admin);
    const seeded = await seed(admin, players, site);
    await waitForConfiguration(gateway.url, seeded);
    await playAll({ gateway: gateway.url, admin, seeded }, namesOf(players));
    return { url: gateway.url, tokens, keys: seeded.keys, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

const token = (): string => `browser-${randomBytes(18).toString("base64url")}`;
