/**
 * Writes worker/inbound/presets.json: the ready inbound dialects of dialects/inbound/*.yaml, for the Worker, which reads no files.
 * Run after a change of one of them; a test says when it is stale.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { parse } from "yaml";

const folder = new URL("../dialects/inbound/", import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith(".yaml"));
const presets = files
  .sort()
  .map((name) => [name.replace(/\.yaml$/, ""), parse(readFileSync(new URL(name, folder), "utf8"))]);
writeFileSync(
  new URL("../worker/inbound/presets.json", import.meta.url),
  `${JSON.stringify(Object.fromEntries(presets), null, 2)}\n`,
);
