import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, expect, test } from "vitest";
import { admin } from "../../support/world.ts";
import { open, send, signIn } from "./visitor.ts";

const page = async (path: string, values?: Record<string, string>) => {
  const answer = await (values ? send(path, values) : open(path));
  return { status: answer.status, to: answer.headers.get("location"), text: await answer.text() };
};

beforeAll(signIn);

test.each(["", "/history", "/notices", "/rules", "/channels", "/channels/new", "/synthetics", "/synthetics/new"])(
  "there is a page /ops/alerts%s",
  async (path) => {
    expect((await page(`/ops/alerts${path}`)).status).toBe(200);
  },
);

test("more alerts than the board shows are told of, and can be reached", async () => {
  const keeper = env.KEEPER.get(env.KEEPER.idFromName("main"));
  const known = { part: "", buyer_id: null, severity: "info", state: "open", scope: "account:x", figures: {} };
  const times = { since: 1, seen_at: 1, resolved_at: null, reopened: 0, acknowledged: null };
  const told = (n: number) => ({ event: n === 0 ? "opened" : null, severity: "info", at: 0 });
  await runInDurableObject(keeper, (_, { storage }) => {
    for (let n = 0; n < 230; n++) {
      const [id, opened_at] = [`cap_near:contract:many${n}`, 1_000_000_000_000 + n];
      const one = {
        ...known,
        ...times,
        told: told(n),
        id,
        key: id,
        kind: "cap_near",
        subject: `contract:many${n}`,
        opened_at,
      };
      storage.sql.exec(
        "INSERT INTO incidents (id, key, state, opened_at, in_ledger, body) VALUES (?, ?, 'open', ?, 1, ?)",
        id,
        id,
        opened_at,
        JSON.stringify({ ...one, message: `alert ${n}.` }),
      );
    }
  });
  const { text } = await page("/ops/alerts");
  const more = /href="(\/ops\/alerts\/history\?state=open)"/.exec(text)?.[1] ?? "";
  const seen = new Set<string>();
  for (let path: string | undefined = more; path; ) {
    const shown: string = (await page(path)).text;
    for (const [, n = ""] of shown.matchAll(/>alert (\d+)\.</g)) seen.add(n);
    path = /href="([^"]+)" rel="next"/.exec(shown)?.[1]?.replaceAll("&amp;", "&");
  }
  expect(seen.size).toBe(230);
  const of = async (n: number) => (await page(`/ops/alerts/cap_near%3Acontract%3Amany${n}`)).text;
  expect(await of(1)).toContain("Nobody yet: it is muted");
  expect(await of(0)).toContain("a notice had no room for more than its number");
  await runInDurableObject(keeper, (_, { storage }) => {
    storage.sql.exec("DELETE FROM incidents");
  });
});

test("rules: an error stands at its field and nothing typed is lost; then it is a new version", async () => {
  const typed = {
    buyer: "",
    version: "0",
    "success_low.warning": "200",
    "errors_in_row.count": "7",
    reason: "stricter",
  };
  const wrong = await page("/ops/alerts/rules", typed);
  expect(wrong.status).toBe(422);
  expect(wrong.text).toContain('id="success_low.warning-error"');
  expect(wrong.text).toContain('value="200"');
  expect(wrong.text).toContain('value="7"');
  const quiet = {
    "quiet.from": "22:00",
    "quiet.to": "07:00",
    "quiet.time_zone": "Europe/Berlin",
    critical_passes: "on",
  };
  const right = { ...typed, ...quiet, "success_low.warning": "96.5", "breaker_open.on": "off" };
  expect(await page("/ops/alerts/rules", right)).toMatchObject({ status: 303, to: "/ops/alerts/rules?done=saved" });
  expect(await admin("GET", "/alerting/main")).toMatchObject({
    version: 1,
    record: {
      rules: { success_low: { warning: 96.5 }, errors_in_row: { count: 7 }, breaker_open: { on: false } },
      quiet: { from: "22:00", to: "07:00", time_zone: "Europe/Berlin", critical_passes: true },
    },
  });
  // Somebody else was faster.
  expect((await page("/ops/alerts/rules", right)).status).toBe(409);
});

test("a channel: its secret is never in a page, not even where the form was refused", async () => {
  const typed = {
    id: "team",
    name: "Team",
    type: "slack",
    hook_url: "https://10.0.0.1/secret-hook",
    version: "0",
    min_severity: "loud",
  };
  const wrong = await page("/ops/alerts/channels/new", typed);
  expect(wrong.status).toBe(422);
  expect(wrong.text).toContain('value="team"');
  expect(wrong.text).not.toContain("secret-hook");
  expect((await page("/ops/alerts/channels/new", { ...typed, min_severity: "critical" })).to).toBe(
    "/ops/alerts/channels/team?done=saved",
  );
  const shown = await page("/ops/alerts/channels/team");
  expect(shown.text).toContain("One is kept, sealed");
  expect(shown.text).not.toContain("secret-hook");
  const tried = await page("/ops/alerts/channels/team/test", {});
  expect(tried.text).toContain("The test was not taken: the address may not be called");
  // Of another type: the hook's address is forgotten.
  const mail = {
    ...typed,
    hook_url: "",
    type: "email",
    from: "a@example.com",
    to: "b@example.com c@example.com",
    min_severity: "info",
    version: "1",
  };
  expect((await page("/ops/alerts/channels/team", mail)).status).toBe(303);
  expect(await admin("GET", "/alert-channels/team")).toMatchObject({
    record: { type: "email", to: ["b@example.com", "c@example.com"] },
    secrets: [],
  });
  expect((await page("/ops/alerts/channels/team/pause", { reason: "end of the test" })).status).toBe(303);
});
