import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { autoInsurance } from "../../../schema/verticals/index.ts";
import { fileText } from "../../../scripts/config/canonical.ts";
import { readFolder, readRecord, readVersions, textOf } from "../../../scripts/config/folder.ts";
import type { Imported, Send, Stored, ToSend } from "../../../scripts/config/gateway.ts";
import { pull } from "../../../scripts/config/pull.ts";
import { push } from "../../../scripts/config/push.ts";
import { lineDiff } from "../../../scripts/shared/lines.ts";
import type { RecordKind } from "../../../worker/routes/admin/kinds.ts";

const ENDPOINT = {
  name: "Acme's API",
  id: "acme_http",
  ping_timeout_ms: 100,
  post_timeout_ms: 5_000,
  buyer_id: "acme",
  dialect: {
    post: {
      answer: { rules: [{ accepted: "status is ok" }], format: "json" },
      request: { url: "https://buyer.example/post", body: { zip: "{{zip}}", a: { $json: { b: "{{state}}" } } } },
    },
    version: 1,
  },
};
const CONTRACT = {
  id: "acme_auto",
  buyer_id: "acme",
  campaign_id: "auto",
  endpoint_id: "acme_http",
  name: "Acme",
  priority: 100,
  price: { type: "fixed", amount: "9.50" },
  caps: [{ per: "day", count: 5 }],
  retry: { attempts: 6, first_delay_s: 4 },
};

describe("a record's file", () => {
  it("has its members in the schema's order, without defaults, and secrets by name", () => {
    expect(fileText("endpoint", ENDPOINT, ["b_key", "a_key"])).toBe(`id: acme_http
buyer_id: acme
name: Acme's API
dialect:
  version: 1
  post:
    request:
      url: https://buyer.example/post
      body:
        zip: "{{zip}}"
        a:
          $json:
            b: "{{state}}"
    answer:
      rules:
        - accepted: status is ok
post_timeout_ms: 5000
secrets:
  - a_key
  - b_key
`);
    expect(fileText("contract", CONTRACT, [])).toBe(`id: acme_auto
buyer_id: acme
campaign_id: auto
endpoint_id: acme_http
name: Acme
price:
  type: fixed
  amount: "9.50"
caps:
  - per: day
    count: 5
retry:
  first_delay_s: 4
`);
  });

  it.each<[RecordKind, Record<string, unknown>]>([
    ["endpoint", ENDPOINT],
    ["contract", CONTRACT],
    ["campaign", { ...autoInsurance }],
  ])("%s: written and read it is the same, and writing it again changes nothing", (kind, record) => {
    const text = fileText(kind, record, []);
    const read = readRecord(kind, `x/${String(record.id)}.yaml`, text);
    expect(textOf(read)).toBe(text);
  });

  it.each([
    ["bad YAML names its line", "id: acme\nname: [1", /acme\.yaml:2/],
    ["another id", "id: other\nname: x", /its id is "other"/],
    ["a secret's value", "id: acme\ncredentials: { a: b }", /must not be in a file/],
    ["a list", "- 1", /must be one record/],
  ])("is refused: %s", (_, text, message) => {
    expect(() => readRecord("buyer", "buyers/acme.yaml", text)).toThrow(message);
  });
});

describe("lines", () => {
  it("are compared with as few changes as can be", () => {
    const shown = lineDiff("a\nb\nc\nd", "a\nc\nx\nd").map(({ mark, text }) => mark + text);
    expect(shown).toEqual([" a", "-b", " c", "+x", " d"]);
  });
});

describe("pull and push", () => {
  let folder = "";
  let stored: Stored[] = [];
  let sent: ToSend[][] = [];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "config-"));
    sent = [];
    stored = [
      { kind: "buyer", id: "acme", version: 4, record: { id: "acme", name: "Acme", credit_limit: 0 }, secrets: [] },
      { kind: "endpoint", id: "acme_http", version: 2, record: ENDPOINT, secrets: ["api_key"] },
    ];
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** A gateway that believes everything, but looks at versions. */
  const send: Send = async (method, path, body) => {
    if (method === "GET") return { status: 200, body: { items: stored, next: null } };
    const { records } = body as { records: ToSend[] };
    const items = records.map(({ kind, version, record }): Imported => {
      const there = stored.find((one) => one.kind === kind && one.id === record.id)?.version ?? 0;
      const action = there === version ? (there === 0 ? "create" : "change") : "conflict";
      const written = !path.includes("dry_run") && action !== "conflict";
      return { kind, id: String(record.id), action, version: written ? there + 1 : there, written, problems: [] };
    });
    if (!path.includes("dry_run")) sent.push(records);
    return { status: 200, body: { items } };
  };
  const options = { dry_run: false, reason: "test", secrets: {} };

  it("what was pulled is pushed without a change", async () => {
    await pull(folder, send);
    expect((await readFolder(folder)).map(({ id, secrets }) => [id, secrets])).toEqual([
      ["acme", []],
      ["acme_http", ["api_key"]],
    ]);
    expect(await push(folder, send, options)).toBe(0);
    expect(sent).toEqual([]);
  });

  it("of what the folder knows alone, where that is asked for", async () => {
    await pull(folder, send);
    await rm(join(folder, "endpoints/acme_http.yaml"));
    await writeFile(join(folder, "buyers/acme.yaml"), "id: acme\nname: Renamed\n");
    await pull(folder, send, { known: true });
    expect((await readFolder(folder)).map(({ record }) => record)).toEqual([{ id: "acme", name: "Acme" }]);
  });

  it("a changed file is sent with the version that it was made from, which is then the new one", async () => {
    await pull(folder, send);
    await writeFile(join(folder, "buyers/acme.yaml"), "id: acme\nname: Renamed\n");
    expect(await push(folder, send, { ...options, dry_run: true })).toBe(0);
    expect(sent).toEqual([]);
    expect(await push(folder, send, options)).toBe(0);
    expect(sent).toEqual([[{ kind: "buyer", version: 4, record: { id: "acme", name: "Renamed" } }]]);
    expect(await readVersions(folder)).toEqual({ "buyer/acme": 5, "endpoint/acme_http": 2 });
  });

  it("refuses what somebody else changed since", async () => {
    await pull(folder, send);
    await writeFile(join(folder, "buyers/acme.yaml"), "id: acme\nname: Renamed\n");
    stored = stored.map((one) => ({ ...one, version: one.version + 1, record: { ...one.record, name: "Other" } }));
    expect(await push(folder, send, options)).toBeGreaterThan(0);
    expect(sent).toEqual([]);
  });

  it("secrets: their names must be known or given; values go with the record and into no file", async () => {
    await pull(folder, send);
    const path = join(folder, "endpoints/acme_http.yaml");
    await writeFile(path, (await readFile(path, "utf8")).replace("- api_key", "- api_key\n  - signing_key"));
    expect(await push(folder, send, options)).toBe(1);
    const secrets = { acme_http: { signing_key: "CANARY" } };
    expect(await push(folder, send, { ...options, secrets })).toBe(0);
    expect(sent[0]?.[0]?.record.credentials).toEqual({ signing_key: "CANARY" });
    stored = stored.map((one) => (one.id === "acme_http" ? { ...one, version: 3 } : one));
    const both = { acme_http: { ...secrets.acme_http, "test_credentials.signing_key": "CANARY-test" } };
    expect(await push(folder, send, { ...options, secrets: both })).toBe(0);
    expect(sent[1]?.[0]?.record.test_credentials).toEqual({ signing_key: "CANARY-test" });
    expect(await readFile(path, "utf8")).not.toContain("CANARY");
  });

  it("a file of secrets that is no YAML is named with its line, and nothing in it is shown", async () => {
    const path = join(folder, "secrets.yaml");
    await writeFile(path, 'acme_http: { api_key: "CANARY, signing_key: CANARY }\n');
    const args = ["scripts/config/main.ts", "push", folder, "--reason", "new keys", "--secrets", path];
    const env = { ...process.env, GATEWAY_TOKEN: "CANARY-token" };
    const { status, stdout, stderr } = spawnSync("node", ["--no-warnings", ...args], { encoding: "utf8", env });
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/secrets\.yaml:\d+: cannot be read as YAML\n$/);
    expect(stderr).not.toContain("CANARY");
  });
});
