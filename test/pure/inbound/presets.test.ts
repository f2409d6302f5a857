import { readdirSync, readFileSync } from "node:fs";
import { expect, it, test } from "vitest";
import { parse } from "yaml";
import { inboundDialectSchema } from "../../../schema/config/inbound.ts";
import { inboundDialectProblems } from "../../../worker/inbound/index.ts";
import { inboundPreset } from "../../../worker/inbound/presets.ts";

const folder = new URL("../../../dialects/inbound/", import.meta.url);
const names = readdirSync(folder).map((file) => file.replace(/\.yaml$/, ""));

it("the Worker's copy is what the files say (node scripts/inbound-presets.mjs)", async () => {
  expect((await inboundPreset("")).names).toEqual(names.sort());
  for (const name of names) {
    const file = parse(readFileSync(new URL(`${name}.yaml`, folder), "utf8")) as unknown;
    expect((await inboundPreset(name)).dialect, name).toEqual(file);
  }
});

test.each(names)("%s is a dialect that compiles", async (name) => {
  const { dialect } = await inboundPreset(name);
  const parsed = inboundDialectSchema.parse(dialect);
  expect(inboundDialectProblems(parsed, { from: "TYPE", map: {} })).toEqual([]);
});
