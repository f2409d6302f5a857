import type { CampaignInput } from "../config/campaign.ts";
import type { FieldClass } from "../lists.ts";

export type FieldInput = CampaignInput["fields"][number];
type Rest = Partial<Omit<FieldInput, "name" | "label" | "type" | "class" | "sample">>;

const ofClass =
  (kind: FieldClass) =>
  (
    name: string,
    label: string,
    type: FieldInput["type"],
    sample: FieldInput["sample"],
    rest: Rest = {},
  ): FieldInput => ({
    name,
    label,
    type,
    class: kind,
    ...rest,
    sample,
  });

/** One field a line, by class: `open` is class public. */
export const open = ofClass("public");
export const quasi = ofClass("quasi");
export const hashed = ofClass("hashed");
export const personal = ofClass("personal");
