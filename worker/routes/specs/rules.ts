import type { Campaign } from "../../../schema/config/campaign.ts";
import { formatMoney } from "../../../schema/money.ts";
import { MAGIC_ZIPS, SIMULATED_PRICE } from "../../auction/test-mode.ts";
import { md5Hex, sha256Hex } from "../../crypto/hash.ts";
import { type Block, code, heading, list, table, text } from "../../flows/specification/blocks.ts";
import type { LeastLead } from "./least-lead.ts";
import { VERIFIERS } from "./samples/verify.ts";

/** How a test is made, and what forces which outcome. */
export function testBlocks(least: LeastLead): Block[] {
  return [
    heading("Test values"),
    text(
      "A request is a test with a test key (`pk_test_…`), with `test: true`, or with one of the ZIPs below. No live buyer is called, no report counts it, and the same consumer may come again. The answer has `test: true`.",
    ),
    ...(least.magic
      ? [
          text(
            `Simulated buyers bid ${formatMoney(SIMULATED_PRICE)}, of which your share is what you see as \`price\`. The state, when you leave it out, is NY; send none from elsewhere. What the ZIP forces comes whatever \`min_price\` says.`,
          ),
          ...table(
            ["ZIP", "you are answered", "how it comes about"],
            Object.entries(MAGIC_ZIPS).map(([zip, { forces, description }]) => [`\`${zip}\``, forces, description]),
          ),
        ]
      : [text("This campaign has no ZIP, so no outcome can be forced.")]),
    text("A test without such a ZIP goes to buyers who take tests; where none does: `no_eligible_buyers`."),
  ];
}

export function consentBlocks({ consent, fields }: Pick<Campaign, "consent" | "fields">): Block[] {
  const named = consent.required.map((name) => `\`${name}\``).join(", ");
  const dated = fields.some(({ name }) => name === "consent_at");
  return [
    heading("Consent"),
    text(
      consent.required.length > 0 ? `Every post must carry ${named}.` : "No consent is required of every post.",
      dated
        ? `\`consent_at\` may be at most ${consent.max_age_hours / 24} days old; send the time of the consent, not of the request.`
        : "",
      "A buyer may ask for more (a certificate, a named brand): it is passed over where that is missing. Where a bid of the ping's answer has `brand` or `consent_text`, show them, and send `consent.brand` with the post.",
    ),
  ];
}

const PHONE = "+12125550123";
const EMAIL = "jane.doe@example.com";

export const hashBlocks = (): Block[] => [
  heading("Hashes"),
  text(
    "`phone_hash` and `email_hash` in a ping let buyers who ask for them recognise known consumers, and let us answer a repeated ping without asking anybody. The post's phone and e-mail must be those of the hashes.",
  ),
  ...table(
    ["of", "written as", "SHA-256, hex", "or MD5"],
    [
      ["phone", `\`${PHONE}\``, `\`${sha256Hex(PHONE)}\``, `\`md5:${md5Hex(PHONE)}\``],
      ["e-mail, trimmed, lower case", `\`${EMAIL}\``, `\`${sha256Hex(EMAIL)}\``, `\`md5:${md5Hex(EMAIL)}\``],
    ],
  ),
  code(`printf %s '${PHONE}' | openssl dgst -sha256 -r | cut -d' ' -f1`, "sh"),
];

export function repeatBlocks(campaign: Campaign): Block[] {
  const { duplicate_check, duplicate_window_days, duplicate_by_email, repeat_ping_s } = campaign;
  return [
    heading("Repeats and duplicates"),
    text("After any doubt (no answer, a broken connection, a 5xx) send the same request again. Nothing is sold twice."),
    ...table(
      ["call", "the same is", "a repeat gets"],
      [
        ["post", "the `ping_id`", "the first outcome, or its wait for it; with other content: 409 `content_changed`"],
        [
          "lead in one step",
          "the content, and the `Idempotency-Key` if sent",
          "the same; other content under the same key: 409",
        ],
        [
          "ping",
          "`Idempotency-Key`, `click_id`, `phone_hash` or `email_hash`, with equal facts",
          repeat_ping_s === 0
            ? "a new auction"
            : `the same answer while the ping lives; within ${repeat_ping_s} s after that: \`duplicate_ping\``,
        ],
      ],
    ),
    text(
      "`Idempotency-Key` is 1 to 200 visible ASCII characters; keep it, and the body, for each repeat of one request.",
    ),
    text(
      duplicate_check === "off"
        ? "The same consumer may be sold again."
        : `A consumer (by phone${duplicate_by_email ? " or e-mail" : ""}) who was sold in this campaign within ${duplicate_window_days} days is answered \`duplicate\`.`,
      campaign.on_changed_field === "refuse"
        ? "A post whose facts differ from its ping's is refused, field by field."
        : "Where a post's facts differ from its ping's, the ping's hold.",
    ),
  ];
}

export function timeBlocks({ deadlines, ping_ttl_s }: Campaign): Block[] {
  return [
    heading("Time and limits"),
    ...table(
      ["", "at most", ""],
      [
        ["a ping is answered within", `${deadlines.ping_ms} ms`, "`timeout_ms` shortens it"],
        ["a post is answered within", `${deadlines.post_ms} ms`, ""],
        ["a lead in one step is answered within", `${deadlines.lead_ms} ms`, "`timeout_ms` shortens it"],
        ["a ping can be posted for", `${ping_ttl_s} s`, "`expires_in` of its answer"],
        ["requests a second, by kind of call", "200", "unless you agreed on another limit"],
      ],
    ),
    text(
      "Set your client's timeout a second above these. Every answer to a known key has `RateLimit-Limit`, `RateLimit-Remaining` and `RateLimit-Reset` (seconds); a 429 has `Retry-After`.",
    ),
  ];
}

const POSTBACK = {
  type: "lead.ended",
  lead_id: "lb09…",
  ping_id: null,
  result: "accepted",
  code: null,
  price: 33.4,
  click_id: "c-1001",
  sub_id1: "landing-3",
  test: false,
};

export const postbackBlocks = (): Block[] => [
  heading("Final, pending, postbacks"),
  ...list(
    [
      "**final** (what you are unless you agreed otherwise): after `rejected` no buyer is sent the lead any more, and you may sell it elsewhere.",
      "**pending**: what is not finished at the deadline is answered `pending`, goes on for minutes, and ends in a postback.",
    ].map((item) => item.replaceAll("**", "`")),
  ),
  text(
    "A postback goes to your address, at least once (tell repetitions by `webhook-id`), until you answer 2xx within 10 s: at once, then after 5 s, 30 s, 2 min, 10 min, 1 h and 3 h. By GET the address's macros `{lead_id} {result} {code} {price} {click_id} {sub_id1}` … `{sub_id5}` are filled in; by POST it is JSON, signed after Standard Webhooks with a secret that the operator gives you once:",
  ),
  code(JSON.stringify(POSTBACK), "json"),
  text("Verify the signature over the raw body before you parse it, and refuse timestamps older than five minutes:"),
  {
    kind: "tabs",
    name: "verify",
    title: "Checking a postback's signature",
    tabs: VERIFIERS.map((one) => ({ ...one })),
  },
];
