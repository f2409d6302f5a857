import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { LineCounter, parseDocument } from "yaml";
import { COLLECTIONS, type Collection, type RecordKind } from "../../worker/routes/admin/kinds.ts";
import { isObject } from "../../worker/routes/admin/transfer/differences.ts";
import { UsageError } from "../shared/output.ts";
import { type Body, fileText } from "./canonical.ts";

/** A record in a file, or of the gateway's export. */
export interface FileRecord {
  kind: RecordKind;
  id: string;
  record: Body;
  /** Names of its secrets. */
  secrets: string[];
}
/** By `kind/id`: the version that a file was made from. */
export type Versions = Record<string, number>;

export const keyOf = ({ kind, id }: Pick<FileRecord, "kind" | "id">): string => `${kind}/${id}`;
const VERSIONS = ".versions.json";
export const pathOf = ({ kind, id }: Pick<FileRecord, "kind" | "id">): string => join(collectionOf(kind), `${id}.yaml`);
const collectionOf = (kind: RecordKind): string =>
  Object.entries(COLLECTIONS).find(([, one]) => one === kind)?.[0] ?? kind;

export const textOf = ({ kind, record, secrets }: FileRecord): string => fileText(kind, record, secrets);

/** Every YAML file of the kinds' folders. @throws UsageError naming file and line of what cannot be read. */
export async function readFolder(folder: string): Promise<FileRecord[]> {
  const records: FileRecord[] = [];
  for (const [collection, kind] of Object.entries(COLLECTIONS) as [Collection, RecordKind][]) {
    const names = await readdir(join(folder, collection)).catch(() => []);
    for (const name of names.filter((one) => /\.ya?ml$/.test(one)).sort())
      records.push(readRecord(kind, join(collection, name), await readFile(join(folder, collection, name), "utf8")));
  }
  return records;
}

export function readRecord(kind: RecordKind, path: string, text: string): FileRecord {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  const [error] = document.errors;
  if (error) throw new UsageError(`${path}:${lines.linePos(error.pos[0]).line}: ${error.message.split("\n")[0]}`);
  const body: unknown = document.toJS({ maxAliasCount: 100 });
  if (!isObject(body)) throw new UsageError(`${path}: must be one record`);
  const { secrets = [], ...record } = body;
  const id = path.replace(/^.*[/\\]/, "").replace(/\.ya?ml$/, "");
  if (record.id !== id)
    throw new UsageError(`${path}: its id is ${JSON.stringify(record.id)}, the file's name says ${id}`);
  if (!Array.isArray(secrets) || secrets.some((name) => typeof name !== "string"))
    throw new UsageError(`${path}: secrets must be a list of names (never values)`);
  for (const name of Object.keys(record).filter((one) => /(credentials|secret|^keys?|^hook_url)$/.test(one)))
    throw new UsageError(`${path}: ${name} must not be in a file; see --secrets`);
  return { kind, id, record, secrets: secrets as string[] };
}

export async function readVersions(folder: string): Promise<Versions> {
  const text = await readFile(join(folder, VERSIONS), "utf8").catch(() => "{}");
  return JSON.parse(text) as Versions;
}

export async function writeVersions(folder: string, versions: Versions): Promise<void> {
  const sorted = Object.fromEntries(Object.entries(versions).sort(([a], [b]) => (a < b ? -1 : 1)));
  await writeFile(join(folder, VERSIONS), `${JSON.stringify(sorted, null, 2)}\n`);
}

/** Writes the record's file; false where it was there, word for word. */
export async function writeRecord(folder: string, one: FileRecord): Promise<boolean> {
  const [path, text] = [join(folder, pathOf(one)), textOf(one)];
  if ((await readFile(path, "utf8").catch(() => null)) === text) return false;
  await mkdir(join(folder, collectionOf(one.kind)), { recursive: true });
  await writeFile(path, text);
  return true;
}
