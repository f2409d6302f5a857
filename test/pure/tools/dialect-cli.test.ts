import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { buildCommand, check, type Options, suggestCommand, tryCommand } from "../../../scripts/dialect/commands.ts";
import { parseSource } from "../../../scripts/dialect/source.ts";
import { UsageError } from "../../../scripts/shared/output.ts";
import { ROOT } from "../architecture/source.ts";

const GOOD = `version: 1
ping:
  request:
    url: https://buyer.example.com/ping
    headers: { X-Key: "{{secret.api_key}}" }
    body: { zip: "{{zip}}" }
  answer:
    rules:
      - no_bid: status is failure
      - bid: status is success and price > 0
    price: price
    ref: id
post:
  request:
    url: https://buyer.example.com/post
    body: { id: "{{bid.ref}}", zip: "{{zip}}", phone: "{{phone | phone digits}}", test: "{{gateway.test}}" }
  answer:
    rules:
      - accepted: status is success
`;
const ENDPOINT = `id: acme_http
secrets: [api_key]
dialect:
  version: 1
  post:
    request:
      url: https://buyer.example.com/post
      body:
        a: "{{zip | nonsense}}"
        b: "{{gateway.nothing}}"
    answer:
      rules:
        - accepted: status is ok and and x
`;

let folder = "";
let out = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "dialect-"));
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    out += String(text);
    return true;
  });
});
afterAll(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const options = (changes: Partial<Options> = {}): Options => ({
  status: 200,
  header: [],
  test: true,
  write: false,
  now: Date.UTC(2026, 10, 20),
  ...changes,
});
function ran(command: () => number): { code: number; text: string } {
  out = "";
  const code = command();
  return { code, text: out };
}

describe("npm run dialect", () => {
  it("check: nothing is wrong", () => {
    const path = file("good.yaml", GOOD);
    expect(ran(() => check(path, options()))).toMatchObject({ code: 0 });
  });

  it("check: every problem with its line, in an endpoint's record too", () => {
    const path = file("endpoint.yaml", ENDPOINT);
    const { code, text } = ran(() => check(path, options()));
    expect(code).toBe(1);
    expect(text).toContain(`${path}:9: post.request.body.a:`);
    expect(text).toContain(`${path}:10: post.request.body.b:`);
    expect(text).toContain(`${path}:13: post.answer.rules.0`);
  });

  it.each([
    [
      "a word that is none",
      "version: 1\npost:\n  request:\n    url: https://a.example/\n    methd: GET\n",
      "post.request.methd",
      5,
    ],
    ["what is missing is told where it should be", "version: 1\npost:\n  answer: {}\n", "post.request", 3],
    ["no YAML", "version: 1\npost: [\n", "", 3],
    ["no dialect", "- 1\n", "", null],
  ])("check: %s", (_, text, path, line) => {
    const [problem] = parseSource("x.yaml", text).problems;
    expect(problem).toMatchObject({ path: path === "" ? expect.any(String) : path, line: line ?? null });
  });

  it("check --schema: what would be sent, against the buyer's schema", () => {
    const path = file("good.yaml", GOOD);
    const schema = file("schema.json", '{"required":["email"],"properties":{"phone":{"pattern":"^\\\\d{10}$"}}}');
    const { code, text } = ran(() => check(path, options({ schema })));
    expect([code, text]).toEqual([1, expect.stringContaining("email is required")]);
    expect(text).not.toContain("phone");
  });

  it("build: the request and the command, with names in place of credentials", () => {
    const path = file("good.yaml", GOOD);
    const lead = file("lead.json", '{"zip":"10001","phone":"+12125550142"}');
    const { code, text } = ran(() => buildCommand(path, options({ phase: "post", lead })));
    expect(code).toBe(0);
    expect(text).toContain('{"id":"<ref>","zip":"10001","phone":"2125550142","test":true}');
    expect(text).toContain("curl -sS -X POST 'https://buyer.example.com/post'");
    expect(ran(() => buildCommand(path, options({ phase: "ping" }))).text).toContain("X-Key: <api_key>");
  });

  it("build: says what the request does not show, and puts nothing personal into a ping", () => {
    const body = '{ a: "{{zipcode}}", b: "{{first_name}}", c: "{{dob | date MM/DD/YYYY}}" }';
    const path = file("notes.yaml", GOOD.replace('{ zip: "{{zip}}" }', body));
    const { text } = ran(() => buildCommand(path, options({ phase: "ping" })));
    expect(text).toContain('{"c":"04/17/1986"}');
    expect(text).toMatch(/body\.a: {{zipcode}} has no value: auto insurance has no such field/);
    expect(text).toMatch(/body\.b: {{first_name}} is personal/);
    expect(text).toMatch(/body\.c: {{dob}} is sent only where the contract's disclose names it/);
  });

  it("try: names what the answer has, where no rule matches", () => {
    const answer = file("root.json", '{"Response":{"Status":"success","Lead Id":7}}');
    const { text } = ran(() => tryCommand(file("good.yaml", GOOD), options({ answer })));
    expect(text).toContain('names of this answer: Response.Status, Response.["Lead Id"]');
  });

  it("try: each rule with its truth, and the exit code says yes or no", () => {
    const path = file("good.yaml", GOOD);
    const yes = file("yes.json", '{"status":"success","price":12.5,"id":"b1"}');
    const no = file("no.json", '{"status":"failure"}');
    const bid = ran(() => tryCommand(path, options({ answer: yes })));
    expect(bid.code).toBe(0);
    expect(bid.text).toMatch(/✗ no_bid[\s\S]*✓ bid[\s\S]*price +12\.5[\s\S]*reading {2}bid/);
    expect(ran(() => tryCommand(path, options({ answer: no }))).code).toBe(1);
    const broken = ran(() => tryCommand(path, options({ answer: yes, status: 502 })));
    expect([broken.code, broken.text]).toEqual([0, expect.stringContaining("perhaps a proxy's")]);
  });

  it("suggest: YAML to be pasted", () => {
    const answer = file("answer.xml", "<r><Result>Accepted</Result><LeadId>7</LeadId></r>");
    const { code, text } = ran(() => suggestCommand(answer, options({ phase: "post" })));
    expect([code, text]).toEqual([0, expect.stringContaining("- accepted: r.Result is Accepted")]);
    expect(text).toContain("buyer_lead_id: r.LeadId");
  });

  it.each<[string, () => unknown]>([
    ["a file that is not there", () => check(join(folder, "none.yaml"), options())],
    ["an answer that is not given", () => tryCommand(file("good.yaml", GOOD), options())],
    [
      "a phase that the dialect has not",
      () => tryCommand(file("good.yaml", GOOD), options({ phase: "status", answer: file("a.json", "{}") })),
    ],
    ["a dialect with problems", () => buildCommand(file("endpoint.yaml", ENDPOINT), options())],
  ])("is told when it is used wrongly: %s", (_, command) => {
    expect(command).toThrow(UsageError);
  });

  it("reads paths from where npm run was typed", () => {
    file("good.yaml", GOOD);
    const { status, stdout } = spawnSync(
      "npm",
      ["run", "-s", "--prefix", ROOT, "dialect", "--", "check", "good.yaml"],
      {
        encoding: "utf8",
        cwd: folder,
      },
    );
    expect([status, stdout]).toEqual([0, "good.yaml: nothing is wrong\n"]);
  });

  it("runs by Node alone", () => {
    const path = file("good.yaml", GOOD);
    const run = (...args: string[]) =>
      spawnSync("node", ["--no-warnings", join(ROOT, "scripts/dialect/main.ts"), ...args], {
        encoding: "utf8",
        cwd: ROOT,
      });
    expect(run("check", path)).toMatchObject({ status: 0, stdout: expect.stringContaining("nothing is wrong") });
    expect(run("nonsense")).toMatchObject({ status: 2, stderr: expect.stringContaining("there is no command") });
  });
});
