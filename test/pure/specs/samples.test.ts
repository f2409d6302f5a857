import { execFile, spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Admin } from "../../../demo/api.ts";
import { type Gateway, migrate, startGateway } from "../../../demo/gateway.ts";
import { until } from "../../../demo/output.ts";
import { secretsFor, varsOf } from "../../../demo/place.ts";
import { autoInsurance, homeSolar } from "../../../schema/verticals/index.ts";

/** Programs of the posting specification, copied from its page and run as they stand, against a gateway on workerd with real HTTP. */
const CAMPAIGNS = [autoInsurance, homeSolar];
const LANGUAGES = [
  { language: "sh", file: "sell.sh", command: "sh" },
  { language: "js", file: "sell.mjs", command: process.execPath },
  { language: "python", file: "sell.py", command: "python3" },
  { language: "php", file: "sell.php", command: "php" },
];
const there = LANGUAGES.filter(({ command }) => spawnSync(command, ["-c", "exit 0"]).error === undefined);

let folder: string;
let gateway: Gateway;
let key: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "specs-"));
  const place = { state: folder, log: join(folder, "gateway.log"), leave: () => {} };
  const secrets = secretsFor(place);
  await migrate(place);
  gateway = await startGateway(await freePort(), place, varsOf(secrets));
  const admin = new Admin(gateway.url, secrets.admin);
  for (const campaign of CAMPAIGNS) await admin.create("campaigns", campaign);
  await admin.post("publishers", { id: "newcomer", name: "Newcomer", campaigns: CAMPAIGNS.map(({ id }) => id) });
  ({ key } = await admin.post<{ key: string }>("publishers/newcomer/keys", { label: "first", test: true }));
  await until("the key to reach the gateway", 20_000, async () => {
    const response = await fetch(`${gateway.url}/v1/leads/none`, { headers: { authorization: `Bearer ${key}` } });
    return response.status === 404 ? true : null;
  });
}, 120_000);

afterAll(async () => {
  await gateway?.close();
  await rm(folder, { recursive: true, force: true });
});

it("shell, JavaScript and Python are on every machine that tests", () => {
  expect(there.map(({ language }) => language)).toEqual(expect.arrayContaining(["sh", "js", "python"]));
});

const rows = CAMPAIGNS.flatMap(({ id }) =>
  there.flatMap((one) => (["two_steps", "one_step"] as const).map((way) => ({ ...one, id, way }))),
);

it.each(rows)("$id: $language, $way: sells a test lead", async ({ id, language, file, command, way }) => {
  const page = await (await fetch(`${gateway.url}/specs/${id}`)).text();
  const out = await run(command, file, sampleOf(page, `${way}/${language}`), { KEY: key });
  const answers = out.match(/["']?result["']?\]?\s*(?:=>|:)\s*["']?accepted/g);
  expect([answers?.length, out]).toEqual([way === "two_steps" ? 2 : 1, expect.stringMatching(/lead_id/)]);
});

it("a wrong key ends a program with the gateway's words", async () => {
  const page = await (await fetch(`${gateway.url}/specs/auto_insurance`)).text();
  for (const { command, file, language } of there.filter((one) => one.language !== "sh"))
    await expect(run(command, file, sampleOf(page, `two_steps/${language}`), { KEY: "pk_test_no" })).rejects.toThrow(
      /unauthorized/,
    );
});

/** What a person copies: the text of the page's sample. */
function sampleOf(page: string, name: string): string {
  const [, html] = new RegExp(`<pre [^>]*data-sample="${name}"><code>([\\s\\S]*?)</code></pre>`).exec(page) ?? [];
  if (html === undefined) throw new Error(`the page has no sample ${name}`);
  const signs: Record<string, string> = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'", "&amp;": "&" };
  return html.replace(/&(?:lt|gt|quot|#39|amp);/g, (entity) => signs[entity] ?? entity);
}

async function run(command: string, file: string, text: string, env: Record<string, string>): Promise<string> {
  const path = join(folder, file);
  await writeFile(path, text);
  return new Promise((resolve, reject) => {
    execFile(command, [path], { env: { ...process.env, ...env }, timeout: 30_000 }, (error, stdout, stderr) =>
      error ? reject(new Error(`${error.message}\n${stdout}\n${stderr}`)) : resolve(stdout),
    );
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
