import { say } from "../shared/output.ts";
import { keyOf, pathOf, readFolder, writeRecord, writeVersions } from "./folder.ts";
import { exportAll, type Send } from "./gateway.ts";

/**
 * Writes the gateway's records into the folder, one file a record. Files of records that the gateway does not have stay.
 * `known`: only records that the folder has a file of.
 */
export async function pull(folder: string, send: Send, { known = false } = {}): Promise<number> {
  const wanted = known ? new Set((await readFolder(folder)).map(keyOf)) : null;
  const all = (await exportAll(send)).filter((one) => wanted?.has(keyOf(one)) ?? true);
  let changed = 0;
  for (const one of all) {
    if (!(await writeRecord(folder, one))) continue;
    changed++;
    say(pathOf(one));
  }
  await writeVersions(folder, Object.fromEntries(all.map((one) => [keyOf(one), one.version])));
  say(`${all.length} records, ${changed} files changed`);
  return 0;
}
