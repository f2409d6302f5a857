import type { PublisherInput } from "../schema/config/publisher.ts";
import { autoInsurance, homeSolar } from "../schema/verticals/index.ts";
import { type Admin, callJson } from "./api.ts";
import { type Player, recordsOf } from "./buyers/index.ts";
import { step, until } from "./output.ts";
import { driver } from "./people.ts";

export const FORM_KEY = "demo_form_auto";

export interface Seeded {
  /** API keys by publisher. */
  keys: Record<"quotewise" | "leadstream", string>;
  form_key: string;
  /** Origin of the page that holds the form. */
  origin: string;
}

const publishers = (site: string): PublisherInput[] => [
  {
    id: "quotewise",
    name: "QuoteWise (final: resells elsewhere what is not taken at once)",
    campaigns: ["auto_insurance", "home_solar"],
    mode: "final",
  },
  {
    id: "leadstream",
    name: "LeadStream (pending: waits for a postback)",
    campaigns: ["auto_insurance"],
    mode: "pending",
    postback: { url: `${site}/publishers/leadstream/postback` },
  },
];

/** Fills an empty gateway through the admin calls: what an operator would do by hand. `site`: pages and simulated buyers. */
export async function seed(admin: Admin, players: Player[], site: string): Promise<Seeded> {
  for (const campaign of [autoInsurance, homeSolar]) {
    await admin.create("campaigns", campaign);
    step(`campaign   ${campaign.id}: ${campaign.fields.length} fields`);
  }
  // Balances reach the gateway a second or two after a deposit: those who have one come first.
  const prepaid = (player: Player) => (player.deposit === undefined ? 1 : 0);
  for (const player of players.toSorted((a, b) => prepaid(a) - prepaid(b))) await seedBuyer(admin, player, site);
  for (const publisher of publishers(site)) {
    await admin.create("publishers", publisher);
    step(`publisher  ${publisher.id}: ${publisher.name}`);
  }
  await admin.create("forms", {
    ...{ id: FORM_KEY, publisher_id: "quotewise", campaign_id: "auto_insurance" },
    ...{ allowed_origins: [site], thank_you_url: `${site}/thank-you` },
  });
  await admin.post("publishers/leadstream/postback-secret", {});
  const keys = { quotewise: await newKey(admin, "quotewise"), leadstream: await newKey(admin, "leadstream") };
  step("a form and two API keys");
  return { keys, form_key: FORM_KEY, origin: site };
}

async function seedBuyer(admin: Admin, player: Player, site: string): Promise<void> {
  const { buyer, endpoint, contracts } = recordsOf(player, site);
  await admin.create("buyers", buyer);
  if (player.deposit !== undefined) {
    const entry = {
      id: `demo-deposit-${player.id}`,
      kind: "deposit",
      amount: player.deposit,
      reason: "opening deposit of the demo",
    };
    await admin.post(`buyers/${player.id}/entries`, entry);
  }
  await admin.create("endpoints", endpoint);
  for (const contract of contracts) await admin.createLive(contract);
  step(`buyer      ${player.name.padEnd(16)} ${player.about}`);
}

async function newKey(admin: Admin, publisher: string): Promise<string> {
  const { key } = await admin.post<{ key: string }>(`publishers/${publisher}/keys`, { label: "demo", test: false });
  return key;
}

/** The Worker's isolates read configuration every second or two: waits until a test ping is answered with a bid. */
export async function waitForConfiguration(gateway: string, seeded: Seeded): Promise<void> {
  const body = { campaign: "auto_insurance", lead: driver("NY", "00001").facts, test: true };
  for (const key of [seeded.keys.quotewise, seeded.keys.leadstream]) {
    await until("the configuration to reach the gateway", 20_000, async () => {
      const reply = await callJson<{ result: string }>("POST", `${gateway}/v1/pings`, { token: key, body }).catch(
        () => null,
      );
      return reply?.result === "accepted" ? true : null;
    });
  }
}
