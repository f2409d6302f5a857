import { Webhook } from "standardwebhooks";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { autoInsurance } from "../../../schema/verticals/index.ts";
import { deps } from "../../../worker/deps.ts";
import { admin, seedBuyer, seedCampaign, World } from "../../support/world.ts";
import { fresh, incidents, notices, posts, ring, SECRET, to } from "./support.ts";

let world: World;
let seeded = false;
beforeEach(async () => {
  world = new World();
  vi.spyOn(console, "log").mockImplementation(() => {});
  if (!seeded) {
    await seedCampaign(autoInsurance);
    await seedBuyer("acme", autoInsurance.id);
    await admin("PUT", "/alert-channels/hook", {
      name: "Hook",
      type: "webhook",
      url: "http://127.0.0.1/hook/alerts",
      secret: SECRET,
    });
  }
  seeded = true;
  await fresh();
});
afterEach(() => world.end());
const minute = 60_000;
const answers = (...statuses: number[]) => {
  let nth = 0;
  world.buyers.set("hook", {
    alerts: () => new Response("", { status: statuses[Math.min(nth++, statuses.length - 1)] }),
  });
};
/** A contract whose posts fail, seen at the next look. */
async function failing(): Promise<void> {
  await ring(world, minute);
  await posts(20, "server", deps().now());
  await ring(world, minute);
}
const own = (all: { kind: string }[]) =>
  all
    .map(({ kind }) => kind)
    .filter((kind) => kind !== "balance_low")
    .sort();

it("finds, tells by a signed webhook, resolves and tells that too; the ledger has it", async () => {
  answers(200);
  await failing();
  expect(own(await incidents("?state=open"))).toEqual(["errors_in_row", "http_errors", "success_low"]);
  const [sent] = to(world, "/hook/alerts");
  const body = new Webhook(SECRET).verify(sent?.body ?? "", sent?.headers ?? {}) as {
    alerts: { kind: string; event: string }[];
    id: string;
  };
  expect(own(body.alerts)).toEqual(["errors_in_row", "http_errors", "success_low"]);
  expect(sent?.headers["webhook-id"]).toBe(body.id);
  await posts(1_200, "ok", deps().now());
  for (let n = 0; n < 5; n++) await ring(world, minute);
  const over = to(world, "/hook/alerts").map(({ body }) =>
    (JSON.parse(body) as { alerts: { event: string }[] }).alerts.map(({ event }) => event),
  );
  expect(over.flat()).toContain("resolved");
  expect(own(await incidents("?state=resolved"))).toEqual(["errors_in_row", "http_errors", "success_low"]);
  const ledger = (await admin("GET", "/alerts?kind=success_low")).items as { severity: string; subject: string }[];
  expect(ledger).toMatchObject([{ subject: "contract:acme_c" }]);
});

it("a receiver that fails gets the same notice again, under the same id", async () => {
  answers(500, 503, 200);
  await failing();
  await ring(world, 5_000);
  await ring(world, 30_000);
  const ids = to(world, "/hook/alerts").map(({ headers }) => headers["webhook-id"]);
  expect(ids.length).toBe(3);
  expect(new Set(ids).size).toBe(1);
  expect(await notices()).toMatchObject([{ state: "sent", tries: 3, why: null }]);
});
