import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { admin } from "../support/world.ts";

it("remembers across an eviction who acknowledged and muted what, and takes a mute back", async () => {
  await admin("POST", "/alerts/breaker_open:acme/acknowledge");
  const muted = await admin("POST", "/alerts/mute", { subject: "endpoint:acme_ep", hours: 2 });
  expect(muted).toMatchObject({
    acknowledged: { "breaker_open:acme": { by: "tester" } },
    muted: { "endpoint:acme_ep": { by: "tester" } },
  });
  await evictDurableObject(env.ALERTS.get(env.ALERTS.idFromName("main")));
  expect(await admin("GET", "/alerts/board")).toEqual(muted);
  expect(await admin("POST", "/alerts/mute", { subject: "endpoint:acme_ep", hours: 0 })).toMatchObject({ muted: {} });
});

it("names the field that is wrong", async () => {
  await expect(admin("POST", "/alerts/mute", { subject: "acme", hours: 2 })).rejects.toThrow(/422.*subject/);
});
