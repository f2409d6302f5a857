import type { WireRequest } from "../../../schema/rpc/dialer.ts";
import type { BuildResult } from "../../buyers/dialect.ts";
import { dialectNames } from "../../buyers/dialects/index.ts";
import type { SetUp } from "../contract-test/set-up.ts";
import { answersHeading, pingAnswers, postAnswers } from "./answers.ts";
import { type Block, code, heading, text } from "./blocks.ts";
import { fieldTable, notBuilt, sampleBlocks, templateTable } from "./fields.ts";
import { samplesOf } from "./samples.ts";
import { signatureBlocks } from "./signatures.ts";
import { termBlocks } from "./terms.ts";

/** What a buyer is handed: how we deliver to it, made from its contract and dialect. No credential is in it. */
export interface Specification {
  title: string;
  contract_id: string;
  contract_version: number;
  endpoint_version: number;
  generated_at: string;
  samples: { ping: WireRequest | null; post: WireRequest | null };
  blocks: Block[];
}

export function specificationOf(set_up: SetUp, now: number, public_url: string | undefined): Specification {
  const { contract, campaign } = set_up;
  const { dialect } = contract.endpoint;
  const samples = samplesOf(set_up, now, { test: false, public_url });
  const tests = samplesOf(set_up, now, { test: true, public_url });
  const requestOf = (built: BuildResult | null) => (built?.ok ? built.request : null);
  const { name } = contract.buyer;
  return {
    title: `Delivery specification: ${campaign.config.name} for ${name}`,
    contract_id: contract.config.id,
    contract_version: contract.version,
    endpoint_version: contract.endpoint_version,
    generated_at: new Date(now).toISOString(),
    samples: { ping: requestOf(samples.ping), post: requestOf(samples.post) },
    blocks: [
      text(
        dialect.ping
          ? "For each consumer's enquiry that fits, we ask you with a ping what you would pay. If you win, and only then, you get the whole lead in a post."
          : "For each consumer's enquiry that fits, you get the whole lead in a post.",
        `Contract \`${contract.config.id}\`, version ${contract.version}, endpoint version ${contract.endpoint_version}, ${new Date(now).toISOString().slice(0, 10)}.`,
      ),
      ...pingBlocks(set_up, samples.ping),
      ...postBlocks(set_up, samples.post),
      ...testBlocks(set_up, tests.post),
      ...termBlocks(set_up),
      ...callbackBlocks(set_up, public_url),
    ],
  };
}

function pingBlocks(set_up: SetUp, sample: BuildResult | null): Block[] {
  const { dialect } = set_up.contract.endpoint;
  const { ping } = dialect;
  if (!ping || !sample) return [];
  return [
    heading("The ping"),
    text(...pingPromise(set_up)),
    ...(sample.ok ? sampleBlocks("A ping", sample.request) : [notBuilt(sample.message)]),
    ...templateTable(ping.request, dialect),
    ...fieldTable(set_up, "ping"),
    ...signatureBlocks(ping.request),
    answersHeading,
    ...pingAnswers(ping.answer),
  ];
}

/** What a ping of this contract may hold. */
function pingPromise({ contract }: SetUp): string[] {
  const { disclose } = contract.config;
  const more = disclose.map((name) => `\`${name}\``).join(", ");
  return [
    disclose.length === 0 ? "Public facts only:" : `Public facts, and what was agreed for you (${more}):`,
    "no name, phone, e-mail or address is ever in it.",
  ];
}

function postBlocks(set_up: SetUp, sample: BuildResult): Block[] {
  const { dialect } = set_up.contract.endpoint;
  const { post } = dialect;
  return [
    heading("The post"),
    ...(sample.ok ? sampleBlocks("A post", withKey(sample.request)) : [notBuilt(sample.message)]),
    ...templateTable(post.request, dialect),
    ...fieldTable(set_up, "post"),
    ...signatureBlocks(post.request),
    heading("One key for each post", 3),
    text(
      "`Idempotency-Key` names the sale: the same key is the same sale, however often it comes. Never sell or count it twice.",
    ),
    answersHeading,
    ...postAnswers(post.answer, set_up.contract.config.find_out),
  ];
}

/** The channel adds it where the dialect does not. */
function withKey(request: WireRequest): WireRequest {
  if (request.headers.some(([name]) => name.toLowerCase() === "idempotency-key")) return request;
  return {
    ...request,
    headers: [...request.headers, ["Idempotency-Key", "lb0SampleLead00000000000000a_contract_1_1"]],
  };
}

function testBlocks({ contract }: SetUp, test: BuildResult): Block[] {
  const { accepts_test, dialect } = contract.endpoint;
  const marked =
    dialect.post.request.test !== undefined || dialectNames(dialect).some(({ name }) => name === "gateway.test");
  const blocks = [heading("Tests")];
  if (!accepts_test) return [...blocks, text("You get no test leads.")];
  if (!marked) return [...blocks, text("Test leads look like any other: they carry our sample consumer.")];
  return [
    ...blocks,
    text("Test leads are marked: they hold no money and count in no cap. Such a post:"),
    ...(test.ok ? sampleBlocks("A test post", withKey(test.request)) : []),
  ];
}

function callbackBlocks({ contract }: SetUp, public_url: string | undefined): Block[] {
  if (public_url === undefined) return [];
  const used = dialectNames(contract.endpoint.dialect).some(({ name }) => name === "gateway.callback_url");
  return [
    heading("Telling us later"),
    text(
      "An answer that got lost, a decision by hand, a lead that did not hold:",
      used ? "the address for it is in the post." : "with a key of your own, which our operator makes.",
    ),
    code(
      used
        ? `curl -s "$CALLBACK_URL" -d result=accepted -d price=12.50 -d buyer_lead_id=b-77\ncurl -s "$CALLBACK_URL" -d result=failed -d 'reason=disconnected'`
        : `curl -s ${public_url}/v1/buyer/deliveries/$IDEMPOTENCY_KEY -H "Authorization: Bearer $YOUR_KEY" \\\n  -H 'Content-Type: application/json' -d '{"result": "accepted", "price": 12.50, "buyer_lead_id": "b-77"}'`,
      "sh",
    ),
  ];
}
