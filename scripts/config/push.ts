import { TRANSFER_KINDS } from "../../worker/routes/admin/transfer/kinds.ts";
import { shownDiff } from "../shared/lines.ts";
import { paint, say, UsageError } from "../shared/output.ts";
import { type FileRecord, keyOf, pathOf, readFolder, readVersions, textOf, writeVersions } from "./folder.ts";
import { dryRun, exportAll, type Imported, type Send, type Stored, type ToSend, writeAll } from "./gateway.ts";

export interface PushOptions {
  dry_run: boolean;
  /** Kept with every change. */
  reason: string;
  /** Values of secrets by record and name: `acme_http: { api_key: … }`. Never written to a file by us. */
  secrets: Record<string, Record<string, string>>;
}
interface Change {
  file: FileRecord;
  stored: Stored | undefined;
  sent: ToSend;
}

/** Records that one call may write. */
const CHUNK = 100;

/** Brings the folder's records to the gateway; answers how many problems there were. */
export async function push(folder: string, send: Send, options: PushOptions): Promise<number> {
  const [files, versions] = [await readFolder(folder), await readVersions(folder)];
  if (files.length === 0) throw new UsageError(`there is no record in ${folder}`);
  const stored = new Map((await exportAll(send)).map((one) => [keyOf(one), one]));
  const changes = files.flatMap((file) => changeOf(file, stored.get(keyOf(file)), versions, options));
  const others = [...stored.keys()].filter((key) => !files.some((file) => keyOf(file) === key));
  if (others.length > 0)
    say(paint.dim(`${others.length} records of the gateway are not in the folder; they stay as they are`));
  for (const { file, stored: before } of changes) {
    say(`${paint.bold(pathOf(file))} ${paint.dim(before ? `version ${before.version}` : "new")}`);
    say(shownDiff(before ? textOf(before) : "", textOf(file)));
  }
  if (changes.length === 0) {
    say("nothing to do: the gateway has all of it");
    return 0;
  }
  const problems = [...missingSecrets(changes, options), ...(await checked(send, changes))];
  for (const problem of problems) say(paint.red(problem));
  if (problems.length > 0) {
    say(paint.red(`nothing was written: ${problems.length} problem${problems.length === 1 ? "" : "s"}`));
    return problems.length;
  }
  if (options.dry_run) {
    say(`${changes.length} would be written; nothing was (--dry-run)`);
    return 0;
  }
  return written(folder, send, changes, { ...versions, ...versionsOf(files, stored) }, options.reason);
}

function changeOf(
  file: FileRecord,
  stored: Stored | undefined,
  versions: Record<string, number>,
  { secrets }: PushOptions,
): Change[] {
  const values = secrets[file.id];
  if (stored && !values && textOf(stored) === textOf(file)) return [];
  const record = { ...file.record, ...(values ? secretPart(file, values) : {}) };
  return [{ file, stored, sent: { kind: file.kind, version: versions[keyOf(file)] ?? 0, record } }];
}

function secretPart(file: FileRecord, values: Record<string, string>): Record<string, unknown> {
  if (file.kind === "endpoint") return credentials(values);
  if (file.kind === "form" || file.kind === "alert_channel" || file.kind === "synthetic") return values;
  if (file.kind === "inbound") return { keys: Object.values(values) };
  throw new UsageError(`--secrets: ${keyOf(file)} takes none; a postback secret is made by the gateway`);
}

const OF_TESTS = "test_credentials.";

/** As the gateway names them: what test leads use is `test_credentials.<name>`. */
function credentials(values: Record<string, string>): Record<string, Record<string, string>> {
  const entries = Object.entries(values);
  const own = entries.filter(([name]) => !name.startsWith(OF_TESTS));
  const test = entries.flatMap(([name, value]) =>
    name.startsWith(OF_TESTS) ? [[name.slice(OF_TESTS.length), value]] : [],
  );
  return {
    ...(own.length > 0 ? { credentials: Object.fromEntries(own) } : {}),
    ...(test.length > 0 ? { test_credentials: Object.fromEntries(test) } : {}),
  };
}

/** Names that a file counts on, that the gateway does not have and that nobody gave. */
function missingSecrets(changes: Change[], { secrets }: PushOptions): string[] {
  return changes.flatMap(({ file, stored }) =>
    file.secrets
      .filter(
        (name) =>
          !stored?.secrets.includes(name) && secrets[file.id]?.[name] === undefined && name !== "postback_secret",
      )
      .map((name) => `${pathOf(file)}: the gateway has no secret ${name}; give it with --secrets`),
  );
}

async function checked(send: Send, changes: Change[]): Promise<string[]> {
  const items = await dryRun(
    send,
    changes.map(({ sent }) => sent),
  );
  return items.flatMap((item) => {
    const path = pathOf(item);
    if (item.action === "conflict") {
      const own = changes.find(({ file }) => keyOf(file) === keyOf(item))?.sent.version ?? 0;
      return [`${path}: ${conflict(own, item.version)}; pull into another folder and compare`];
    }
    return item.problems.map(({ field, message }) => `${path}: ${field} ${message}`);
  });
}

const conflict = (own: number, there: number): string =>
  own === 0
    ? `the gateway has such a record already (version ${there}), and this file was never pulled`
    : `was made from version ${own}, but the gateway is at version ${there}`;

/** Versions of the files that are as the gateway has them. */
function versionsOf(files: FileRecord[], stored: Map<string, Stored>): Record<string, number> {
  const equal = files.flatMap((file) => {
    const there = stored.get(keyOf(file));
    return there && textOf(there) === textOf(file) ? [[keyOf(file), there.version] as const] : [];
  });
  return Object.fromEntries(equal);
}

async function written(
  folder: string,
  send: Send,
  changes: Change[],
  versions: Record<string, number>,
  reason: string,
): Promise<number> {
  const order: string[] = TRANSFER_KINDS;
  const due = changes.map(({ sent }) => sent).toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
  for (let at = 0; at < due.length; at += CHUNK) {
    const { items, refused } = await writeAll(send, due.slice(at, at + CHUNK), reason);
    for (const item of items) if (item.written) note(item, versions);
    await writeVersions(folder, versions);
    if (refused === null) continue;
    say(paint.red(refused));
    return 1;
  }
  say(paint.green(`${due.length} written`));
  return 0;
}

function note(item: Imported, versions: Record<string, number>): void {
  versions[keyOf(item)] = item.version;
  say(`${paint.green("written")} ${pathOf(item)} ${paint.dim(`version ${item.version}`)}`);
}
