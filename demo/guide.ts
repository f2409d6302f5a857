import { paint, say } from "./output.ts";
import { driver } from "./people.ts";
import type { Seeded } from "./seed.ts";

export interface GuideFacts {
  gateway: string;
  site: string;
  admin_token: string;
  seeded: Seeded;
  log: string;
  /** A sold lead, to look at. */
  lead_id: string | null;
}

/** What to open and what to try, ready to be pasted into a shell. */
export function guide({ gateway, site, admin_token, seeded, log, lead_id }: GuideFacts): void {
  const { facts, personal } = driver("CA");
  const json = (value: unknown) => `'${JSON.stringify(value).replaceAll("'", "'\\''")}'`;
  const post = (path: string, key: string, body: unknown) =>
    `curl -s ${gateway}${path} -H "Authorization: Bearer ${key}" -H 'Content-Type: application/json' -d ${json(body)}`;
  const operator = `-H "Authorization: Bearer ${admin_token}"`;
  say(paint.bold("\nOpen"));
  say(`  ${site}/            the consumer's form`);
  say(`  ${gateway}/ops         the operators' console: sign in with ${admin_token}`);
  say(`  ${gateway}/docs        the API's documentation`);
  say(`  ${gateway}/specs       what a publisher needs: fields, programs to run, test values`);
  say(`  ${gateway}/status      whether the gateway sells, for everybody`);
  say(`  ${gateway}/healthz     health`);
  say(paint.bold("\nFor the commands of the documentation, in another terminal"));
  say(`export GATEWAY=${gateway} GATEWAY_URL=${gateway} SITE=${site}`);
  say(`export TOKEN=${admin_token} GATEWAY_TOKEN=${admin_token}      # the operator`);
  say(`export KEY=${seeded.keys.quotewise}      # a publisher`);
  say(paint.bold("\nTry, in another terminal"));
  say(paint.dim("  # ping: public facts in, an offer out"));
  say(post("/v1/pings", seeded.keys.quotewise, { campaign: "auto_insurance", lead: facts }));
  say(
    paint.dim("  # the whole lead in one step; the same command again gives the same answer and sells nothing twice"),
  );
  say(post("/v1/leads", seeded.keys.quotewise, { campaign: "auto_insurance", lead: { ...facts, ...personal } }));
  if (lead_id) {
    say(paint.dim("  # the whole story of a lead: who was asked, what they said, why not"));
    say(`curl -s ${gateway}/v1/admin/leads/${lead_id}/trace ${operator}`);
  }
  say(paint.dim("  # the ledger's newest sales"));
  say(`curl -s '${gateway}/v1/admin/sales?limit=5' ${operator}`);
  say(paint.dim("  # pause a buyer: from the answer on it gets no post; resume it with …/resume"));
  say(
    `curl -s -X POST ${gateway}/v1/admin/buyers/patient_mutual/pause ${operator} -H 'Content-Type: application/json' -d '{"reason":"trying it out"}'`,
  );
  say(paint.dim(`\n  The gateway's log, readable: npm run tail -- ${log} --follow`));
  say(paint.bold("\nCtrl-C ends everything."));
}
