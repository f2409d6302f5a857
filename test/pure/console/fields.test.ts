import { expect, test } from "vitest";
import { changesOf, FieldsForm } from "../../../worker/console/dead-letters/fields.tsx";
import type { Letter, LetterField } from "../../../worker/console/dead-letters/schemas.ts";

const field: LetterField = {
  name: "roof_shade",
  label: null,
  type: "enum",
  class: "public",
  values: ["none", "full"],
  required: false,
  present: true,
  locked: null,
  problem: "must be one of none, full",
  value: "partial",
};
const letter = {
  lead_id: "l1",
  erased: false,
  editable: [field],
  actions: [{ action: "edit", possible: true, effect: "" }],
};

/** What a browser would send of the form as it stands. */
function sent(html: string): Record<string, string> {
  const inputs = [...html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(([, name, value]) => [
    name,
    value,
  ]);
  const selects = [...html.matchAll(/<select[^>]*name="([^"]+)"[^>]*>(.*?)<\/select>/gs)].map(
    ([, name, options = ""]) => [
      name,
      (/<option value="([^"]*)" selected/.exec(options) ?? /<option value="([^"]*)"/.exec(options))?.[1],
    ],
  );
  return Object.fromEntries([...inputs, ...selects]) as Record<string, string>;
}

test("saving an opened lead's form as it is changes nothing, whatever its campaign's lists are by now", () => {
  const html = String(FieldsForm({ one: letter as unknown as Letter, open: true }));
  expect(changesOf(sent(html))).toEqual({});
});
