import type { CampaignInput } from "../../../schema/config/campaign.ts";
import { autoInsurance, homeSolar } from "../../../schema/verticals/index.ts";
import { md5Hex, sha256Hex } from "../../../worker/crypto/hash.ts";
import { sampleOf } from "./support.ts";

const deadlines = { ping_ms: 2_000, post_ms: 2_000, lead_ms: 4_000, own_share_ms: 35 };
export const CAMPAIGNS: CampaignInput[] = [autoInsurance, homeSolar].map((campaign) => ({ ...campaign, deadlines }));

export const personalFields = (campaign: CampaignInput): string[] =>
  campaign.fields.filter((field) => field.class === "personal").map((field) => field.name);
const quasiTexts = (campaign: CampaignInput): string[] =>
  campaign.fields.filter((field) => field.class === "quasi" && field.type === "string").map((field) => field.name);

/** Texts to be found anywhere in others: one pass over a text, however many are looked for. */
class Needles {
  private readonly byStart = new Map<string, string[]>();

  add(text: string): void {
    if (text.length < START) throw new Error(`too short to be unique: ${text}`);
    const start = text.slice(0, START);
    const known = this.byStart.get(start);
    if (!known) this.byStart.set(start, [text]);
    else if (!known.includes(text)) known.push(text);
  }

  in(text: string): string | null {
    for (let at = 0; at + START <= text.length; at++) {
      const found = this.byStart.get(text.slice(at, at + START))?.find((needle) => text.startsWith(needle, at));
      if (found !== undefined) return found;
    }
    return null;
  }
}
const START = 8;

/** Values that must not be found, in every spelling in which they might be. */
export class Canaries {
  /** Lower-case, for texts compared in lower case. */
  private readonly texts = new Needles();
  /** Base64 keeps its case. */
  private readonly base64 = new Needles();
  private count = 0;

  /** A consumer of its own: each personal field, and each quasi field of free text, with a value found nowhere else. */
  person(campaign: CampaignInput) {
    const n = ++this.count;
    const values: Record<string, string> = {};
    for (const name of [...personalFields(campaign), ...quasiTexts(campaign)])
      values[name] = `Qz${n}x${name.replaceAll("_", "")} O'Zwölf`;
    values.consent_text = `By clicking Qz${n}xConsent I agree to be called`;
    values.phone = `+1512555${1_000 + n}`;
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
    return this.texts.in(text.toLowerCase()) ?? this.base64.in(text);
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
