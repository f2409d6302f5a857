import type { CampaignInput } from "../../../schema/config/campaign.ts";
import { autoInsurance, homeSolar } from "../../../schema/verticals/index.ts";
import { md5Hex, sha256Hex } from "../../../worker/crypto/hash.ts";
import { sampleOf } from "./support.ts";

/** Short deadlines: silent buyers cost real time. */
const deadlines = { ping_ms: 250, post_ms: 700, lead_ms: 900, own_share_ms: 35 };
export const CAMPAIGNS: CampaignInput[] = [autoInsurance, homeSolar].map((campaign) => ({ ...campaign, deadlines }));

export const personalFields = (campaign: CampaignInput): string[] =>
  campaign.fields.filter((field) => field.class === "personal").map((field) => field.name);
const quasiTexts = (campaign: CampaignInput): string[] =>
  campaign.fields.filter((field) => field.class === "quasi" && field.type === "string").map((field) => field.name);

/** Every spelling in which a canary has been looked for. */
export class Canaries {
  /** Lower-case, for texts compared in lower case. */
  readonly texts = new Set<string>();
  /** Base64 keeps its case. */
  readonly base64 = new Set<string>();
  private count = 0;

  /** A consumer of its own: each personal field, and each quasi field of free text, with a value found nowhere else. */
  person(campaign: CampaignInput) {
    const n = ++this.count;
    const values: Record<string, string> = {};
    for (const name of [...personalFields(campaign), ...quasiTexts(campaign)])
      values[name] = `Qz${n}x${name.replaceAll("_", "")} O'Zwölf`;
    values.consent_text = `By clicking Qz${n}xConsent I agree to be called`;
    values.phone = `+1512555${String(100 + n).padStart(4, "0")}`;
    values.email = `Qz${n}x.Person+tag@Example-Canary.com`;
    for (const value of Object.values(values)) this.add(value);
    const digits = values.phone.slice(1);
    for (const form of [digits, digits.slice(1), `(512) 555-${digits.slice(-4)}`, `512-555-${digits.slice(-4)}`])
      this.add(form);
    const digests = { phone: sha256Hex(values.phone), email: sha256Hex(values.email.toLowerCase()) };
    for (const text of [values.phone, values.email.toLowerCase()]) this.add(sha256Hex(text)).add(md5Hex(text));
    return { ...sampleOf(campaign, values), values, digests };
  }

  add(value: string): this {
    const json = JSON.stringify(value).slice(1, -1);
    const ascii = json.replace(/[^\x20-\x7e]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
    const encoded = [encodeURIComponent(value), new URLSearchParams({ v: value }).toString().slice(2)];
    for (const text of [value, value.trim(), json, ascii, ...encoded]) this.texts.add(text.toLowerCase());
    for (const text of [value, value.toLowerCase()]) for (const form of base64Forms(text)) this.base64.add(form);
    return this;
  }

  /** The first canary in a text; null when there is none. */
  in(text: string): string | null {
    const lower = text.toLowerCase();
    for (const canary of this.texts) if (lower.includes(canary)) return canary;
    for (const canary of this.base64) if (text.includes(canary)) return canary;
    return null;
  }
}

/** What base64 makes of a text at each of the three places where it may begin, without the characters that its neighbours change. */
function base64Forms(text: string): string[] {
  return [0, 1, 2].flatMap((offset) => {
    const whole = Buffer.from(`${"x".repeat(offset)}${text}`)
      .toString("base64")
      .replaceAll("=", "");
    const inner = whole.slice(offset === 0 ? 0 : 4, -2);
    return inner.length < 8 ? [] : [inner, inner.replaceAll("+", "-").replaceAll("/", "_")];
  });
}
