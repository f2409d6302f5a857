import { expect, test } from "vitest";
import { BUYER, CAMPAIGN, CONTRACT, ENDPOINT, emptied, PUBLISHER, seeded, type World, world } from "./support.ts";

interface Item {
  kind: string;
  id: string;
  version: number;
  action: string;
  written: boolean;
  record: Record<string, unknown>;
  secrets: string[];
  differences: { path: string; from?: unknown; to?: unknown }[];
  problems: { field: string }[];
}
const itemsOf = (body: Record<string, unknown>) => body.items as Item[];
const exported = async (w: World, limit = 200): Promise<Item[]> => {
  const items: Item[] = [];
  let after = "";
  do {
    const { status, body } = await w.call("GET", `/export?limit=${limit}${after && `&after=${after}`}`);
    expect(status).toBe(200);
    items.push(...itemsOf(body));
    after = (body.next ?? "") as string;
  } while (after !== "");
  return items;
};
const wire = ({ kind, version, record }: Item) => ({ kind, version, record });
const FORM = { id: "form_abcdefgh", publisher_id: "pub", campaign_id: "auto" };

test("export: every record in dependency order, secrets by name, whatever the size of its pages", async () => {
  const w = await seeded();
  await w.call("POST", "/forms", FORM);
  const all = await exported(w);
  expect(all.map(({ kind, id }) => `${kind}/${id}`)).toEqual([
    "campaign/auto",
    "publisher/pub",
    "buyer/acme",
    "endpoint/acme_http",
    "contract/acme_auto",
    "form/form_abcdefgh",
  ]);
  expect(all[3]?.secrets).toEqual(["token"]);
  expect(JSON.stringify(all)).not.toContain("sealed");
  expect(JSON.stringify(all)).not.toContain("CANARY");
  for (const limit of [1, 2, 3, 4]) expect(await exported(w, limit)).toEqual(all);
});

test("what was exported is imported without a change", async () => {
  const w = await seeded();
  const before = await exported(w);
  const dry = await w.call("POST", "/import?dry_run=true", { records: before.map(wire) });
  expect(dry.body).toMatchObject({ ok: true, dry_run: true });
  const real = await w.call("POST", "/import?reason=again", { records: before.map(wire) });
  expect(new Set(itemsOf(real.body).map(({ action }) => action))).toEqual(new Set(["same"]));
  expect(await exported(w)).toEqual(before);
});

test("an empty gateway takes all at once, in whatever order, and is then the same", async () => {
  const source = await seeded();
  const before = await exported(source);
  await emptied();
  const w = world();
  const records = before
    .map(wire)
    .reverse()
    .map((item) => ({
      ...item,
      version: 0,
      record: item.kind === "endpoint" ? { ...item.record, credentials: { token: "CANARY-token" } } : item.record,
    }));
  const dry = await w.call("POST", "/import?dry_run=true", { records });
  expect(dry.body).toMatchObject({ ok: true });
  expect(JSON.stringify(dry.body)).not.toContain("CANARY");
  expect(await exported(w)).toEqual([]);
  const real = await w.call("POST", "/import?reason=first+import", { records });
  expect([real.status, itemsOf(real.body).every(({ written }) => written)]).toEqual([200, true]);
  // An import brings terms, not standing: what is new here is a draft.
  const drafts = before.map((item) =>
    item.kind === "contract" ? { ...item, record: { ...item.record, stage: "draft" } } : item,
  );
  expect(await exported(w)).toEqual(drafts);
  const history = await w.call("GET", "/contracts/acme_auto/history");
  expect(history.body.items).toMatchObject([{ version: 1, author: "alice", reason: "first import" }]);
});

test("one record that does not fit refuses all of them, with its place", async () => {
  const w = await seeded();
  const before = await exported(w);
  const records = [
    { kind: "buyer", version: 1, record: { ...BUYER, name: "Renamed" } },
    { kind: "contract", version: 1, record: { ...CONTRACT, disclose: ["shoe_size"], endpoint_id: "nowhere" } },
  ];
  const { status, body } = await w.call("POST", "/import?reason=try", { records });
  expect([status, body.code]).toEqual([422, "invalid_fields"]);
  expect((body.errors as { field: string }[]).map(({ field }) => field).sort()).toEqual([
    "contracts/acme_auto: disclose.0",
    "contracts/acme_auto: endpoint_id",
  ]);
  expect(await exported(w)).toEqual(before);
});

test("records are checked as if all of them were there: a campaign may lose a field together with its contracts", async () => {
  const w = await seeded();
  const fields = CAMPAIGN.fields.filter(({ name }) => name !== "birth_date");
  const campaign = { kind: "campaign", version: 1, record: { ...CAMPAIGN, fields } };
  expect((await w.call("POST", "/import", { records: [campaign] })).status).toBe(422);
  const contract = {
    kind: "contract",
    version: 1,
    record: { ...CONTRACT, disclose: [], filter: { field: "zip", prefix: ["1"] } },
  };
  expect((await w.call("POST", "/import", { records: [campaign, contract] })).status).toBe(200);
});

test("a record that changed since it was read is a conflict, and nothing is written", async () => {
  const w = await seeded();
  await w.call("PATCH", "/buyers/acme", { notes: "changed by somebody" });
  const before = await exported(w);
  const records = [
    { kind: "publisher", version: 1, record: { ...PUBLISHER, name: "Renamed" } },
    { kind: "buyer", version: 1, record: { ...BUYER, notes: "mine" } },
    { kind: "campaign", version: 0, record: CAMPAIGN },
  ];
  const { status, body } = await w.call("POST", "/import", { records });
  expect([status, body.code]).toEqual([412, "version_mismatch"]);
  expect(itemsOf(body).map(({ id, action }) => [id, action])).toEqual([
    ["auto", "same"],
    ["pub", "change"],
    ["acme", "conflict"],
  ]);
  expect(await exported(w)).toEqual(before);
});

test("differences are told member by member; status and secrets stay where they are not named", async () => {
  const w = await seeded();
  await w.call("POST", "/contracts/acme_auto/pause", { reason: "complaints" });
  const records = [
    { kind: "contract", version: 2, record: { ...CONTRACT, caps: [{ per: "day", count: 9 }], priority: 7 } },
    { kind: "endpoint", version: 1, record: { ...ENDPOINT, credentials: undefined, name: "New name" } },
  ];
  const { body } = await w.call("POST", "/import", { records });
  expect(itemsOf(body).map(({ id, differences }) => [id, differences])).toEqual([
    ["acme_http", [{ path: "name", from: "Acme's API", to: "New name" }]],
    [
      "acme_auto",
      [
        { path: "caps.0.count", from: 5, to: 9 },
        { path: "priority", to: 7 },
      ],
    ],
  ]);
  const after = await exported(w);
  expect(after.find(({ kind }) => kind === "contract")?.record.status).toBe("paused");
  expect(after.find(({ kind }) => kind === "endpoint")?.secrets).toEqual(["token"]);
});

test.each([
  ["no reason to be there twice", { records: [1, 2].map(() => ({ kind: "buyer", record: BUYER })) }, 422],
  ["a kind that is none", { records: [{ kind: "key", record: { id: "x" } }] }, 422],
  ["nothing", { records: [] }, 422],
])("refused: %s", async (_, body, status) => {
  const w = await seeded();
  expect((await w.call("POST", "/import", body)).status).toBe(status);
});
