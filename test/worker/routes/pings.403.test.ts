import { expect, test } from "vitest";
import { PING, problemOf, send, world } from "./support.ts";

test.each(["home_solar", "no_such_campaign"])(
  "campaign %s is refused without saying whether it exists",
  async (campaign) => {
    const response = await send(world(), "/v1/pings", { ...PING, campaign });
    expect(response.status).toBe(403);
    const problem = await problemOf(response);
    expect(problem.code).toBe("campaign_not_allowed");
    expect(problem.errors?.[0]?.field).toBe("campaign");
    expect(JSON.stringify(problem)).not.toContain(campaign);
  },
);

test("a campaign on the publisher's list that is gone is refused the same way", async () => {
  const w = world({}, { publisher: { campaigns: ["auto_insurance", "gone"] } });
  expect((await send(w, "/v1/leads", { ...PING, campaign: "gone" })).status).toBe(403);
});
