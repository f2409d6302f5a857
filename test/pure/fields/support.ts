import { expect, test } from "vitest";
import { type CampaignInput, campaignSchema } from "../../../schema/config/campaign.ts";
import type { FieldValue } from "../../../schema/rpc/auction.ts";
import type { CompiledCampaign, FieldProblem } from "../../../worker/auction/compiled.ts";
import { compileCampaign } from "../../../worker/auction/fields/index.ts";
import { readerOf } from "../../../worker/auction/fields/readers.ts";
import { type FieldRules, Refusal } from "../../../worker/auction/fields/reading.ts";

export type FieldInput = CampaignInput["fields"][number];

export const field = (name: string, more: Partial<FieldInput> = {}): FieldInput => ({
  name,
  type: "string",
  class: "public",
  sample: "x",
  ...more,
});

export function campaign(fields: FieldInput[], more: Partial<CampaignInput> = {}): CompiledCampaign {
  const config = campaignSchema.parse({ id: "c", name: "C", vertical: "v", fields, ...more });
  return compileCampaign(config, 1);
}

/** The value that a field of these rules makes of `raw`; undefined when it is refused. */
export function read(rules: Partial<FieldRules> & Pick<FieldRules, "type">, raw: FieldValue): FieldValue | undefined {
  const value = readerOf({ class: "public", ...rules })(raw);
  return value instanceof Refusal ? undefined : value;
}

export const codes = (parsed: { ok: boolean; problems?: FieldProblem[] }): string[] =>
  (parsed.problems ?? []).map(({ field: name, code }) => `${name}:${code}`);

export const REFUSED = undefined;

/** One test a row: what a field of these rules makes of each raw value. */
export function table(
  rules: Partial<FieldRules> & Pick<FieldRules, "type">,
  rows: [raw: FieldValue, expected: FieldValue | undefined][],
): void {
  test.each(rows)(`${rules.type} %j -> %j`, (raw, expected) => {
    expect(read(rules, raw)).toBe(expected);
  });
}
