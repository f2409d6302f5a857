import { it } from "vitest";
import { EmulatedGateway } from "../../support/emulated-gateway.ts";
import { EmulatedPlatform } from "../../support/emulated-platform.ts";
import { crowd, market, submitLeads, uniform } from "../../support/lead-load.ts";
it("dbg", async () => {
  const platform = new EmulatedPlatform(5);
  const buyers = crowd(platform, 8, uniform(300,700), 0.1);
  const gateway = new EmulatedGateway(platform, market(buyers.map((name) => ({ name }))));
  const runs = await platform.time.run(() => submitLeads(gateway, 2, 1));
  console.log(JSON.stringify(runs[0]), JSON.stringify(gateway.log.slice(0,3)), JSON.stringify(gateway.objects.faults), platform.network.traffic.length, [...platform.counts]);
  console.log(platform.network.traffic[0]);
  const a = runs[0]?.answer; if (a?.kind==="post" && a.lead_id) console.log(JSON.stringify((await gateway.story(a.lead_id)).steps, null, 0));
});
