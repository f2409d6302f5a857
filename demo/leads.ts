import { createHash, randomBytes } from "node:crypto";
import { type Admin, callJson } from "./api.ts";
import { submitAsBrowser } from "./browser.ts";
import { DemoError, dollars, until } from "./output.ts";
import type { Person } from "./people.ts";
import type { Scenario } from "./scenarios.ts";
import type { Seeded } from "./seed.ts";
import type { AuctionTrace, LeadTrace } from "./trace.ts";

export interface PingReply {
  result: string;
  ping_id: string;
  price: number;
  code?: string;
}
export interface PostReply {
  result: string;
  lead_id: string;
  price: number;
  code?: string;
  redirect_url?: string;
}
/** What the publisher saw, and the operator's view of the same. */
export interface Told {
  scenario: Scenario;
  /** The publisher's side, line by line. */
  lines: string[];
  lead: LeadTrace | null;
  /** Where there is no lead: the ping's auction. */
  auction: AuctionTrace | null;
}

export interface Sender {
  gateway: string;
  admin: Admin;
  seeded: Seeded;
}

/** Sends one scenario as its publisher would, and fetches the trace once the lead has ended. */
export async function play(sender: Sender, scenario: Scenario): Promise<Told> {
  const person = scenario.person();
  const lines: string[] = [];
  let lead_id: string | null = null;
  let ping_id = "";
  if (scenario.way === "form") lead_id = await submitForm(sender, person, lines);
  else if (scenario.way === "one_step") lead_id = (await oneStep(sender, scenario, person, lines)).lead_id;
  else {
    const ping = await sendPing(sender, scenario, person, lines);
    ping_id = ping.ping_id;
    if (scenario.way === "two_step" && ping.result === "accepted")
      lead_id = await sendPost(sender, scenario, ping, person, lines);
  }
  if (lead_id === null) {
    const auction = await until(`the auction of ping ${ping_id}`, 15_000, () =>
      found<AuctionTrace>(sender.admin, `auctions/${ping_id}`),
    );
    return { scenario, lines, lead: null, auction };
  }
  const path = `leads/${lead_id}/trace`;
  const lead = await until(`the end of lead ${lead_id}`, 60_000, async () => {
    const trace = await found<LeadTrace>(sender.admin, path);
    return trace && trace.lead.state !== "open" ? trace : null;
  });
  return { scenario, lines, lead, auction: null };
}

async function sendPing(
  { gateway, seeded }: Sender,
  scenario: Scenario,
  person: Person,
  lines: string[],
): Promise<PingReply> {
  const body = { campaign: scenario.campaign, lead: person.facts, phone_hash: phoneHash(person), ...extras(scenario) };
  const { value, ms } = await timed(() =>
    callJson<PingReply>("POST", `${gateway}/v1/pings`, { token: seeded.keys[scenario.by], body }),
  );
  lines.push(`POST /v1/pings   ${value.result}${code(value)}${priced(value, "offer ")} (${ms} ms)`);
  return value;
}

async function sendPost(
  { gateway, seeded }: Sender,
  scenario: Scenario,
  ping: PingReply,
  person: Person,
  lines: string[],
): Promise<string> {
  const body = { ping_id: ping.ping_id, lead: { ...person.facts, ...person.personal } };
  const post = () => callJson<PostReply>("POST", `${gateway}/v1/posts`, { token: seeded.keys[scenario.by], body });
  const { value, ms } = await timed(post);
  lines.push(`POST /v1/posts   ${value.result}${code(value)}${priced(value)} (${ms} ms)`);
  if (scenario.again) {
    const repeated = await timed(post);
    if (JSON.stringify(repeated.value) !== JSON.stringify(value))
      throw new DemoError("the repeated post had another answer than the first");
    lines.push(`POST /v1/posts   the same once more: the same answer (${repeated.ms} ms)`);
  }
  return value.lead_id;
}

async function oneStep(
  { gateway, seeded }: Sender,
  scenario: Scenario,
  person: Person,
  lines: string[],
): Promise<PostReply> {
  const body = {
    campaign: scenario.campaign,
    lead: { ...person.facts, ...person.personal },
    click_id: "demo-click",
    ...extras(scenario),
  };
  const { value, ms } = await timed(() =>
    callJson<PostReply>("POST", `${gateway}/v1/leads`, { token: seeded.keys[scenario.by], body }),
  );
  lines.push(`POST /v1/leads   ${value.result}${code(value)}${priced(value)} (${ms} ms)`);
  return value;
}

/** As a browser does it: form-encoded, without a key, answered by a redirect. The lead is found by the click id that was sent along. */
async function submitForm({ gateway, admin, seeded }: Sender, person: Person, lines: string[]): Promise<string> {
  const click_id = `form-${randomBytes(6).toString("hex")}`;
  const { consent_at: _, ip_address: __, ...typed } = person.personal;
  const fields = Object.entries({ ...person.facts, ...typed, click_id }).map(([name, value]): [string, string] => [
    name,
    String(value),
  ]);
  const { value: answer, ms } = await timed(() =>
    submitAsBrowser(`${gateway}/f/${seeded.form_key}`, seeded.origin, fields),
  );
  if (answer.status !== 303)
    throw new DemoError(`the form was answered ${answer.status}: ${answer.text.slice(0, 400)}`);
  lines.push(`POST /f/${seeded.form_key}   303 to ${answer.location} (${ms} ms)`);
  return until("the form's lead in the ledger", 20_000, async () => {
    const { items } = await admin.get<{ items: { lead_id: string; click_id: string | null }[] }>("leads?limit=50");
    return items.find((lead) => lead.click_id === click_id)?.lead_id ?? null;
  });
}

/** null while the gateway answers 404. */
async function found<T>(admin: Admin, path: string): Promise<T | null> {
  return admin.get<T>(path).catch((error: unknown) => {
    if (error instanceof DemoError && error.message.includes(" answered 404")) return null;
    throw error;
  });
}

function extras({ timeout_ms, min_price, test }: Scenario): Record<string, number | boolean> {
  return { ...(timeout_ms && { timeout_ms }), ...(min_price && { min_price }), ...(test && { test }) };
}
const code = (reply: { code?: string }): string => (reply.code ? ` (${reply.code})` : "");
/** A price is worth a word only where there is one. */
const priced = ({ result, price }: { result: string; price: number }, offer = ""): string =>
  result === "accepted" ? `, ${offer}${dollars(price)}` : "";
const phoneHash = ({ personal }: Person): string =>
  createHash("sha256")
    .update(`+1${String(personal.phone).replace(/\D/g, "")}`)
    .digest("hex");

async function timed<T>(run: () => Promise<T>): Promise<{ value: T; ms: number }> {
  const began = performance.now();
  const value = await run();
  return { value, ms: Math.round(performance.now() - began) };
}
