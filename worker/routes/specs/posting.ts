import { PROBLEMS } from "../../../schema/api/problems.ts";
import type { Campaign } from "../../../schema/config/campaign.ts";
import type { Publisher } from "../../../schema/config/publisher.ts";
import { ANSWER_CODES } from "../../../schema/lists.ts";
import { MAGIC_ZIPS } from "../../auction/test-mode.ts";
import { type Block, code, heading, list, steps, table, text } from "../../flows/specification/blocks.ts";
import { ANSWER_TEXTS } from "../messages.ts";
import { callBlocks } from "./calls.ts";
import { codeBlocks, problemCodes } from "./codes.ts";
import { type FieldRow, fieldBlocks, fieldRows } from "./fields.ts";
import { type LeastLead, leastLead } from "./least-lead.ts";
import { consentBlocks, hashBlocks, postbackBlocks, repeatBlocks, testBlocks, timeBlocks } from "./rules.ts";
import { type Program, programs, type Scene } from "./samples/index.ts";

export interface SpecFacts {
  campaign: Campaign;
  version: number;
  /** Of the gateway, as the reader reached it. */
  origin: string;
  /** Whose key came with the request; null: nobody's. */
  publisher: Publisher | null;
}

/** How a publisher posts to one campaign: for people as blocks, for programs as data. Nothing of buyers or prices is in it. */
export interface PostingSpec {
  title: string;
  blocks: Block[];
  data: Record<string, unknown>;
}

export function postingSpec(facts: SpecFacts): PostingSpec {
  const { campaign, origin, publisher } = facts;
  const least = leastLead(campaign);
  const scene = sceneOf(campaign, origin, least);
  const written = programs(scene);
  const rows = fieldRows(campaign);
  return {
    title: `Posting specification: ${campaign.name}`,
    blocks: [
      ...introduction(facts),
      ...beginning(facts, written, least),
      ...authentication(origin),
      ...testBlocks(least),
      ...fieldBlocks(rows, campaign),
      ...callBlocks(origin),
      ...codeBlocks(),
      ...consentBlocks(campaign),
      ...repeatBlocks(campaign),
      ...timeBlocks(campaign),
      ...hashBlocks(),
      ...postbackBlocks(),
    ],
    data: dataOf(facts, scene, written, rows, publisher),
  };
}

const test = { test: true } as const;

function sceneOf({ id, deadlines }: Campaign, origin: string, least: LeastLead): Scene {
  return {
    origin,
    ping: { campaign: id, ...test, lead: least.ping },
    post: { lead: least.post },
    lead: { campaign: id, ...test, lead: { ...least.ping, ...least.post } },
    timeout_s: Math.ceil(Math.max(deadlines.post_ms, deadlines.lead_ms, deadlines.ping_ms) / 1_000) + 1,
  };
}

function introduction({ campaign, version, origin, publisher }: SpecFacts): Block[] {
  return [
    text(
      `How you sell leads of ${campaign.name} through this gateway. This page is made from the campaign's own rules whenever it is opened; add \`?format=markdown\` or \`?format=json\` for your tools.`,
      campaign.status === "paused" ? "The campaign is paused now: live requests are answered `campaign_paused`." : "",
    ),
    ...table(
      ["", ""],
      [
        ["gateway", `\`${origin}\``],
        ["`campaign`", `\`${campaign.id}\``],
        ["currency", campaign.currency],
        ["version", String(version)],
        ...(publisher
          ? [["you are", `${publisher.name}, ${publisher.mode} mode, ${publisher.pings_per_second} requests a second`]]
          : []),
      ],
    ),
  ];
}

function beginning({ campaign }: SpecFacts, written: Program[], least: LeastLead): Block[] {
  const tabs = (pick: "two_steps" | "one_step") =>
    written.map((one) => ({ label: one.label, language: one.language, text: one[pick] }));
  return [
    heading("Your first test sale"),
    steps([
      "Ask the operator for an API key. A test key (`pk_test_…`) can never sell anything; with a live one `test: true` in the samples sees to it.",
      "`export KEY=pk_test_…` (on Windows: `set KEY=pk_test_…`).",
      "Copy one of these programs and run it. They need nothing but the language itself.",
      least.magic
        ? 'You get `"result":"accepted"` twice, with a `price`: sold, to a simulated buyer. Change the ZIP to one of the test values to see every other answer.'
        : "You get an answer with `result` and, where it is not `accepted`, the `code` that says why.",
      "To go live: your live key, no `test`, and real leads. `consent_at` is the moment when the consumer agreed.",
    ]),
    { kind: "tabs", name: "two_steps", title: "Ping, then post", tabs: tabs("two_steps") },
    text("Or the whole lead in one call, where you do not offer it around:"),
    { kind: "tabs", name: "one_step", title: "In one step", tabs: tabs("one_step") },
    ...list(written.map(({ label, run }) => `${label}: ${run}`)),
    text(
      `The samples send the least that ${campaign.name} takes. A browser's form can post directly too (the operator makes it, with an address of its own), and systems that speak another exchange's language can keep it: ask for an inbound address.`,
    ),
  ];
}

const authentication = (origin: string): Block[] => [
  heading("Authentication"),
  text(
    "`Authorization: Bearer KEY`, or `X-Api-Key: KEY`. Keep the key on your server: never in an address, a page or an app. Try it:",
  ),
  code(`curl -s ${origin}/v1/leads/none -H "Authorization: Bearer $KEY"`, "sh"),
  text(
    "`lead_not_found` means that the key is good; `unauthorized` that it is not (a new one is known everywhere after a few seconds).",
  ),
];

function dataOf(
  { campaign, version, origin }: SpecFacts,
  scene: Scene,
  written: Program[],
  fields: FieldRow[],
  publisher: Publisher | null,
): Record<string, unknown> {
  const { id, name, vertical, status, currency, deadlines, consent } = campaign;
  const { ping_ms, post_ms, lead_ms } = deadlines;
  return {
    campaign: id,
    ...{ name, vertical, status, currency, version, gateway: origin },
    ...(publisher
      ? { publisher: { id: publisher.id, mode: publisher.mode, requests_per_second: publisher.pings_per_second } }
      : {}),
    calls: { ping: "POST /v1/pings", post: "POST /v1/posts", lead: "POST /v1/leads", state: "GET /v1/leads/:id" },
    deadlines: { ping_ms, post_ms, lead_ms, ping_ttl_s: campaign.ping_ttl_s },
    consent,
    rules: {
      unknown_fields: campaign.unknown_fields,
      on_changed_field: campaign.on_changed_field,
      duplicate_check: campaign.duplicate_check,
      duplicate_window_days: campaign.duplicate_window_days,
      repeat_ping_s: campaign.repeat_ping_s,
    },
    fields,
    samples: {
      ...{ ping: scene.ping, post: scene.post, lead: scene.lead },
      code: Object.fromEntries(written.map(({ language, two_steps, one_step }) => [language, { two_steps, one_step }])),
    },
    test_values: Object.entries(MAGIC_ZIPS).map(([zip, { name: word, forces, description }]) => ({
      ...{ zip, name: word, forces, description },
    })),
    answers: ANSWER_CODES.map((word) => ({ code: word, ...ANSWER_TEXTS[word] })),
    problems: problemCodes().map((word) => ({ code: word, ...PROBLEMS[word] })),
  };
}
